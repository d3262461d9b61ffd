// What the round builder finds in a history: rounds (首问首答) and sessions. Shapes only.
import type { Responder } from './profile.ts';

export type Exclusion = 'spam' | 'blocked' | 'system-card' | 'left-message';

/** From the first unanswered words of a shopper to the first reply that counts as one. */
export interface Round {
  conversationId: string;
  shopperId: string;
  /** When its session started; with the conversation the session's name. */
  sessionStartedAt: number;
  /** Local day on which it was asked. */
  day: string;
  askedAt: number;
  /** `askedAt`, or for the second agent the moment of the transfer. */
  clockFrom: number;
  /** The shopper's messages that were collapsed into it; 0 after a transfer. */
  questions: number;
  inWindow: boolean;
  excluded: Exclusion | null;
  /** `open`: somebody may still answer in time. */
  state: 'answered' | 'unanswered' | 'open';
  /** `replaced`: words that do not count, before words that do. */
  endedBy: 'reply' | 'transfer' | 'midnight' | 'closed' | 'blocked' | 'replaced' | null;
  endedAt: number | null;
  responder: Responder | null;
  /** Who answered, or should have. */
  agentId: string | null;
  /** From `clockFrom` to the end, or to the moment of asking. */
  waitedMs: number;
}

/** One visit of a shopper. */
export interface Session {
  conversationId: string;
  shopperId: string;
  startedAt: number;
  lastAt: number;
  day: string;
  inWindow: boolean;
  /** Closed, followed by another, or of a day that is over. */
  over: boolean;
  questions: number;
  /** The shopper's messages while a person was responsible. */
  questionsToHuman: number;
  intents: string[];
  botReplies: number;
  handedOffAt: number | null;
  handoffReason: string | null;
  leftMessageAt: number | null;
  assignedAt: number | null;
  /** When a person was first asked for or assigned, and whether that was inside the window. */
  humanAskedAt: number | null;
  humanInWindow: boolean;
  /** Replies of people, with the moment since which the shopper had been waiting. */
  humanReplies: { at: number; since: number }[];
}

export interface Timeline {
  rounds: Round[];
  sessions: Session[];
}
