// The handoff protocol of Bot Framework: the two events other agent hubs understand. Knows nothing of our own handoff states.
import { type Activity, EventFactory, TurnContext } from 'botbuilder';
import { ChannelAdapter } from './adapter.ts';

export type HandoffStatus = 'accepted' | 'failed' | 'completed';

/** EventFactory wants a context but only reads its activity; nothing is ever sent through it. */
const silent = new ChannelAdapter(async () => {
  throw new Error('a handoff event is built here, not sent');
});

/**
 * `handoff.initiate`: the packet as its value, the conversation so far as the attachment `Transcript`.
 * @param transcript oldest first, at least one activity of the shopper; conversation and sender are taken from the last one.
 */
export function handoffInitiation<T>(packet: T, transcript: Partial<Activity>[]): Activity {
  const asked = transcript.findLast((a) => a.from?.role === 'user');
  if (!asked) throw new Error('a handoff needs a transcript with at least one message of the shopper');
  return EventFactory.createHandoffInitiation(new TurnContext(silent, asked), packet, {
    activities: transcript as Activity[],
  });
}

/** `handoff.status`, told to whoever handed over. `message` says how it ended. */
export function handoffStatus(conversationId: string, state: HandoffStatus, message?: string): Activity {
  return EventFactory.createHandoffStatus(
    { id: conversationId, name: '', isGroup: false, conversationType: 'personal' },
    state,
    message,
  );
}

/** One thing that happened to a handoff, as our rows know it. */
export interface HandoffFact<T> {
  at: string;
  what: { kind: 'initiated'; packet: T; transcript: Partial<Activity>[] } | { kind: HandoffStatus; message?: string };
}

/**
 * What happened to one handoff as events of the protocol, oldest first: the same facts give the same ids and times, so that
 * whoever reads twice knows it. A start without a word of the shopper is left out: the protocol has no place for it.
 */
export function handoffEvents<T>(
  handoffId: string,
  conversationId: string,
  facts: readonly HandoffFact<T>[],
): Activity[] {
  return facts.flatMap(({ at, what }) => {
    if (what.kind === 'initiated' && !what.transcript.some((a) => a.from?.role === 'user')) return [];
    const event =
      what.kind === 'initiated'
        ? handoffInitiation(what.packet, what.transcript)
        : handoffStatus(conversationId, what.kind, what.message);
    return [{ ...event, id: `handoff-${handoffId}-${what.kind}`, timestamp: new Date(at) }];
  });
}
