// Chatwoot's style of the webhook channel: the signature's vector, who is who, and replies that find their conversation.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import { createWebhook, type WebhookSettings } from '../../src/channels/webhook/channel.ts';
import { signChatwoot } from '../../src/channels/webhook/chatwoot.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { CW_SECRET, cwBody, cwRequest, cwSign } from './chatwoot-client.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { flips } from './flips.ts';
import { account, messageBody, SECRET, signedRequest, webhookSettings } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';

let platform: FakePlatform;
beforeAll(async () => {
  platform = await openFakePlatform();
});
afterAll(() => platform.close());

const hello = { id: '9001', shopperId: '77', text: '你好' };
const open = (more: Partial<WebhookSettings> = {}) =>
  createWebhook(account('webhook'), webhookSettings(platform.url, { secret: CW_SECRET, style: 'chatwoot', ...more }));
async function receive(body: string, channel = open()) {
  const inbox = createRecordingInbox();
  const answer = await channel.routes[0]!.handle(cwRequest(body), inbox);
  return { ...answer, messages: inbox.messages };
}

test('the vector', () => {
  const expected = 'sha256=0268fe45bada2b4016157bba1c61b018dfebd7d8c325985bfdbc1f0fc6e84e48';
  expect(signChatwoot('cw_secret', '1700000000', '{"event":"message_created","id":1}')).toBe(expected);
});

test('one flipped bit of body, time or signature is refused', async () => {
  const inbox = createRecordingInbox();
  const { handle } = open().routes[0]!;
  const request = cwRequest(cwBody(hello));
  const changed = [...flips(request.body).map((body) => ({ ...request, body }))];
  for (const name of ['x-chatwoot-signature', 'x-chatwoot-timestamp'])
    for (const bytes of flips(Buffer.from(request.headers[name]!)))
      changed.push({ ...request, headers: { ...request.headers, [name]: bytes.toString('latin1') } });
  for (const one of changed) expect((await handle(one, inbox)).status).toBe(401);
  expect([changed.length > 2_000, inbox.calls]).toEqual([true, 0]);
});

describe('incoming', () => {
  test('the shopper is the contact; conversation, account and inbox stay beside the words', async () => {
    const { status, messages } = await receive(cwBody(hello, { created_at: '2026-11-28T01:00:00.000Z' }));
    expect(status).toBe(202);
    expect(messages).toEqual([
      {
        externalId: '9001',
        shopperId: '77',
        shopperName: '小明',
        text: '你好',
        payload: { platform: { account: '1', conversation: '42', inbox: '3' } },
        sentAt: '2026-11-28T01:00:00.000Z',
      },
    ]);
  });

  test('pictures without words are a message', async () => {
    const attachments = [{ id: 1, file_type: 'image', data_url: 'https://chat.example/a.png' }];
    const { messages } = await receive(cwBody(hello, { content: null, attachments }));
    expect(messages).toMatchObject([
      { text: '[图片]', payload: { attachments: [{ kind: 'image', url: 'https://chat.example/a.png' }] } },
    ]);
  });

  test.each([
    ['no id', cwBody(hello).replace('"id":9001,', '')],
    ['nobody', cwBody(hello, { sender: {} })],
    ['no conversation', cwBody(hello, { conversation: undefined })],
    ['no account', cwBody(hello, { account: {} })],
    ['no words', cwBody(hello, { content: '' })],
    ['no JSON', '{"event":'],
    ['an array', '[]'],
  ])('%s is refused with a reason', async (_name, body) => {
    expect((await receive(body)).status).toBe(400);
  });

  test('the address may say the style: the same secret, used as it is written', async () => {
    const channel = open({ secret: SECRET, style: 'standard' });
    const inbox = createRecordingInbox();
    const { handle } = channel.routes[0]!;
    expect((await handle(cwRequest(cwBody(hello), { secret: SECRET }), inbox)).status).toBe(202);
    expect((await handle(cwRequest(cwBody(hello), { secret: SECRET, style: '' }), inbox)).status).toBe(401);
    expect((await handle(signedRequest(messageBody(hello)), inbox)).status).toBe(202);
  });

  test('the old and the new secret are both good while they are rotated; Chatwoot’s own goes before ours', async () => {
    for (const more of [{ secret: `new ${CW_SECRET}` }, { secret: SECRET, chatwootSecret: CW_SECRET }])
      expect((await receive(cwBody(hello), open(more))).status).toBe(202);
    expect((await receive(cwBody(hello), open({ secret: SECRET }))).status).toBe(401);
  });
});

