// The generic webhook beyond the shared suite: the signature's published vector, rotation, the events as a bridge sees them.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import type { ChannelRequest, ChannelResponse } from '../../src/channels/channel.ts';
import { createWebhook, type WebhookSettings } from '../../src/channels/webhook/channel.ts';
import { signedHeaders } from '../../src/channels/webhook/signing.ts';
import { AppError } from '../../src/errors.ts';
import { createOutgoing } from '../../src/providers/outgoing.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { account, messageBody, NEW_SECRET, SECRET, seconds, signedRequest, webhookSettings } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';

let platform: FakePlatform;
beforeAll(async () => {
  platform = await openFakePlatform();
});
afterAll(() => platform.close());

const open = (more: Partial<WebhookSettings> = {}) =>
  createWebhook(account('webhook'), webhookSettings(platform.url, more))!;
const hello = { id: 'm-1', shopperId: 'u-1', text: '你好' };

async function receive(request: ChannelRequest, more: Partial<WebhookSettings> = {}) {
  const inbox = createRecordingInbox();
  const answer: ChannelResponse = await open(more).routes[0]!.handle(request, inbox);
  return { ...answer, body: JSON.parse(String(answer.body)) as Record<string, unknown>, messages: inbox.messages };
}

describe('incoming', () => {
  test('the old and the new secret are both good while they are rotated', async () => {
    const rotating = { secret: `${NEW_SECRET} ${SECRET}` };
    for (const secret of [SECRET, NEW_SECRET])
      expect((await receive(signedRequest(messageBody(hello), { secret }), rotating)).status).toBe(202);
    expect((await receive(signedRequest(messageBody(hello)), { secret: NEW_SECRET })).status).toBe(401);
  });

  test.each([-3_600, -310, 310])('a signature of another time is stale: %d seconds', async (off) => {
    expect((await receive(signedRequest(messageBody(hello), { at: seconds() + off }))).status).toBe(401);
  });

  test('any one good signature among several is enough', async () => {
    const request = signedRequest(messageBody(hello));
    const headers = {
      ...request.headers,
      'webhook-signature': `v1a,xx v1,AAAA ${request.headers['webhook-signature']}`,
    };
    expect((await receive({ ...request, headers })).status).toBe(202);
  });

  test('a repeated message gets the place of the first arrival', async () => {
    const channel = open();
    const inbox = createRecordingInbox();
    const answers = [];
    for (let i = 0; i < 2; i++)
      answers.push(
        JSON.parse(String((await channel.routes[0]!.handle(signedRequest(messageBody(hello)), inbox)).body)),
      );
    expect(answers).toEqual([
      { status: 'new', conversation_id: '7', seq: 1 },
      { status: 'duplicate', conversation_id: '7', seq: 1 },
    ]);
  });

  test('order, product, locale and choice come along', async () => {
    const body = messageBody(hello, { order_id: 'E1', product_id: 'P1', locale: 'zh-CN', choice: 'return' });
    const { messages } = await receive(signedRequest(body));
    expect(messages[0]).toMatchObject({
      shopperName: '小明',
      payload: { orderId: 'E1', productId: 'P1', choice: 'return', platform: { locale: 'zh-CN' } },
    });
  });

  test.each([
    ['a number as id, which would lose digits', messageBody(hello).replace('"m-1"', '9223372036854775807')],
    ['no user', JSON.stringify({ type: 'message.created', data: { id: '1', text: 'x' } })],
    ['an empty text', messageBody({ ...hello, text: ' \n' })],
    ['NUL in an id', messageBody({ ...hello, id: 'a\u0000' })],
    ['half a character in an id', messageBody({ ...hello, shopperId: 'a\ud800' })],
    ['an array', '[]'],
    ['no JSON', '{"type":'],
    ['nothing', ''],
    ['10 000 brackets', '['.repeat(10_000)],
    [
      'a prototype instead of data',
      '{"type":"message.created","data":{"__proto__":{"id":"1","user":{"id":"1"},"text":"x"}}}',
    ],
  ])('%s is refused with a reason', async (_name, body) => {
    const answer = await receive(signedRequest(body));
    expect(answer).toMatchObject({ status: 400, contentType: expect.stringContaining('problem+json') });
    expect(answer.messages).toEqual([]);
    expect(String(answer.body.detail)).not.toBe('');
  });

  test('a secret that is none stops the start', () => {
    for (const secret of ['hunter2', 'whsec_', `${SECRET} hunter2`, 'whsec_***'])
      expect(() => open({ secret }), secret).toThrow(AppError);
  });
});

