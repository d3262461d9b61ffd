// 抖店 beyond the shared suite: the published signatures, several messages in one body, tags, replies without a bridge.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { signDoudian } from '../../src/channels/doudian/api.ts';
import { doudian } from '../../src/channels/doudian/channel.ts';
import { eventSign } from '../../src/channels/doudian/push.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { DOUDIAN_PARTY, PROBE_BODY, pushBody, pushItem, pushRequest } from './doudian-client.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { flips } from './flips.ts';
import { channelWith, SECRET } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';

let platform: FakePlatform;
beforeAll(async () => {
  platform = await openFakePlatform();
});
afterAll(() => platform.close());

const open = (more: Record<string, string> = {}): Channel =>
  channelWith(doudian, { ...DOUDIAN_PARTY, apiBase: platform.url, ...more })!;
async function receive(body: string, channel = open(), inbox = createRecordingInbox()) {
  const answer = await channel.routes[0]!.handle(pushRequest(DOUDIAN_PARTY, body), inbox);
  return { ...answer, messages: inbox.messages };
}
const say = (id: string, text = '在吗', shopperId = 'u-1') => ({ id, shopperId, text });

describe('signatures', () => {
  test('the published vector of a push', () => {
    expect(eventSign(DOUDIAN_PARTY.appKey, Buffer.from(PROBE_BODY), DOUDIAN_PARTY.appSecret)).toBe(
      '7c4c8a70b36289663192b4f28bf9473e',
    );
  });

  test('the published vector of a call', () => {
    const call = {
      appKey: DOUDIAN_PARTY.appKey,
      method: 'product.getGoodsCategory',
      paramJson: '{"cid":"12","page":"1"}',
      timestamp: '2020-09-15 14:48:13',
    };
    expect(signDoudian(call, DOUDIAN_PARTY.appSecret)).toBe(
      '7bb73a7e14f593bbac6615fc5c30bf6ccc348c060e80e9a2edd96744a1fb8312',
    );
  });

  test('one flipped bit of body or signature is refused', async () => {
    const inbox = createRecordingInbox();
    const { handle } = open().routes[0]!;
    const request = pushRequest(DOUDIAN_PARTY, pushBody(pushItem(say('1'))));
    const sign = Buffer.from(request.headers['event-sign']!);
    const changed = [
      ...flips(request.body).map((body) => ({ ...request, body })),
      ...flips(sign).map((bytes) => ({
        ...request,
        headers: { ...request.headers, 'event-sign': bytes.toString('latin1') },
      })),
    ];
    for (const one of changed) expect((await handle(one, inbox)).status).toBe(401);
    expect([changed.length > 700, inbox.calls]).toEqual([true, 0]);
  });

  test('the secret of before a rotation still holds', async () => {
    const channel = open({ appSecret: 'new', previousSecret: DOUDIAN_PARTY.appSecret });
    expect((await receive(pushBody(pushItem(say('1'))), channel)).messages).toHaveLength(1);
  });
});

