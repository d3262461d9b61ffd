// The handoff protocol of Bot Framework: the two events other agent hubs understand, and how much of them leaves the house. Knows nothing of our own handoff states.
import { type Activity, ActivityTypes, EventFactory, TurnContext } from 'botbuilder';
import { maskPersonalData } from '../policy/mask.ts';
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

/** What may be said outside of where a conversation goes and why: nothing that was weighed about the shopper. */
export interface Routing {
  handoffId: string;
  reason: string;
  team: string;
}

/** Something said, as the transcript that leaves carries it. */
export interface Spoken {
  id: string;
  from: 'user' | 'bot' | 'agent';
  name: string;
  text: string;
  at: string;
}

/** Teams takes 100 kB for an activity (learn.microsoft.com, Teams platform, "Format your bot messages"); Chinese is three bytes a character. */
const TRANSCRIPT_CHARS_MAX = 20_000;
const TRANSCRIPT_MAX = 100;

/** As botbuilder's Activity; for rooms where that library is not at home. */
export type ProtocolActivity = Partial<Activity>;

/** The newest words, personal data masked: what is read here is no longer in our hands. */
export function transcriptOutside(conversationId: string, spoken: readonly Spoken[]): ProtocolActivity[] {
  let left = TRANSCRIPT_CHARS_MAX;
  const first = spoken.findLastIndex(({ text }, i) => {
    left -= text.length;
    return left < 0 || i < spoken.length - TRANSCRIPT_MAX;
  });
  return spoken.slice(first + 1).map(({ id, from, name, text, at }) => ({
    type: ActivityTypes.Message,
    id,
    timestamp: new Date(at),
    from: { id: from, name, role: from === 'user' ? 'user' : 'bot' },
    conversation: { id: conversationId, name: '', isGroup: false, conversationType: 'personal' },
    text: maskPersonalData(text),
    textFormat: 'plain',
  }));
}

/** Without the addresses by which we know the conversation ourselves: the channel writes its own. */
export function outside({ id, type, timestamp, name, value, attachments }: Activity): ProtocolActivity {
  return {
    id,
    type,
    timestamp,
    name,
    value,
    ...(attachments?.length && { attachments }),
  };
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
