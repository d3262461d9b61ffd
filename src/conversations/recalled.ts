// A message that was taken back on its platform: it stays where it was, marked, because people may have acted on it. Knows no channel.
import type { ChannelAccount, ConversationId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { cleanText } from './admit.ts';

/** The conversation it stands in; null when no message came under this id, or it was marked before. `at`: ISO 8601. */
export async function markRecalled(
  pool: Pool,
  account: ChannelAccount,
  externalId: string,
  at: string,
): Promise<ConversationId | null> {
  const { rows } = await inShop(pool, account.shopId, (tx) =>
    tx.query<{ conversationId: string }>(
      `update messages m set payload = m.payload || jsonb_build_object('recalledAt', $3::text) from inbound_ids i
       where i.channel_account_id = $1 and i.external_id = $2 and m.conversation_id = i.conversation_id and m.seq = i.seq
         and not m.payload ? 'recalledAt' returning m.conversation_id::text as "conversationId"`,
      [account.id, cleanText(externalId), at],
    ),
  );
  return rows[0]?.conversationId ?? null;
}
