// What stands in the rows of a locked conversation, read as the baton it is. Writes nothing.
import type { ConversationId, HandoffId, StaffId } from '../contract/conversation.ts';
import type { RiskLevel } from '../contract/decision.ts';
import type { Baton, TransferTarget } from './baton.ts';
import type { TransferSummary } from './transfer-summary.ts';

/** What a transfer carries besides its target; kept on the handoff until it ends, and with the assignment of whoever accepts. */
export type TransferNote = TransferTarget & {
  by: StaffId;
  reason: string;
  note: string | null;
  summary: TransferSummary | null;
  at: string;
};

/** As `lock_baton` gives it. */
export interface LockedRow {
  conversationId: ConversationId;
  epoch: string;
  accountId: string;
  ownerKind: 'bot' | 'queue' | 'agent' | 'platform_agent';
  ownerId: StaffId | null;
  handoff: {
    id: HandoffId;
    state: 'waiting' | 'offered' | 'with-agent' | 'deferred';
    team: string;
    passed: StaffId[];
    raised: boolean;
    offeredTo: StaffId | null;
    offerOver: boolean;
    owner: StaffId | null;
    transfer: TransferNote | null;
    risk: RiskLevel;
    weight: number;
    awaitingMs: number | null;
  } | null;
}

export function readBaton(row: LockedRow): Baton {
  const h = row.handoff;
  if (h === null) return { kind: row.ownerKind === 'platform_agent' ? 'with-platform' : 'with-bot' };
  const memory = { team: h.team, passed: h.passed, raised: h.raised };
  switch (h.state) {
    case 'waiting':
    case 'deferred':
      return { kind: h.state, ...memory };
    case 'offered':
      return { kind: 'offered', to: h.offeredTo!, ...memory };
    case 'with-agent':
      return { kind: 'with-agent', owner: h.owner!, transfer: h.transfer, ...memory };
    default:
      return h.state satisfies never;
  }
}

/** Who has it, or is being asked. */
export const holderOf = (baton: Baton): StaffId | null =>
  baton.kind === 'with-agent' ? baton.owner : baton.kind === 'offered' ? baton.to : null;
