// The platforms of a storm keep to their protocols and have the tempers they are given. The library of the standard is the independent side.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { type FaultRates, openFakePlatforms } from '../../scripts/faults/fake-platforms.ts';
import { createRandom } from '../../scripts/faults/random.ts';
import { openRecords, type PlatformFault, type ReceivedRecord, readRecords } from '../../scripts/faults/records.ts';
import { signedPost } from '../../scripts/faults/shoppers.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function open(rates: FaultRates) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'jiebang-platforms-')), 'received.jsonl');
  const platforms = await openFakePlatforms({
    received: openRecords<ReceivedRecord>(file),
    random: createRandom(1),
    deliverSecret: SECRET,
    webhook: rates,
    wechat: rates,
    slowMs: 60,
  });
  onTestFinished(() => platforms.close());
  return { platforms, received: () => readRecords<ReceivedRecord>(file) };
}

const event = JSON.stringify({
  type: 'message.created',
  data: { conversation_id: '7', sequence: 3, user: { id: 'li' }, from: 'bot', text: '三天', in_reply_to: ['m1'] },
});

function delivery(body = event, secret = SECRET): RequestInit {
  const at = new Date();
  const headers = {
    'webhook-id': 'out-1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('out-1', at, body),
  };
  return { method: 'POST', body, headers };
}

const send = (base: string, token: string) =>
  fetch(`${base}/cgi-bin/message/custom/send?access_token=${token}`, {
    method: 'POST',
    body: JSON.stringify({ touser: 'oMei', msgtype: 'text', text: { content: '可以退' } }),
  });

async function tokenOf(base: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${base}/cgi-bin/stable_token`, { method: 'POST', body: '{}' });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token !== undefined) return token;
  }
}

test('takes what the standard’s own library signed, and nothing else', async () => {
  const { platforms, received } = await open({});
  expect((await fetch(platforms.deliverUrl, delivery())).status).toBe(200);
  const forged = { ...delivery(), body: event.replace('三天', '明天') };
  expect((await fetch(platforms.deliverUrl, forged)).status).toBe(401);
  const other = delivery(event, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  expect((await fetch(platforms.deliverUrl, other)).status).toBe(401);
  expect(platforms.unsigned()).toBe(2);
  const taken = { kind: 'webhook', taken: true, id: 'out-1', conversation: '7', sequence: 3, inReplyTo: ['m1'] };
  expect(received()).toMatchObject([taken]);
});

test('shoppers’ messages are signed as the standard’s own library expects', () => {
  const { body, headers } = signedPost(SECRET, 'in-1', event);
  expect(() => new Webhook(SECRET).verify(String(body), headers as Record<string, string>)).not.toThrow();
});

test.each<[PlatformFault, boolean, number | null, number | null]>([
  ['none', true, 200, 0],
  ['slow', true, 200, 0],
  ['refused', false, 503, -1],
  ['lost', false, 500, null],
  ['failed', true, 500, null],
  ['cut', true, null, null],
])('%s: written down with taken=%s before the answer', async (fault, taken, status, errcode) => {
  const { platforms, received } = await open(fault === 'none' ? {} : { [fault]: 1 });
  const webhook = await fetch(platforms.deliverUrl, delivery()).catch(() => null);
  expect(webhook?.status ?? null).toBe(status);
  const wechat = await send(platforms.wechatBase, await tokenOf(platforms.wechatBase)).catch(() => null);
  const answer = wechat?.status === 200 ? ((await wechat.json()) as { errcode: number }).errcode : null;
  expect(answer).toBe(errcode);
  expect(received()).toMatchObject([
    { kind: 'webhook', taken, fault, text: '三天' },
    { kind: 'wechat', taken, fault, shopper: 'oMei', content: '可以退' },
  ]);
});
