// The rows of uploaded pictures: whose they are and who may see them. Knows no files.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import type { FileType } from './file-type.ts';

/** `accountId`: it came through a channel; whose conversation it belongs to the message says. */
export type Uploader = { conversationId: ConversationId } | { staffId: StaffId } | { accountId: string };
export type Reader = { conversationId: ConversationId } | 'staff';

export interface UploadRow {
  id: string;
  type: FileType;
}

export async function insertUpload(
  pool: Pool,
  shopId: ShopId,
  upload: UploadRow & { bytes: number; by: Uploader },
): Promise<void> {
  const { id, type, bytes, by } = upload;
  await inShop(pool, shopId, (tx) =>
    tx.query(
      `insert into uploads (id, shop_id, conversation_id, staff_id, account_id, type, bytes)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        shopId,
        'conversationId' in by ? by.conversationId : null,
        'staffId' in by ? by.staffId : null,
        'accountId' in by ? by.accountId : null,
        type,
        bytes,
      ],
    ),
  );
}

/** Sent by this shopper within the hour. */
export async function countUploads(pool: Pool, shopId: ShopId, conversationId: ConversationId): Promise<number> {
  const { rows } = await shopQuery<{ n: number }>(
    pool,
    shopId,
    `select count(*)::int as n from uploads where conversation_id = $1 and created_at > now() - interval '1 hour'`,
    [conversationId],
  );
  return rows[0]!.n;
}

/**
 * Staff see the shop's pictures; a shopper sees those they sent, and those that stand in a message to them. A note is for
 * colleagues, and so are its pictures.
 */
export async function readUpload(pool: Pool, shopId: ShopId, id: string, reader: Reader): Promise<UploadRow | null> {
  const mine = reader === 'staff' ? null : reader.conversationId;
  const { rows } = await shopQuery<UploadRow>(
    pool,
    shopId,
    `select u.id, u.type from uploads u where u.id = $1 and ($2::bigint is null or u.conversation_id = $2 or exists (
       select from messages m where m.conversation_id = $2 and m.kind = 'text'
         and m.payload @> jsonb_build_object('attachments', jsonb_build_array(jsonb_build_object('id', u.id)))))`,
    [id, mine],
  );
  return rows[0] ?? null;
}

/** Those of the ids that this person may put into a message of the conversation. */
export async function attachableIds(
  pool: Pool,
  shopId: ShopId,
  ids: readonly string[],
  by: { conversationId: ConversationId; isStaff: boolean },
): Promise<string[]> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    'select id from uploads where id = any($1::text[]) and (conversation_id = $2 or ($3 and staff_id is not null))',
    [ids, by.conversationId, by.isStaff],
  );
  return rows.map((row) => row.id);
}