describe('outgoing', () => {
  test('the published vector', () => {
    const headers = signedHeaders(
      [new Webhook(SECRET)],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      new Date(1614265330_000),
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('the bridge can verify it and finds all it needs', async () => {
    platform.script('/bridge', { status: 200 });
    const message = outgoing({
      payload: { choices: [{ value: 'return', label: '退货' }], source: { kind: 'faq', id: '9', title: '退货规则' } },
    });
    await deliver(open(), message);
    const { raw, headers } = platform.at('/bridge').at(-1)!;
    expect(new Webhook(SECRET).verify(raw, headers as Record<string, string>)).toEqual({
      type: 'message.created',
      timestamp: message.at,
      data: {
        id: 'out-1',
        conversation_id: '7',
        sequence: 3,
        occurred_at: message.at,
        user: { id: 'oShopper01' },
        from: 'bot',
        text: message.text,
        choices: [{ value: 'return', label: '退货' }],
        source: { kind: 'faq', id: '9', title: '退货规则' },
        in_reply_to: ['m-1'],
      },
    });
  });

  test('every attempt has the same id and body but its own time', async () => {
    platform.script('/bridge', { status: 503 }, { status: 200 });
    const first = platform.at('/bridge').length;
    await failureOf(deliver(open(), outgoing()));
    await deliver(open(), outgoing());
    const [a, b] = platform.at('/bridge').slice(first);
    expect([a!.headers['webhook-id'], b!.headers['webhook-id']]).toEqual(['out-1', 'out-1']);
    expect(a!.raw).toBe(b!.raw);
    expect(Math.abs(Number(b!.headers['webhook-timestamp']) - seconds())).toBeLessThan(5);
  });

  test('both secrets sign while they are rotated, and a separate secret replaces the incoming one', async () => {
    platform.script('/bridge', { status: 200 });
    await deliver(open({ deliverSecret: `${NEW_SECRET} ${SECRET}` }), outgoing());
    const { raw, headers } = platform.at('/bridge').at(-1)!;
    for (const secret of [SECRET, NEW_SECRET]) new Webhook(secret).verify(raw, headers as Record<string, string>);
    await deliver(open({ deliverSecret: NEW_SECRET }), outgoing());
    const last = platform.at('/bridge').at(-1)!;
    expect(() => new Webhook(SECRET).verify(last.raw, last.headers as Record<string, string>)).toThrow();
  });

  test.each([
    [400, 'permanent'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'retry'],
    [410, 'permanent'],
    [408, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [504, 'retry'],
  ])('%i is %s', async (status, kind) => {
    platform.script('/bridge', { status });
    expect((await failureOf(deliver(open(), outgoing()))).kind).toBe(kind);
  });

  test('a redirect is not followed', async () => {
    platform.script('/bridge', { status: 302, headers: { location: `${platform.url}/elsewhere` } });
    expect(await failureOf(deliver(open(), outgoing()))).toMatchObject({ kind: 'permanent', code: '302' });
    expect(platform.at('/elsewhere')).toEqual([]);
  });

  test('Retry-After is kept, as seconds or as a date, up to an hour', async () => {
    const waitOf = async (value: string) => {
      platform.script('/bridge', { status: 503, headers: { 'retry-after': value } });
      const failure = await failureOf(deliver(open(), outgoing()));
      return failure.kind === 'retry' ? failure.afterMs : 'permanent';
    };
    expect(await waitOf('12')).toBe(12_000);
    expect(await waitOf('999999')).toBe(3_600_000);
    expect(await waitOf('nonsense')).toBeUndefined();
    const date = Number(await waitOf(new Date(Date.now() + 60_000).toUTCString()));
    expect(date).toBeGreaterThan(50_000);
    expect(date).toBeLessThanOrEqual(60_000);
  });

  test('a port nobody listens on: certainly not sent', async () => {
    const gone = await openFakePlatform();
    await gone.close();
    expect(await failureOf(deliver(open({ deliverUrl: `${gone.url}/bridge` }), outgoing()))).toMatchObject({
      kind: 'retry',
      notSent: true,
    });
  });

  test.each([
    ['an address in the network', (url: string) => url],
    ['one spelt as a number', (url: string) => url.replace('127.0.0.1', '2130706433')],
  ])('%s that no setting names is not called', async (_what, spell) => {
    const before = platform.received.length;
    const settings = { deliverUrl: spell(`${platform.url}/bridge`), outgoing: createOutgoing({ named: [] }) };
    expect(await failureOf(deliver(open(settings), outgoing()))).toMatchObject({
      kind: 'permanent',
      code: 'refused_address',
    });
    expect(platform.received.length).toBe(before);
  });

  test('without an address replies fail for good, with a sentence for the agent', async () => {
    expect(await failureOf(deliver(open({ deliverUrl: '' }), outgoing()))).toMatchObject({
      kind: 'permanent',
      code: 'no_deliver_url',
    });
  });
});
