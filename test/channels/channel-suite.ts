// What every channel has to withstand, told once. A channel brings a harness that speaks like its platform.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import {
  type Channel,
  type ChannelEvent,
  type ChannelRequest,
  type ChannelResponse,
  SendError,
} from '../../src/channels/channel.ts';
import { handoffEvents } from '../../src/channels/handoff-events.ts';
import { CHANNELS } from '../../src/channels/table.ts';
import type { Outgoing } from '../../src/contract/conversation.ts';
import { type Answer, type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { createRecordingInbox, type RecordingInbox } from './recording-inbox.ts';

export interface GenuineMessage {
  id: string;
  shopperId: string;
  text: string;
  /** Seconds in the past; negative for the future. */
  age?: number;
}

/** How a channel with routes is spoken to. */
export interface Inlet {
  /** The same id is the same message. */
  genuine(message: GenuineMessage): ChannelRequest;
  /** Each has to be refused, all of them with one answer. */
  forgeries(): Record<string, ChannelRequest>;
  /** Signed all right but not to be admitted: acknowledged and left. */
  ignored(): Record<string, ChannelRequest>;
  /** A valid request larger than the limit. */
  oversize(): ChannelRequest;
  /** Valid in every way except for `body`. */
  withBody(body: Buffer): ChannelRequest;
  /** The platform cannot be told to send again: what cannot be stored at once is kept waiting. */
  isHeld?: true;
  /** A request only tells that something waits; the message is fetched after the acknowledgement. */
  isFetched?: true;
  /** Resolves when what was told so far has been fetched. */
  settled?(): Promise<void>;
  /** How far the clocks may differ, 300 unless the platform says otherwise; null when its requests carry no time. */
  toleranceSeconds?: number | null;
}

/** How a channel that pushes is listened to. */
export interface Outlet {
  /** Scripts what the platform needs beforehand, such as its access token. */
  prepare?(platform: FakePlatform): void;
  /** Path on the fake platform that takes messages. */
  path: string;
  textOf(body: Record<string, unknown>): string;
  /** What an event is called there; left out: it has no place for events. */
  eventIn?(body: Record<string, unknown>): string;
  accepted: Answer;
  /** Where an answer's body says how it went: bodies that say nothing of it. */
  saysNothing?: readonly unknown[];
  /** The body of a refusal for good whose number is written as text. */
  numberAsText?: unknown;
  refusedForGood: Answer;
  busy: Answer;
}

export interface ChannelHarness {
  name: string;
  create(platformUrl: string): Channel | null;
  /** The same without its secret. */
  createWithoutSecret?(): Channel | null;
  inlet?: Inlet;
  outlet?: Outlet;
}

export const outgoing = (more: Partial<Outgoing> = {}): Outgoing => ({
  id: 'out-1',
  conversationId: '7',
  seq: 3,
  author: 'bot',
  text: '您好，签收后七天内可以退货。',
  payload: {},
  shopperId: 'oShopper01',
  inReplyTo: ['m-1'],
  at: '2026-11-23T08:00:00.000Z',
  ...more,
});

export async function failureOf(sending: Promise<unknown>): Promise<SendError['failure']> {
  const error = await sending.then(
    () => new Error('it was sent'),
    (e: unknown) => e,
  );
  if (!(error instanceof SendError)) throw error;
  return error.failure;
}

const uuid = (): string => String(Math.floor(Math.random() * 2 ** 50));
const post = (channel: Channel) => channel.routes.find((r) => r.method === 'POST')!;

function tellInbound(channelOf: () => Channel, inlet: Inlet): void {
  const handle = async (channel: Channel, request: ChannelRequest, inbox: RecordingInbox): Promise<ChannelResponse> => {
    const answer = await post(channel).handle(request, inbox);
    if (answer.status < 300) await inlet.settled?.();
    return answer;
  };
  const tolerance = inlet.toleranceSeconds === undefined ? 300 : inlet.toleranceSeconds;
  const say = (more: Partial<GenuineMessage> = {}): GenuineMessage => ({
    id: uuid(),
    shopperId: 'oShopper01',
    text: '什么时候发货',
    ...more,
  });

  test('a genuine message is stored with its text, shopper and id, and acknowledged at once', async () => {
    const inbox = createRecordingInbox();
    const started = performance.now();
    const answer = await handle(channelOf(), inlet.genuine(say({ id: '23456789012345678', text: '你好 😀' })), inbox);
    expect(answer.status).toBeLessThan(300);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(inbox.messages).toMatchObject([
      { text: '你好 😀', shopperId: 'oShopper01', externalId: '23456789012345678' },
    ]);
  });

  test('one message 20 times at once and again later is one message, always acknowledged alike', async () => {
    const inbox = createRecordingInbox();
    const message = say();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => handle(channelOf(), inlet.genuine(message), inbox)),
    );
    answers.push(await handle(channelOf(), inlet.genuine(message), inbox));
    expect(inbox.messages).toHaveLength(1);
    expect(new Set(answers.map((a) => a.status)).size).toBe(1);
    expect(answers[0]!.status).toBeLessThan(300);
  });

  test('ids of 64 bits that differ in the last digit are two messages', async () => {
    const inbox = createRecordingInbox();
    await handle(channelOf(), inlet.genuine(say({ id: '9223372036854775806' })), inbox);
    await handle(channelOf(), inlet.genuine(say({ id: '9223372036854775807' })), inbox);
    expect(inbox.messages.map((m) => m.externalId)).toEqual(['9223372036854775806', '9223372036854775807']);
  });

  test('NUL and lone surrogates never reach the database, the rest of the text does', async () => {
    const inbox = createRecordingInbox();
    const answer = await handle(channelOf(), inlet.genuine(say({ text: 'a\u0000b\ud800c' })), inbox);
    expect(answer.status).toBeLessThan(300);
    expect(inbox.messages).toHaveLength(1);
    expect(inbox.messages[0]!.text).toMatch(/^ab\ufffd+c$/);
    expect(JSON.stringify(inbox.messages)).not.toMatch(/\\u0000|\\ud800/);
  });

  test('every forgery gets one identical refusal and stores nothing', async () => {
    const inbox = createRecordingInbox();
    const forgeries = {
      ...inlet.forgeries(),
      ...(tolerance !== null && {
        stale: inlet.genuine(say({ age: tolerance + 100 })),
        future: inlet.genuine(say({ age: -tolerance - 100 })),
      }),
    };
    const refusal = await handle(channelOf(), Object.values(forgeries)[0]!, inbox);
    for (const [name, request] of Object.entries(forgeries)) {
      const answer = await handle(channelOf(), request, inbox);
      expect(answer, name).toEqual(refusal);
      expect(answer.status, name).toBe(401);
    }
    expect(inbox.calls).toBe(0);
  });

  test('clocks that differ by less than the platform’s tolerance are fine', async () => {
    const inbox = createRecordingInbox();
    const ages = tolerance === null ? [86_400, -86_400] : [tolerance - 10, 10 - tolerance];
    for (const age of ages) await handle(channelOf(), inlet.genuine(say({ age })), inbox);
    expect(inbox.messages).toHaveLength(2);
  });

  test('what is not for us is acknowledged and left, our own echo too', async () => {
    const inbox = createRecordingInbox();
    for (const [name, request] of Object.entries(inlet.ignored())) {
      expect((await handle(channelOf(), request, inbox)).status, name).toBe(200);
    }
    expect(inbox.calls).toBe(0);
  });

  test('a body over the limit is refused unread', async () => {
    const inbox = createRecordingInbox();
    expect((await handle(channelOf(), inlet.oversize(), inbox)).status).toBe(413);
    expect(inbox.calls).toBe(0);
  });

  test('when it cannot be stored it waits or is asked for again, and that works', async () => {
    const inbox = createRecordingInbox();
    inbox.failNext(1);
    const message = say();
    const answer = await handle(channelOf(), inlet.genuine(message), inbox);
    // what is fetched stays with the platform until it is stored
    const isAskedFor = !inlet.isFetched && !inlet.isHeld;
    expect(answer.status).toBe(isAskedFor ? 503 : 200);
    expect(Number(answer.headers?.['retry-after'] ?? 0) > 0).toBe(isAskedFor);
    expect((await handle(channelOf(), inlet.genuine(message), inbox)).status).toBeLessThan(300);
    expect(inbox.messages).toHaveLength(1);
  });

  test('another account’s name in the path is not found', async () => {
    const inbox = createRecordingInbox();
    expect((await handle(channelOf(), { ...inlet.genuine(say()), account: 'other' }, inbox)).status).toBe(404);
    expect(inbox.calls).toBe(0);
  });

  test('any bytes as a body: never an exception, never a server error, signed or not', async () => {
    const inbox = createRecordingInbox();
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b)),
      fc.json().map((s) => Buffer.from(s)),
      fc.string({ unit: 'binary' }).map((s) => Buffer.from(`<xml>${s}</xml>`)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const genuine = inlet.genuine(say());
        for (const request of [
          inlet.withBody(body),
          { ...genuine, body },
          { ...genuine, query: {}, headers: {}, body },
        ]) {
          const { status } = await handle(channelOf(), request, inbox);
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
        }
      }),
      { numRuns: 200 },
    );
  });
}

