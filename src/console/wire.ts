// The shapes of the HTTP answers the pages read. What the contract already names is taken from there, types only.
import type { Author, ChannelKind, MessagePayload } from '../contract/conversation.ts';
import type { EmotionName, FaqHit, HandoffReason, IntentGuess, RiskLevel, RiskSignal } from '../contract/decision.ts';
import type { DISPOSITIONS, Packet } from '../contract/handoff.ts';
import type { RouteReply } from '../contract/route.ts';
import type { Routes } from '../contract/routes/table.ts';
import type { ShopMessage, ShopState } from '../contract/shop.ts';

export type ConversationState = ShopState['state'];
export type Disposition = (typeof DISPOSITIONS)[number];

// --- the shopper's side

export interface Customer {
  name: string;
  hint?: string;
}

export type { ShopMessage, ShopState };

export interface ShopPage extends ShopState {
  messages: ShopMessage[];
}

// --- the desk

export type Session = RouteReply<Routes['GET /api/session']>;
export type StaffUser = Session['user'];

export type Presence = 'online' | 'busy' | 'away' | 'offline';

export interface HandoffRow {
  id: string;
  conversationId: string;
  reason: HandoffReason;
  risk: RiskLevel;
  priority: number;
  team: string;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred' | 'resolved';
  waitingSince: string;
  dueAt: string;
  shopper: { id: string; name: string | null };
  channel: ChannelKind;
  summary: string;
  intent: string | null;
  owner: { id: string; name: string } | null;
  offeredTo?: { id: string; name: string; expiresAt: string } | null;
  transfer?: Transfer | null;
  /** The conversation's handoff before, if it ended within a day (续聊). */
  previousId?: string | null;
  awaitingReply: boolean;
  deliveryTrouble: number;
}

export interface Transfer {
  kind: 'agent' | 'team';
  agent?: string;
  team?: string;
  by?: string;
  reason?: string;
  note?: string | null;
  summary?: { lines?: readonly string[] } | null;
}

/** `takenFrom`: the last transfer that was accepted. */
/** `insult`: in the lines of the packet's summary. */
export type HandoffDetail = HandoffRow & { packet: Packet; takenFrom?: Transfer | null; insult?: boolean };

export interface Colleague {
  id: string;
  name: string;
  role: StaffUser['role'];
  teams: string[];
  presence: Presence;
  capacity: number;
  load: number;
}

export interface TeamInfo {
  name: string;
  label: string;
}

export interface Viewers {
  viewers: { id: string; name: string; typing: boolean }[];
  shopperTyping: boolean;
}

export interface HandoverItem {
  position: number;
  kind: 'note' | 'conversation' | 'commitment';
  topic: string | null;
  text: string | null;
  conversationId: string | null;
  commitmentId: string | null;
  shopper: string | null;
  awaitingReply: boolean;
  dueAt: string | null;
  outcome: 'moved' | 'not_moved' | null;
  why: string | null;
}

export interface Handover {
  id: string;
  state: 'pending' | 'accepting' | 'accepted' | 'refused' | 'withdrawn';
  from: { id: string; name: string };
  to: { agent: { id: string; name: string } } | { team: string };
  reason: string | null;
  createdAt: string;
  items: HandoverItem[];
}

export interface ConversationDetail {
  id: string;
  state: ConversationState;
  ownerId?: string | null;
  ownerName?: string | null;
  shopper: { id?: string; name: string | null };
  channel?: ChannelKind;
  lastSeq?: number;
  handoff?: { id: string; state: string } | null;
  /** What the platform still takes; null where it does not count. */
  quota?: { left: number; until: string | null } | null;
  emotion?: EmotionName | null;
}

export type DeliveryState = 'new' | 'sending' | 'sent' | 'unknown' | 'failed' | 'cancelled';

export interface DeskMessage {
  seq: number;
  from: Author;
  kind: 'text' | 'notice' | 'note';
  text: string;
  payload?: MessagePayload | null;
  authorName: string | null;
  delivery: DeliveryState | null;
  deliveryError: string | null;
  at: string;
  /** It insults whoever reads it. */
  insult?: boolean;
}

/** One turn of the bot and how it judged; `receipt` is null while it still works on it. */
export interface Receipt {
  turnId: string;
  firstSeq: number;
  lastSeq: number;
  receipt: {
    decision?: { kind: string };
    reasons?: string[];
    intents?: IntentGuess[];
    faqs?: FaqHit[];
    risks?: RiskSignal[];
    timings?: Record<string, number>;
    discarded?: string;
  } | null;
  at: string;
}
