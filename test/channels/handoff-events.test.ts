// A handoff's events through Bot Framework's own hands: its checks, its adapter, its handler.
import { type Activity, ActivityHandler, HandoffEventNames, type Transcript } from 'botbuilder';
import { validateAndFixActivity } from 'botbuilder/lib/activityValidator.js';
import { describe, expect, it } from 'vitest';
import { conversationReference, outgoingToActivity, toActivity } from '../../src/channels/activity.ts';
import { ChannelAdapter } from '../../src/channels/adapter.ts';
import { type HandoffFact, handoffEvents } from '../../src/channels/handoff-events.ts';
import { outgoing } from './channel-suite.ts';
import { account } from './harnesses.ts';

const ACCOUNT = account('webhook');
const CONVERSATION = conversationReference(ACCOUNT, 'u1').conversation!.id;
const said = toActivity({ externalId: 'e1', shopperId: 'u1', text: '我要退货', payload: {} }, ACCOUNT);

const FACTS: HandoffFact<{ reason: string }>[] = [
  {
    at: '2026-11-24T02:00:00.000Z',
    what: { kind: 'initiated', packet: { reason: 'complaint' }, transcript: [said, outgoingToActivity(outgoing())] },
  },
  { at: '2026-11-24T02:01:00.000Z', what: { kind: 'accepted', message: '小美' } },
  { at: '2026-11-24T02:09:00.000Z', what: { kind: 'completed', message: 'resolved' } },
];

/** As it arrives at somebody else: through JSON. */
const overTheWire = (events: Activity[]): unknown[] => JSON.parse(JSON.stringify(events)) as unknown[];

/** What a bot built with the library hears. */
async function heardBy(events: unknown[]): Promise<{ name: string; value: unknown }[]> {
  const heard: { name: string; value: unknown }[] = [];
  const bot = new ActivityHandler();
  bot.onEvent(async (context, next) => {
    heard.push({ name: context.activity.name!, value: context.activity.value });
    await next();
  });
  const adapter = new ChannelAdapter(async () => undefined);
  for (const event of events)
    await adapter.receive(validateAndFixActivity(event as Activity), (context) => bot.run(context));
  return heard;
}

describe('the events of one handoff', () => {
  it('are read back by the parser of the library’s adapter, after a trip through JSON', () => {
    const events = handoffEvents('7', CONVERSATION, FACTS);
    const read = overTheWire(events).map((event) => validateAndFixActivity(event as Activity));
    expect(read.map((e) => e.timestamp)).toEqual(FACTS.map((f) => new Date(f.at)));
    expect(read.map(({ name, value, type }) => ({ name, value, type }))).toEqual(
      events.map(({ name, value, type }) => ({ name, value, type })),
    );
    expect(() => validateAndFixActivity({ ...read[0], type: undefined } as never)).toThrow('missing activity type');
  });

  it('are heard by a bot of the library under the names and with the states of the protocol', async () => {
    expect(await heardBy(overTheWire(handoffEvents('7', CONVERSATION, FACTS)))).toEqual([
      { name: HandoffEventNames.InitiateHandoff, value: { reason: 'complaint' } },
      { name: HandoffEventNames.HandoffStatus, value: { state: 'accepted', message: '小美' } },
      { name: HandoffEventNames.HandoffStatus, value: { state: 'completed', message: 'resolved' } },
    ]);
  });

  it('belong to one conversation, carry the times of the rows and the same ids whenever they are read', () => {
    const events = handoffEvents('7', CONVERSATION, FACTS);
    expect(new Set(events.map((e) => e.conversation.id))).toEqual(new Set([CONVERSATION]));
    expect(events.map((e) => e.timestamp!.toISOString())).toEqual(FACTS.map((f) => f.at));
    expect(events.map((e) => e.id)).toEqual(['handoff-7-initiated', 'handoff-7-accepted', 'handoff-7-completed']);
    expect(handoffEvents('7', CONVERSATION, FACTS).map((e) => e.id)).toEqual(events.map((e) => e.id));
    const { activities } = events[0]!.attachments![0]!.content as Transcript;
    expect(activities.map((a) => a.text)).toEqual(['我要退货', outgoing().text]);
  });

  it('say failed with its reason, and have no beginning without a word of the shopper', () => {
    const facts: HandoffFact<object>[] = [
      { at: FACTS[0]!.at, what: { kind: 'initiated', packet: {}, transcript: [outgoingToActivity(outgoing())] } },
      { at: FACTS[1]!.at, what: { kind: 'failed', message: '顾客没有等到人工客服' } },
    ];
    const [only, ...rest] = handoffEvents('7', CONVERSATION, facts);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ name: HandoffEventNames.HandoffStatus, value: { state: 'failed' } });
  });
});
