// Makes an outgoing event of what the product noted down. Pure; what is no business of the outside is null.
import type { ChannelEvent } from '../channels/channel.ts';
import { HOOK_KINDS, type HookEvent, type HookKind } from '../contract/hook.ts';

/** A row of `events`, with what its handoff says where it is about one. */
export interface NotedEvent {
  seq: string;
  kind: string;
  payload: Record<string, unknown>;
  created_at: Date;
  reason: string | null;
  risk: string | null;
  team: string | null;
  disposition: string | null;
}

/** What happens to a handoff and concerns somebody outside; offers, transfers that are only asked for and the like are our own business. */
const HANDOFF_KINDS: ReadonlyMap<unknown, HookKind> = new Map([
  ['hand-off', 'handoff.requested'],
  ['lost', 'handoff.requested'], // the agent's line is gone: it waits again
  ['claim', 'handoff.accepted'],
  ['take-over', 'handoff.accepted'],
  ['accept-transfer', 'handoff.accepted'],
  ['resolve', 'handoff.resolved'],
  ['give-back', 'handoff.resolved'],
  ['forgotten', 'handoff.resolved'],
  ['leave-queue', 'handoff.resolved'],
  ['platform-takes', 'handoff.resolved'], // people in the platform's own app have it
]);

/** Ids and codes are short; anything longer are words of people, and those do not leave this way. */
const VALUE_MAX = 200;

const isKind = (kind: string): kind is HookKind => Object.hasOwn(HOOK_KINDS, kind);
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function thin(payload: Record<string, unknown>): HookEvent['data'] {
  const data: HookEvent['data'] = {};
  for (const [name, value] of Object.entries(payload)) {
    const isPlain = value === null || typeof value === 'number' || typeof value === 'boolean';
    if (isPlain || (typeof value === 'string' && value.length <= VALUE_MAX)) data[snakeCase(name)] = value;
  }
  return data;
}

function handoffEvent(noted: NotedEvent): { type: HookKind; data: HookEvent['data'] } | null {
  const type = HANDOFF_KINDS.get(noted.payload.what);
  if (type === undefined) return null;
  const { handoffId, conversationId, team, owner } = noted.payload;
  if (handoffId === null) return null;
  return {
    type,
    data: {
      handoff_id: String(handoffId),
      conversation_id: String(conversationId),
      reason: noted.reason,
      risk: noted.risk,
      team: typeof team === 'string' ? team : noted.team,
      ...(type === 'handoff.accepted' && { agent_id: String(owner) }),
      ...(type === 'handoff.resolved' && { disposition: noted.disposition }),
    },
  };
}

/** A part of the product that has something to say outside notes it down under its outgoing kind; nothing else is needed. */
export function toHookEvent(noted: NotedEvent): HookEvent | null {
  const told = isKind(noted.kind)
    ? { type: noted.kind, data: thin(noted.payload) }
    : noted.kind === 'handoff'
      ? handoffEvent(noted)
      : null;
  if (told === null) return null;
  return { type: told.type, timestamp: noted.created_at.toISOString(), sequence: Number(noted.seq), data: told.data };
}

/** The idempotency key: of the event, not of the attempt, and the same when it is told again years later. */
export const hookEventId = (shopId: string, seq: string): string => `evt_${shopId}_${seq}`;

/** The same with its place in one conversation: for the channel that the conversation is on. */
export interface PlacedEvent extends NotedEvent {
  /** The platform's id; null when it is not about a conversation of that channel. */
  shopper: string | null;
  /** The number of the last message before it: one row of numbers for messages and events. */
  place: string | null;
}

export function toChannelEvent(shopId: string, noted: PlacedEvent): ChannelEvent | null {
  const told = noted.shopper === null ? null : toHookEvent(noted);
  if (told === null || noted.shopper === null) return null;
  const id = hookEventId(shopId, noted.seq);
  return {
    id,
    type: told.type,
    timestamp: told.timestamp,
    data: {
      id,
      ...told.data,
      conversation_id: String(noted.payload.conversationId),
      sequence: Number(noted.place),
      occurred_at: told.timestamp,
      user: { id: noted.shopper },
    },
  };
}
