// What a person of the shop said in the platform's own app: stored once, beside what was said here. Knows no channel and no owner.
import type { Admitted, ChannelAccount, ConversationId, Inbound } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { cleanJson, cleanText } from './admit.ts';

/** Null when the shopper has not written yet. */
export async function conversationWith(
  pool: Pool,
  account: ChannelAccount,
  shopperId: string,
): Promise<ConversationId | null> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    account.shopId,
    `select c.id::text from shoppers s join conversations c on c.channel_account_id = s.channel_account_id and c.shopper_id = s.id
     where s.channel_account_id = $1 and s.platform_id = $2`,
    [account.id, cleanText(shopperId)],
  );
  return rows[0]?.id ?? null;
}

/** Where the message stands that came under this id; null when it is new. */
export async function knownReply(pool: Pool, account: ChannelAccount, externalId: string): Promise<Admitted | null> {
  const { rows } = await shopQuery<{ conversationId: string; seq: number }>(
    pool,
    account.shopId,
    `select conversation_id::text as "conversationId", seq::int from inbound_ids where channel_account_id = $1 and external_id = $2`,
    [account.id, cleanText(externalId)],
  );
  return rows[0] ? { status: 'duplicate', ...rows[0], turnId: null } : null;
}

/** The conversation is made when there is none: an answer may be older than what we know of its question. */
const PLACE = `
  with s as (insert into shoppers as s (shop_id, channel_account_id, platform_id) values ($1, $2, $3)
    on conflict (channel_account_id, platform_id) do update set name = s.name returning s.id)
  insert into conversations as c (shop_id, channel_account_id, shopper_id, next_seq) select $1, $2, s.id, 2 from s
    on conflict (channel_account_id, shopper_id) do update set next_seq = c.next_seq + 1
  returning c.id::text as "conversationId", (c.next_seq - 1)::int as seq`;

export async function storePlatformReply(pool: Pool, account: ChannelAccount, reply: Inbound): Promise<Admitted> {
  const externalId = cleanText(reply.externalId);
  const stored = await inShop(pool, account.shopId, async (tx): Promise<Admitted | null> => {
    const place = await tx.query<{ conversationId: string; seq: number }>(PLACE, [
      account.shopId,
      account.id,
      cleanText(reply.shopperId),
    ]);
    const { conversationId, seq } = place.rows[0]!;
    const first = await tx.query(
      `insert into inbound_ids (shop_id, channel_account_id, external_id, conversation_id, seq) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [account.shopId, account.id, externalId, conversationId, seq],
    );
    if (first.rowCount === 0) {
      await tx.query('update conversations set next_seq = next_seq - 1 where id = $1', [conversationId]);
      return null;
    }
    await tx.query(
      `insert into messages (shop_id, conversation_id, seq, author, text, payload) values ($1, $2, $3, 'platform_agent', $4, $5::jsonb)`,
      [account.shopId, conversationId, seq, cleanText(reply.text), JSON.stringify(cleanJson(reply.payload))],
    );
    return { status: 'new', conversationId, seq, turnId: null };
  });
  return stored ?? (await knownReply(pool, account, externalId))!;
}
