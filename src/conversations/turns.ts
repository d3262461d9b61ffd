// Turns: taking one under a lease and committing its outcome under the epoch. Knows nothing of how a turn is decided.
import type { Author, ConversationId, HandoffId, MessagePayload, ShopId } from '../contract/conversation.ts';
import type { AnswerSource, HandoffReason, RiskLevel } from '../contract/decision.ts';
import type { Packet } from '../contract/handoff.ts';
import type { Pool } from '../db/database.ts';
import { inShop } from '../db/transaction.ts';
import { type QuotaLeft, type QuotaRules, quotaOf } from './quota.ts';

export interface PastMessage {
  seq: number;
  author: Author;
  kind: 'text' | 'notice';
  text: string;
  source: AnswerSource | null;
}

/** A turn taken by this process, with everything deciding needs. `epoch` and `attempt` fence its commit. */
export interface ClaimedTurn {
  status: 'claimed';
  shopId: ShopId;
  turnId: string;
  attempt: number;
  firstSeq: number;
  lastSeq: number;
  epoch: string;
  ownerKind: 'bot' | 'queue' | 'agent' | 'platform_agent';
  /** What the bot wrote there after its last turn; its shape belongs to bot/. */
  memory: Record<string, unknown>;
  conversationId: ConversationId;
  accountId: string;
  shopper: { id: string; platformId: string; name: string | null; customerId: string | null };
  messages: { seq: number; text: string; payload: MessagePayload; at: string }[];
  /** Oldest first. */
  history: PastMessage[];
  handoff: {
    id: HandoffId;
    state: string;
    reason: HandoffReason;
    team: string;
    toldAt: string | null;
    toldPosition: number | null;
  } | null;
}

export type TurnClaim = ClaimedTurn | { status: 'idle' } | { status: 'busy' } | { status: 'early'; dueInMs: number };

export interface OutgoingPart {
  author?: 'bot' | 'system';
  kind?: 'text' | 'notice';
  text: string;
  payload?: MessagePayload;
}

export interface NewHandoff {
  reason: HandoffReason;
  risk: RiskLevel;
  /** 0 is the worst. */
  riskRank: number;
  priority: number;
  team: string;
  /** `deferred`: nobody is there until the next opening. */
  state: 'waiting' | 'deferred';
  /** The routing rule that chose the team. */
  rule: string;
  skills: readonly string[];
  language: string;
  /** Of an agent's capacity. */
  weight: number;
  summary: string;
  intent: string | null;
  /** Until the first human reply is due. */
  dueMs: number;
  /** The place the shopper is told; null for who does not stand in line. */
  position: number | null;
  packet: Packet;
}

export interface TurnOutcome {
  receipt: Record<string, unknown>;
  parts: OutgoingPart[];
  memory: Record<string, unknown>;
  handoff: NewHandoff | null;
}

export type CommitResult =
  | {
      status: 'done';
      outbox: { id: string; seq: number; state: string }[];
      handoffId: HandoffId | null;
      next: { dueInMs: number } | null;
    }
  /** Somebody took over while the turn ran: nothing was said. */
  | { status: 'stale'; next: { dueInMs: number } | null }
  /** The lease ran out and another process has the turn. */
  | { status: 'lost-lease' };

/** How an outgoing row is born: already there for a shopper who pulls, about to be sent by us, left to delivery, or held until the platform asks. */
export type Born = 'sent' | 'sending' | 'new' | 'held';

export interface Turns {
  claim(shopId: ShopId, conversationId: ConversationId): Promise<TurnClaim>;
  /** Puts a claimed turn back as it was: nobody has tried it. */
  release(turn: ClaimedTurn): Promise<void>;
  commit(turn: ClaimedTurn, outcome: TurnOutcome, born: Born): Promise<CommitResult>;
  /** What the platform still takes in the turn's conversation; null when it does not count. */
  quota(turn: ClaimedTurn, rules: QuotaRules): Promise<QuotaLeft | null>;
}

/** Longer than the writer's deadline plus everything else, so that a healthy turn never loses its lease. */
export const TURN_LEASE_MS = 15_000;
/** Longer than any channel's request timeout. */
export const SEND_LEASE_MS = 20_000;
const HISTORY = 12;

export function createTurns(pool: Pool): Turns {
  return {
    async claim(shopId, conversationId) {
      const { rows } = await pool.query<{ turn: TurnClaim }>({
        name: 'claim-turn',
        text: 'select claim_turn($1, $2, $3, $4) as turn',
        values: [shopId, conversationId, TURN_LEASE_MS, HISTORY],
      });
      const turn = rows[0]?.turn ?? { status: 'idle' };
      return turn.status === 'claimed' ? { ...turn, shopId } : turn;
    },
    async release({ shopId, turnId, attempt }) {
      await inShop(pool, shopId, (tx) =>
        tx.query(
          `update turns set state = 'open', attempt = attempt - 1, lease_until = null
           where id = $1 and state = 'leased' and attempt = $2`,
          [turnId, attempt],
        ),
      );
    },
    quota: (turn, rules) => quotaOf(pool, turn.shopId, turn.conversationId, rules),
    async commit(turn, outcome, born) {
      const { rows } = await pool.query<{ result: CommitResult }>({
        name: 'commit-turn',
        text: 'select commit_turn($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8::jsonb, $9::jsonb, $10, $11) as result',
        values: [
          turn.shopId,
          turn.conversationId,
          turn.turnId,
          turn.attempt,
          turn.epoch,
          JSON.stringify(outcome.receipt),
          JSON.stringify(outcome.parts),
          JSON.stringify(outcome.memory),
          outcome.handoff === null ? null : JSON.stringify(outcome.handoff),
          born,
          SEND_LEASE_MS,
        ],
      });
      return rows[0]!.result;
    },
  };
}
