// Who looks at a conversation and who is writing in it, for seconds. A table without a log, so that all processes see the same; nothing is owed by it.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';

/** Repeated well within these by whoever is still there. Seconds. */
export const VIEWING_S = 20;
export const TYPING_S = 6;

export interface Viewer {
  id: StaffId;
  name: string;
  typing: boolean;
}

export interface Viewers {
  viewers: Viewer[];
  shopperTyping: boolean;
}

/** `staffId` null is the shopper. False when the shop has no such conversation. */
export async function noteViewer(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  staffId: StaffId | null,
  now: { viewing: boolean; typing: boolean },
): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    // whoever closed the page without a word is forgotten here; a few at a time, so that nobody waits for it
    await tx.query(
      `delete from viewers where ctid = any(array(select ctid from viewers where viewing_until < now() limit 20 for update skip locked))`,
    );
    const { rowCount } = await tx.query(
      `insert into viewers (shop_id, conversation_id, staff_id, viewing_until, typing_until)
       select $1, c.id, $3::bigint, now() + $4 * interval '1 second', now() + $5 * interval '1 second' from conversations c where c.id = $2
       on conflict (conversation_id, staff_id) do update set viewing_until = excluded.viewing_until, typing_until = excluded.typing_until`,
      [shopId, conversationId, staffId, now.viewing || now.typing ? VIEWING_S : 0, now.typing ? TYPING_S : 0],
    );
    return rowCount === 1;
  });
}

/** One SQL expression for the stream and the route; `c` is the conversation's row, `p_self` who asks. */
export const viewersOf = (self: string): string => `jsonb_build_object(
  'viewers', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id::text, 'name', s.name, 'typing', v.typing_until > now()) order by s.name, s.id), '[]')
    from viewers v join staff s on s.id = v.staff_id where v.conversation_id = c.id and v.viewing_until > now() and v.staff_id <> ${self}::bigint),
  'shopperTyping', exists (select from viewers v where v.conversation_id = c.id and v.staff_id is null and v.typing_until > now()))`;

/** Colleagues besides `self`; null when the shop has no such conversation. */
export async function readViewers(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
  self: StaffId,
): Promise<Viewers | null> {
  const { rows } = await shopQuery<{ seen: Viewers }>(
    pool,
    shopId,
    `select ${viewersOf('$2')} as seen from conversations c where c.id = $1`,
    [conversationId, self],
  );
  return rows[0]?.seen ?? null;
}