function tellOutbound(channelOf: () => Channel, platformOf: () => FakePlatform, outlet: Outlet): void {
  test('a message arrives with its text', async () => {
    platformOf().script(outlet.path, outlet.accepted);
    await deliver(channelOf(), outgoing({ text: '退款一般 1-3 个工作日到账 "😀"' }));
    expect(outlet.textOf(platformOf().at(outlet.path).at(-1)!.body)).toBe('退款一般 1-3 个工作日到账 "😀"');
    expect(platformOf().at(outlet.path).at(-1)!.raw).toContain('退款');
  });

  test('a refusal for good is permanent and not repeated', async () => {
    platformOf().script(outlet.path, outlet.refusedForGood);
    const before = platformOf().at(outlet.path).length;
    expect((await failureOf(deliver(channelOf(), outgoing()))).kind).toBe('permanent');
    expect(platformOf().at(outlet.path)).toHaveLength(before + 1);
  });

  test('a busy platform is tried again later; it has not taken the message', async () => {
    platformOf().script(outlet.path, outlet.busy);
    expect(await failureOf(deliver(channelOf(), outgoing()))).toMatchObject({ kind: 'retry', notSent: true });
  });

  test('a server error is tried again, without claiming that nothing was taken', async () => {
    platformOf().script(outlet.path, { status: 502, body: '<html>', headers: { 'retry-after': '7' } });
    expect(await failureOf(deliver(channelOf(), outgoing()))).toMatchObject({
      kind: 'retry',
      notSent: false,
      afterMs: 7000,
    });
  });

  test('a line cut after the request leaves it open whether it was taken', async () => {
    platformOf().script(outlet.path, { cut: true });
    expect(await failureOf(deliver(channelOf(), outgoing()))).toMatchObject({ kind: 'retry', notSent: false });
  });

  const { saysNothing = [], numberAsText } = outlet;
  test.each(saysNothing.map((body) => ({ body })))('200 with $body is no word that it was taken', async ({ body }) => {
    platformOf().script(outlet.path, { status: 200, body });
    expect(await failureOf(deliver(channelOf(), outgoing()))).toMatchObject({ kind: 'retry', notSent: false });
  });

  test.skipIf(numberAsText === undefined)('an error number written as text is one', async () => {
    platformOf().script(outlet.path, { status: 200, body: numberAsText });
    expect((await failureOf(deliver(channelOf(), outgoing()))).kind).toBe('permanent');
  });

  test('a channel that sends can neither change nor take back', async () => {
    platformOf().script(outlet.path, outlet.accepted);
    const { adapter } = channelOf();
    await expect(adapter!.updateActivity({} as never, {})).rejects.toThrow(/cannot be changed/);
    await expect(adapter!.deleteActivity({} as never, {})).rejects.toThrow(/cannot be taken back/);
  });
}

