// How a shopper who fetches their messages is found, and whether somebody is about to answer. All SQL here runs inside one shop.
import type { ChannelAccount, ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

/** The conversation with a shopper by the platform's id; null before anything was said. */
export async function findConversation(
  pool: Pool,
  account: ChannelAccount,
  platformId: string,
): Promise<ConversationId | null> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    account.shopId,
    `select c.id::text from conversations c join shoppers s on s.id = c.shopper_id
     where s.channel_account_id = $1 and s.platform_id = $2`,
    [account.id, platformId],
  );
  return rows[0]?.id ?? null;
}

/** The bot is at it, or the person who has the conversation is typing. */
export async function isBusy(pool: Pool, shopId: ShopId, conversationId: ConversationId): Promise<boolean> {
  const { rows } = await shopQuery<{ busy: boolean }>(
    pool,
    shopId,
    `select exists (select from turns t where t.conversation_id = c.id and t.state in ('open', 'leased'))
       or exists (select from viewers v where v.conversation_id = c.id and v.staff_id = c.owner_id and v.typing_until > now()) as busy
     from conversations c where c.id = $1`,
    [conversationId],
    { name: 'is-busy' },
  );
  return rows[0]?.busy ?? false;
}

/** What uploads are by their bytes. */
export async function uploadTypes(
  pool: Pool,
  shopId: ShopId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await shopQuery<{ id: string; type: string }>(
    pool,
    shopId,
    'select id, type from uploads where id = any($1::text[])',
    [ids],
  );
  return new Map(rows.map(({ id, type }) => [id, type]));
}
