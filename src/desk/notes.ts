// Notes of colleagues in a conversation as a list, and which of them are pinned. Writing one is say.ts.
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import type { Staff } from '../staff/accounts.ts';

export interface Note {
  seq: number;
  text: string;
  author: string;
  pinned: boolean;
  at: string;
}

const NOTES_MAX = 100;

/** Pinned ones first, then the newest. */
export async function listNotes(pool: Pool, shopId: ShopId, id: ConversationId): Promise<Note[]> {
  const { rows } = await shopQuery<{ view: Note }>(
    pool,
    shopId,
    `select jsonb_build_object('seq', m.seq, 'text', m.text, 'author', coalesce(s.name, ''), 'pinned', p.message_seq is not null,
       'at', m.created_at) as view
     from messages m left join staff s on s.id = m.author_id
     left join pinned_notes p on p.conversation_id = m.conversation_id and p.message_seq = m.seq
     where m.conversation_id = $1 and m.kind = 'note' order by p.message_seq is null, m.seq desc limit $2`,
    [id, NOTES_MAX],
  );
  return rows.map((r) => r.view);
}

/** False when there is no such note. */
export async function pinNote(
  pool: Pool,
  staff: Staff,
  id: ConversationId,
  seq: number,
  pinned: boolean,
): Promise<boolean> {
  return inShop(pool, staff.shopId, async (tx) => {
    const found = await tx.query(`select 1 from messages where conversation_id = $1 and seq = $2 and kind = 'note'`, [
      id,
      seq,
    ]);
    if (found.rowCount === 0) return false;
    if (pinned) {
      await tx.query(
        `insert into pinned_notes (conversation_id, message_seq, shop_id, pinned_by) values ($1, $2, $3, $4) on conflict do nothing`,
        [id, seq, staff.shopId, staff.id],
      );
    } else {
      await tx.query('delete from pinned_notes where conversation_id = $1 and message_seq = $2', [id, seq]);
    }
    return true;
  });
}