const HAPPENED: ChannelEvent = {
  id: 'evt_1_7',
  type: 'handoff.accepted',
  timestamp: '2026-11-23T08:00:00.000Z',
  data: { conversation_id: '7', sequence: 3, user: { id: 'oShopper01' }, handoff_id: '9', agent_id: '5' },
};
const PROTOCOL = async () => handoffEvents('9', '7', [{ at: HAPPENED.timestamp, what: { kind: 'accepted' } }]);

/** What happens besides words: the same for all that are sent it. */
function tellEvents(channelOf: () => Channel, platformOf: () => FakePlatform, outlet: Outlet): void {
  const at = () => platformOf().at(outlet.path);
  const { eventIn } = outlet;
  if (eventIn === undefined) {
    test('has no place for events, and sends none', async () => {
      const before = at().length;
      await channelOf().tell?.(HAPPENED, PROTOCOL);
      expect(at()).toHaveLength(before);
    });
    return;
  }

  test('an event arrives as one, under its own name and without words', async () => {
    platformOf().script(outlet.path, outlet.accepted);
    const before = at().length;
    await channelOf().tell!(HAPPENED, PROTOCOL);
    expect(at()).toHaveLength(before + 1);
    expect(eventIn(at().at(-1)!.body)).toMatch(/^handoff\./);
    expect(outlet.textOf(at().at(-1)!.body)).toBe('undefined');
  });

  test('an event that is refused for good is permanent, one that comes at a bad time is told again', async () => {
    platformOf().script(outlet.path, outlet.refusedForGood);
    expect((await failureOf(channelOf().tell!(HAPPENED, PROTOCOL))).kind).toBe('permanent');
    platformOf().script(outlet.path, outlet.busy);
    expect((await failureOf(channelOf().tell!(HAPPENED, PROTOCOL))).kind).toBe('retry');
    platformOf().script(outlet.path, { cut: true });
    expect((await failureOf(channelOf().tell!(HAPPENED, PROTOCOL))).kind).toBe('retry');
    platformOf().script(outlet.path, outlet.accepted);
  });
}