describe('outgoing', () => {
  const last = () => platform.at('/bridge').at(-1)!;

  test('a reply is signed the same way and names the conversation its shopper wrote in last', async () => {
    platform.script('/bridge', { status: 200 });
    const channel = open();
    await receive(cwBody(hello), channel);
    await receive(cwBody({ ...hello, id: '9002' }, { conversation: { id: 43 } }), channel);
    await deliver(channel, outgoing({ shopperId: '77' }));
    const { raw, headers, body } = last();
    expect(headers['x-chatwoot-signature']).toBe(cwSign(CW_SECRET, String(headers['x-chatwoot-timestamp']), raw));
    expect(headers['x-chatwoot-delivery']).toBe('out-1');
    expect(Math.abs(Number(headers['x-chatwoot-timestamp']) - Date.now() / 1000)).toBeLessThan(5);
    expect(body).toMatchObject({
      event: 'message_created',
      message_type: 'outgoing',
      private: false,
      content_type: 'text',
      account: { id: 1 },
      conversation: { id: 43 },
      contact: { id: 77 },
      sender: { type: 'agent_bot' },
    });
  });

  test('choices are Chatwoot’s own, an agent is a person', async () => {
    platform.script('/bridge', { status: 200 });
    const payload = { choices: [{ value: 'return', label: '退货' }], agentName: '小美' };
    await deliver(open(), outgoing({ author: 'agent', payload }));
    expect(last().body).toMatchObject({
      content_type: 'input_select',
      content_attributes: { items: [{ title: '退货', value: 'return' }] },
      sender: { type: 'user', name: '小美' },
    });
  });

  test('a shopper who came by the address’s style is answered in it, others in the account’s', async () => {
    platform.script('/bridge', { status: 200 });
    const channel = open({ secret: SECRET, style: 'standard' });
    await channel.routes[0]!.handle(cwRequest(cwBody(hello), { secret: SECRET }), createRecordingInbox());
    await deliver(channel, outgoing({ shopperId: '77' }));
    expect(last().headers['x-chatwoot-signature']).toBeDefined();
    await deliver(channel, outgoing({ shopperId: 'u-2' }));
    expect(last().headers['webhook-signature']).toBeDefined();
  });

  test('every attempt has the same id and body; an own secret signs what goes out', async () => {
    platform.script('/bridge', { status: 503 }, { status: 200 });
    const first = platform.at('/bridge').length;
    const channel = open({ deliverSecret: 'out-secret' });
    await failureOf(deliver(channel, outgoing()));
    await deliver(channel, outgoing());
    const [a, b] = platform.at('/bridge').slice(first);
    expect(a!.raw).toBe(b!.raw);
    expect(a!.headers['x-chatwoot-delivery']).toBe(b!.headers['x-chatwoot-delivery']);
    expect(b!.headers['x-chatwoot-signature']).toBe(
      cwSign('out-secret', String(b!.headers['x-chatwoot-timestamp']), b!.raw),
    );
  });

  test('the test button says ping in the same style', async () => {
    platform.script('/bridge', { status: 200 });
    await open().verify!();
    expect(last().body.event).toBe('ping');
    expect(last().headers['x-chatwoot-signature']).toMatch(/^sha256=/);
  });
});
