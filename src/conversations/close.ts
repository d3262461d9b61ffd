// Closes a conversation in which nothing happens any more; the shopper's next message opens it again, with all that was said.
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';

/**
 * Compare-and-set: only one that is the bot's, open, and at rest for `afterMs`. Resolves to whether it was closed by this call;
 * `conversation.closed` is then among the shop's events.
 */
export async function closeAtRest(pool: Pool, shopId: ShopId, id: ConversationId, afterMs: number): Promise<boolean> {
  const { rowCount } = await inShop(pool, shopId, (tx) =>
    tx.query(
      `with closed as (
         update conversations c set closed_at = now()
         where c.id = $2 and c.owner_kind = 'bot' and c.closed_at is null
           and coalesce(c.last_shopper_at, c.created_at) < now() - $3 * interval '1 ms'
           and is_at_rest(c.id, now() - $3 * interval '1 ms')
         returning c.id)
       select append_event($1, 'desk', 'conversation.closed', jsonb_build_object('conversationId', id::text)) from closed`,
      [shopId, id, afterMs],
    ),
  );
  return rowCount === 1;
}