export function describeChannel(harness: ChannelHarness): void {
  describe(harness.name, () => {
    let platform: FakePlatform;
    let channel: Channel;
    beforeAll(async () => {
      platform = await openFakePlatform();
      const created = harness.create(platform.url);
      if (!created) throw new Error('the harness made a channel that is off');
      channel = created;
      harness.outlet?.prepare?.(platform);
    });
    afterAll(() => platform.close());

    test('says what it is', () => {
      expect(channel.delivery === 'pull').toBe(harness.outlet === undefined);
      expect(channel.adapter === undefined).toBe(harness.outlet === undefined);
      expect(channel.burstWindowMs).toBeGreaterThanOrEqual(100);
      const definition = CHANNELS.find(({ kind }) => kind === channel.kind);
      expect(channel.tell !== undefined).toBe(definition?.events === 'sent');
      if (definition?.events === 'read') expect(channel.delivery).toBe('pull');
      const roots = definition?.roots ?? [];
      for (const route of channel.routes) {
        const own = roots.some((root) => route.path.startsWith(root.replace(/\*$/, '')));
        if (!own) expect(route.path).toMatch(/^\/channels\/[a-z-]+\/:account\//);
        expect(route.bodyLimit).toBeGreaterThan(0);
        // large bodies only from who may send them
        if (!route.refuse) expect(route.bodyLimit).toBeLessThanOrEqual(256 * 1024);
      }
    });
    if (harness.createWithoutSecret) {
      const { createWithoutSecret } = harness;
      test('without its secret it is off, never open', () => {
        expect(createWithoutSecret()).toBeNull();
      });
    }
    if (harness.inlet) tellInbound(() => channel, harness.inlet);
    if (harness.outlet)
      tellOutbound(
        () => channel,
        () => platform,
        harness.outlet,
      );
    if (harness.outlet)
      tellEvents(
        () => channel,
        () => platform,
        harness.outlet,
      );
    else {
      test('has nothing to send: its shoppers fetch', async () => {
        await expect(deliver(channel, outgoing())).rejects.toThrow(/fetched/);
      });
    }
  });
}
