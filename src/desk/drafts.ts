// Unsent words of a person, one draft for each conversation, so that they follow from one device to the next. Nothing of it is ever sent.
import type { ConversationId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import type { Staff } from '../staff/accounts.ts';

export interface Draft {
  conversationId: ConversationId;
  kind: 'reply' | 'note';
  text: string;
  savedAt: string;
}

/** Nobody leaves more than these behind and still wants them; the newest first. */
const DRAFTS_MAX = 200;

export async function listDrafts(pool: Pool, staff: Staff): Promise<Draft[]> {
  const { rows } = await shopQuery<{ view: Draft }>(
    pool,
    staff.shopId,
    `select jsonb_build_object('conversationId', conversation_id::text, 'kind', kind, 'text', text, 'savedAt', saved_at) as view
     from drafts where staff_id = $1 order by saved_at desc limit $2`,
    [staff.id, DRAFTS_MAX],
  );
  return rows.map((r) => r.view);
}

/** Empty words are forgotten. False when the shop has no such conversation. */
export async function saveDraft(
  pool: Pool,
  staff: Staff,
  conversationId: ConversationId,
  draft: Pick<Draft, 'kind' | 'text'>,
): Promise<boolean> {
  return inShop(pool, staff.shopId, async (tx) => {
    const found = await tx.query('select 1 from conversations where id = $1', [conversationId]);
    if (found.rowCount === 0) return false;
    if (draft.text === '') {
      await tx.query('delete from drafts where conversation_id = $1 and staff_id = $2', [conversationId, staff.id]);
      return true;
    }
    await tx.query(
      `insert into drafts (conversation_id, staff_id, shop_id, kind, text) values ($1, $2, $3, $4, $5)
       on conflict (conversation_id, staff_id) do update set kind = excluded.kind, text = excluded.text, saved_at = now()`,
      [conversationId, staff.id, staff.shopId, draft.kind, draft.text],
    );
    return true;
  });
}
