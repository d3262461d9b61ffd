// The rows of what is still to be fetched from a platform: taking one, and writing into its message what became of it. Fetches nothing.
import type { Attachment, ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

export interface MediaClaim {
  id: string;
  shopId: ShopId;
  accountId: string;
  conversationId: ConversationId;
  seq: number;
  part: number;
  /** Counted from 1; fences what is written. */
  attempt: number;
  attachment: Attachment;
}

/** Longer than a fetch may take. */
const LEASE_SECONDS = 60;

/** Of one message; those that are due now, in order. */
export async function mediaOf(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  seq: number,
): Promise<string[]> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    'select id::text from incoming_media where conversation_id = $1 and message_seq = $2 and next_at <= now() order by part',
    [conversationId, seq],
  );
  return rows.map((row) => row.id);
}

/** Null when it is another's, done, or not due. */
export async function claimMedia(pool: Pool, shopId: ShopId, id: string): Promise<MediaClaim | null> {
  const { rows } = await inShop(pool, shopId, (tx) =>
    tx.query<Omit<MediaClaim, 'shopId'>>(
      `with taken as (update incoming_media set attempt = attempt + 1, next_at = now() + make_interval(secs => $2)
       where id = $1 and next_at <= now() returning *)
     select t.id::text, t.account_id::text as "accountId", t.conversation_id::text as "conversationId", t.message_seq::int as seq,
       t.part, t.attempt, m.payload->'attachments'->t.part as attachment
     from taken t join messages m on m.conversation_id = t.conversation_id and m.seq = t.message_seq`,
      [id, LEASE_SECONDS],
    ),
  );
  return rows[0] ? { ...rows[0], shopId } : null;
}

/** Whether the row is still this attempt's; it is gone afterwards. */
const end = async (tx: PoolClient, { id, attempt }: MediaClaim): Promise<boolean> =>
  (await tx.query('delete from incoming_media where id = $1 and attempt = $2', [id, attempt])).rowCount === 1;

/** `known`: what is known of it from now on. */
export async function endMedia(
  pool: Pool,
  claim: MediaClaim,
  known: Pick<Attachment, 'id' | 'type' | 'lost'>,
): Promise<void> {
  await inShop(pool, claim.shopId, async (tx) => {
    if (!(await end(tx, claim))) return;
    await tx.query(
      `update messages set payload = jsonb_set(payload, array['attachments', $3::text],
         (payload->'attachments'->$3::int) || $4::jsonb) where conversation_id = $1 and seq = $2`,
      [claim.conversationId, claim.seq, claim.part, JSON.stringify(known)],
    );
  });
}

export async function retryMedia(pool: Pool, claim: MediaClaim, afterMs: number): Promise<void> {
  await inShop(pool, claim.shopId, (tx) =>
    tx.query(`update incoming_media set next_at = now() + $3 * interval '1 ms' where id = $1 and attempt = $2`, [
      claim.id,
      claim.attempt,
      afterMs,
    ]),
  );
}
