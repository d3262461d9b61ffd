// The mini program channel beyond the shared suite: its bodies, its cards, shoppers who enter, what it can send, the independent client.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import { readBody, readJson } from '../../src/channels/wechat-mp/body.ts';
import { wechatMp } from '../../src/channels/wechat-mp/channel.ts';
import { outgoing } from './channel-suite.ts';
import { openFakePlatform } from './fake-platform.ts';
import { asRequest, channelWith, PARTY, wechatFields } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';
import { openRouteServer } from './route-server.ts';
import { badMpEnvelopes, type MpParty, mpCard, mpEnter, mpMessage, mpPost, runMpClient } from './wechat-mp-client.ts';

const open = (url = 'http://127.0.0.1:9', more: Record<string, string> = {}) =>
  channelWith(wechatMp, { ...wechatFields(url), ...more })!;
const FORMATS = ['json', 'xml'] as const;
const partyOf = (format: MpParty['format']): MpParty => ({ ...PARTY, format });

async function told(body: string, format: MpParty['format'] = 'json') {
  const inbox = createRecordingInbox();
  const answer = await open().routes[1]!.handle(asRequest(mpPost(partyOf(format), body)), inbox);
  expect(answer.body).toBe('success');
  return inbox.messages;
}

describe('JSON bodies', () => {
  test('numbers keep their digits, nested values are left out', () => {
    expect(readJson('{"MsgId": 23456789012345678, "a":{"b":[1,{"MsgId":2}]},"c" : "x", "n":null, "t":true}')).toEqual({
      MsgId: '23456789012345678',
      c: 'x',
      t: 'true',
    });
  });

  test('any flat object comes back, whatever its texts hold', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        fc.dictionary(text, fc.oneof(text, fc.bigInt({ min: 0n, max: 2n ** 64n })), { maxKeys: 8 }),
        (value) => {
          const members = Object.entries(value).map(
            ([k, v]) => `${JSON.stringify(k)}:${typeof v === 'bigint' ? v : JSON.stringify(v)}`,
          );
          const read = readJson(`{${members.join(',')}}`)!;
          expect(Object.entries(read)).toEqual(Object.entries(value).map(([k, v]) => [k, String(v)]));
        },
      ),
    );
  });

  test.each(['', '{', '[]', '"a"', '1', '{"a":1}{"a":1}', '{"a":1,"a":1}', '{"a":1,"\\u0061":2}', "{'a':1}"])(
    'refused: %s',
    (source) => {
      expect(readJson(source)).toBeNull();
    },
  );

  test('a byte order mark is no obstacle, and the first character tells XML from JSON', () => {
    expect(readBody('\uFEFF {"a":"1"}')).toEqual({ a: '1' });
    expect(readBody('<xml><a>1</a></xml>')).toEqual({ a: '1' });
    expect(readBody('<!DOCTYPE xml><xml><a>1</a></xml>')).toBeNull();
    expect(Object.getPrototypeOf(readBody('{"__proto__":"x"}'))).toBeNull();
  });
});

describe.each(FORMATS)('what messages mean, in %s', (format) => {
  const party = partyOf(format);

  test('a card of a product names it in words the bot knows', async () => {
    const [message] = await told(
      mpCard(party, { title: '夏款卫衣', path: 'pages/goods?goods_id=12&from=share' }),
      format,
    );
    expect(message).toMatchObject({
      text: '我想咨询这款商品：夏款卫衣',
      payload: {
        productId: '12',
        card: {
          kind: 'product',
          id: '12',
          title: '夏款卫衣',
          detail: 'pages/goods?goods_id=12&from=share',
          price: null,
        },
        platform: { msgType: 'miniprogrampage', pagePath: 'pages/goods?goods_id=12&from=share', appId: PARTY.appId },
      },
    });
  });

  test('a card of an order, and one of neither', async () => {
    const [order] = await told(
      mpCard(party, { title: '我的订单', path: 'pages/order/detail?orderId=20260001' }),
      format,
    );
    expect(order).toMatchObject({ payload: { orderId: '20260001', card: { kind: 'order', id: '20260001' } } });
    expect(order!.text).toContain('订单号 20260001');
    const [page] = await told(mpCard(party, { title: '首页', path: 'pages/index' }), format);
    expect(page!.payload).not.toHaveProperty('productId');
    expect(page!.payload.card).toMatchObject({ kind: 'product', id: 'pages/index' });
    const [blank] = await told(mpCard(party, { title: '' }), format);
    expect(blank).toMatchObject({ text: '[小程序卡片]' });
    expect(blank!.payload).not.toHaveProperty('card');
  });

  test('entering is greeted once per time, and says where from', async () => {
    const inbox = createRecordingInbox();
    const route = open().routes[1]!;
    for (const at of [1_700_000_000, 1_700_000_000, 1_700_000_001])
      await route.handle(asRequest(mpPost(party, mpEnter(party, 'oNew', at, '{"orderId":"A-7"}'))), inbox);
    expect(inbox.messages).toMatchObject([
      {
        externalId: 'oNew:1700000000:user_enter_tempsession:',
        text: '[进入客服会话]',
        payload: {
          choice: 'intent:greeting',
          opening: 'enter',
          orderId: 'A-7',
          platform: { sessionFrom: '{"orderId":"A-7"}' },
        },
      },
      { externalId: 'oNew:1700000001:user_enter_tempsession:' },
    ]);
  });
});

