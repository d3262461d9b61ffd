// Says on the desk's stream what happened to a promise. Ids, times and codes only: the words are read over the API.
import type { CommitmentState } from '../contract/commitment.ts';
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { PoolClient } from '../db/database.ts';
import type { ReminderKind } from './reminders.ts';

export type CommitmentNews =
  | 'suggested'
  | 'added'
  | 'confirmed'
  | 'dismissed'
  | 'kept'
  | 'slipped'
  | 'carried'
  | 'assigned'
  | ReminderKind;

export interface AnnouncedCommitment {
  id: string;
  state: CommitmentState;
  holderId: StaffId | null;
  conversationId: ConversationId | null;
  orderId: string | null;
  dueAt: Date | null;
}

/** An event of the shop's desk; `due` is one that the shop's own systems may be told as well, so it carries their name for it. */
export async function announce(
  tx: PoolClient,
  shopId: ShopId,
  what: CommitmentNews,
  commitment: AnnouncedCommitment,
  more: { by?: StaffId; supervisor?: true } = {},
): Promise<void> {
  const { id, state, holderId, conversationId, orderId, dueAt } = commitment;
  const payload = {
    kind: 'commitment',
    what,
    commitmentId: id,
    agentId: holderId,
    conversationId,
    orderId,
    dueAt: dueAt?.toISOString() ?? null,
    state,
    ...more,
  };
  await tx.query(`select append_event($1, 'desk', $2, $3::jsonb)`, [
    shopId,
    what === 'due' ? 'commitment.due' : 'commitment',
    JSON.stringify(payload),
  ]);
}
