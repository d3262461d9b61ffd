// The shapes of the HTTP answers the pages read. What the contract already names is taken from there, types only.
import type { Author, ChannelKind, MessagePayload } from '../contract/conversation.ts';
import type { FaqHit, HandoffReason, IntentGuess, RiskLevel, RiskSignal } from '../contract/decision.ts';
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
  awaitingReply: boolean;
  deliveryTrouble: number;
}

export type HandoffDetail = HandoffRow & { packet: Packet };

export interface BotConversation {
  id: string;
  shopper: { id?: string; name: string | null };
  lastText: string | null;
  lastAt: string | null;
  state: ConversationState;
}

export interface ConversationDetail {
  id: string;
  state: ConversationState;
  ownerId?: string | null;
  ownerName?: string | null;
  shopper: { id?: string; name: string | null };
  channel?: ChannelKind;
  handoff?: { id: string; state: string } | null;
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