describe('a picture', () => {
  test('keeps its address and the platform’s name of it', async () => {
    const body = mpMessage(partyOf('json'), {})
      .replace('"MsgType":"text"', '"MsgType":"image"')
      .replace(/"Content":"[^"]*"/, '"PicUrl":"https://mmbiz.example/1","MediaId":"media-1"');
    const [message] = await told(body);
    expect(message).toMatchObject({ text: '[图片]', payload: { platform: { mediaId: 'media-1' } } });
    expect(message!.payload.attachments).toMatchObject([
      { kind: 'image', ref: 'media-1', url: 'https://mmbiz.example/1' },
    ]);
  });
});

describe('what it sends', () => {
  test('choices are numbered lines: there is no menu to tap', async () => {
    const platform = await openFakePlatform();
    platform.script('/cgi-bin/stable_token', { status: 200, body: { access_token: 'token-1', expires_in: 7200 } });
    const channel = open(platform.url);
    const choices = [
      { value: 'faq:return', label: '退货' },
      { value: 'human', label: '转人工客服' },
    ];
    await deliver(channel, outgoing({ payload: { choices } }));
    expect(platform.at('/cgi-bin/message/custom/send')[0]!.body).toEqual({
      touser: 'oShopper01',
      msgtype: 'text',
      text: { content: `${outgoing().text}\n1. 退货\n2. 转人工客服` },
    });
    await channel.typing!('oShopper01');
    expect(platform.at('/cgi-bin/message/custom/business/typing')[0]!.body).toMatchObject({ command: 'Typing' });
    expect(await channel.verify!()).toContain('AppSecret');
    await platform.close();
  });

  test('a passive reply, which the platform does not show, cannot be chosen', () => {
    expect(() => open(undefined, { reply: 'passive' })).toThrow(/async/);
  });
});

describe('key rotation', () => {
  test('the previous key is still accepted, a third is not', async () => {
    const other = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
    const channel = open(undefined, { aesKey: other, prevAesKey: PARTY.aesKey });
    const statuses: number[] = [];
    for (const aesKey of [other, PARTY.aesKey, `${PARTY.aesKey.slice(0, 42)}A`]) {
      const party = { ...partyOf('json'), aesKey };
      const request = asRequest(mpPost(party, mpMessage(party, {})));
      statuses.push((await channel.routes[1]!.handle(request, createRecordingInbox())).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
  });
});

describe('the independent client, over HTTP', () => {
  test.each(
    FORMATS.flatMap((format) => (['plain', 'compat', 'secure'] as const).map((mode) => [format, mode] as const)),
  )('%s, %s: everything holds', async (format, mode) => {
    const inbox = createRecordingInbox();
    const server = await openRouteServer(open(undefined, { mode }), inbox);
    const results = await runMpClient({ ...PARTY, mode, format, baseUrl: server.url });
    await server.close();
    expect(results.filter((r) => !r.ok)).toEqual([]);
    expect(results.length).toBeGreaterThan(25);
    expect(inbox.messages).toHaveLength(7);
  });

  test('notices a server that lets everything in', async () => {
    const careless = open();
    careless.routes[1]!.handle = async () => ({ status: 200, contentType: 'text/plain', body: 'success' });
    const server = await openRouteServer(careless, createRecordingInbox());
    const results = await runMpClient({ ...partyOf('json'), baseUrl: server.url });
    await server.close();
    const failed = results.filter((r) => !r.ok).map((r) => r.name);
    for (const name of Object.keys(badMpEnvelopes(partyOf('json')))) expect(failed).toContain(`${name} is refused`);
  });
});