describe('pushes', () => {
  test('the probe is answered with the platform’s word for success', async () => {
    const { status, body, contentType } = await receive(PROBE_BODY);
    expect([status, body]).toEqual([200, '{"code":0,"msg":"success"}']);
    expect(contentType).toMatch(/^application\/json/);
  });

  test('several messages in one body are all admitted, in their order, whatever lies between them', async () => {
    const body = pushBody(
      pushItem(say('1', '在吗')),
      { tag: '101', msg_id: '2', data: '{"p_id":4712345678901234567}' },
      pushItem(say('3', '什么时候发货', 'u-2')),
      pushItem(say('4', '尺码多大')),
      { tag: '9001', msg_id: '5', data: 'no JSON' },
    );
    const { status, messages } = await receive(body);
    expect(status).toBe(200);
    expect(messages.map(({ externalId, text }) => [externalId, text])).toEqual([
      ['1', '在吗'],
      ['3', '什么时候发货'],
      ['4', '尺码多大'],
    ]);
  });

  test('one that could not be stored brings the whole body again, and the others are still one', async () => {
    const inbox = createRecordingInbox();
    const body = pushBody(pushItem(say('1')), pushItem(say('2')));
    const channel = open();
    const { admit } = inbox;
    let calls = 0;
    inbox.admit = (...given) => (++calls === 2 ? Promise.reject(new Error('database is away')) : admit(...given));
    const first = await receive(body, channel, inbox);
    expect([first.status, first.headers?.['retry-after']]).toEqual([503, '2']);
    expect((await receive(body, channel, inbox)).body).toBe('{"code":0,"msg":"success"}');
    expect(inbox.messages.map(({ externalId }) => externalId)).toEqual(['1', '2']);
  });

  test('the platform’s id decides what a repeat is, not the one inside', async () => {
    const inbox = createRecordingInbox();
    for (const id of ['1', '2', '1'])
      await receive(pushBody(pushItem(say(id), '9001', { msg_id: 'same' })), open(), inbox);
    expect(inbox.messages.map(({ externalId }) => externalId)).toEqual(['1', '2']);
  });

  test('data may be an object or a string, ids bare numbers, the generic envelope is read too', async () => {
    const { messages } = await receive(
      '[{"tag":9001,"msg_id":9223372036854775807,"data":{"buyer_id":9223372036854775806,"content":"在吗","order_id":4712345678901234567}},' +
        '{"tag":"9001","msg_id":"g","data":{"type":"message.created","data":{"id":"x","user":{"id":"u"},"text":"在吗"}}}]',
    );
    expect(messages).toMatchObject([
      {
        externalId: '9223372036854775807',
        shopperId: '9223372036854775806',
        payload: { orderId: '4712345678901234567' },
      },
      { externalId: 'g', shopperId: 'u' },
    ]);
  });

  test('with tags named only those are shoppers’ words; without, whatever has a shopper and words', async () => {
    const body = pushBody(pushItem(say('1'), '9001'), pushItem(say('2'), 'im'), pushItem(say('3'), '777'));
    expect((await receive(body)).messages).toHaveLength(3);
    const { messages } = await receive(body, open({ messageTags: '9001 im' }));
    expect(messages.map(({ externalId }) => externalId)).toEqual(['1', '2']);
  });

  test('pushes of another shop are left, our own shop’s and those without a shop are taken', async () => {
    const body = pushBody(
      pushItem(say('1'), '9001', { shop_id: 1 }),
      pushItem(say('2'), '9001', { shop_id: '4463798' }),
      pushItem(say('3')),
    );
    const { messages } = await receive(body, open({ shopId: '4463798' }));
    expect(messages.map(({ externalId }) => externalId)).toEqual(['2', '3']);
  });

  test.each(['', '{', '"0"', 'null', '\ufffd'])(
    '%j under a right signature is refused as no JSON of theirs',
    async (body) => {
      expect((await receive(body)).status).toBe(400);
    },
  );
});

describe('replies', () => {
  test('without a bridge they fail for good, with a sentence that says where to answer', async () => {
    expect(await failureOf(deliver(open(), outgoing()))).toMatchObject({
      kind: 'permanent',
      code: 'no_send_api',
      detail: expect.stringContaining('飞鸽'),
    });
  });
});

describe('trying the settings', () => {
  const TOKEN = '/token/create';
  test('asks for the shop’s authorisation under the app’s signature', async () => {
    platform.script(TOKEN, { status: 200, body: { code: 10000, msg: 'success', data: { access_token: 't' } } });
    expect(await open({ shopId: '4463798' }).verify!()).toMatch(/店铺 ID.*飞鸽/);
    const { query, raw } = platform.at(TOKEN).at(-1)!;
    expect(raw).toBe('{"code":"","grant_type":"authorization_self","shop_id":"4463798"}');
    expect(query).toMatchObject({ method: 'token.create', v: '2', param_json: raw });
    const signed = { appKey: query.app_key!, method: query.method!, paramJson: raw, timestamp: query.timestamp! };
    expect(query.sign).toBe(signDoudian(signed, DOUDIAN_PARTY.appSecret));
  });

  test('what is wrong is said; without a shop the keys cannot be tried, and that is said too', async () => {
    platform.script(TOKEN, { status: 200, body: { code: 40003, msg: '签名错误', sub_code: 'isv.invalid-sign' } });
    expect(await failureOf(open({ shopId: '4463798' }).verify!())).toMatchObject({
      kind: 'permanent',
      detail: expect.stringContaining('签名错误'),
    });
    platform.script(TOKEN, { status: 502, body: '<html>' });
    expect(await failureOf(open({ shopId: '4463798' }).verify!())).toMatchObject({ kind: 'retry' });
    platform.script('/bridge', { status: 204, body: '' });
    expect(await open({ deliverUrl: `${platform.url}/bridge`, deliverSecret: SECRET }).verify!()).toMatch(
      /没有填写店铺 ID.*ping/,
    );
  });
});
