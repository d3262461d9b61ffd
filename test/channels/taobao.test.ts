// Taobao beyond the shared suite: the published signature, GBK, what a message may look like, the message service, replies without a bridge.
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import type { Channel, ChannelRequest } from '../../src/channels/channel.ts';
import { createTaobao, taobao } from '../../src/channels/taobao/channel.ts';
import { charsetOf, encodeText } from '../../src/channels/taobao/charset.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { type FakeTop, openFakeTop } from './fake-top.ts';
import { flips } from './flips.ts';
import { toGbk } from './gbk-bytes.ts';
import { account, channelWith, SECRET, testTools } from './harnesses.ts';
import { createRecordingInbox } from './recording-inbox.ts';
import { SPI_REFUSAL, shanghai, spiBody, spiRequest, TOP_PARTY } from './taobao-client.ts';
import { createTestMemory } from './test-memory.ts';
import { SPI_VECTOR } from './top-vectors.ts';

let top: FakeTop;
let platform: FakePlatform;
beforeAll(async () => {
  top = await openFakeTop(TOP_PARTY);
  platform = await openFakePlatform();
});
afterAll(async () => {
  await top.close();
  await platform.close();
});

const open = (more: Record<string, string> = {}): Channel =>
  channelWith(taobao, { ...TOP_PARTY, apiBase: top.url, ...more })!;
async function receive(request: ChannelRequest, channel = open()) {
  const inbox = createRecordingInbox();
  const answer = await channel.routes[0]!.handle(request, inbox);
  return { ...answer, said: JSON.parse(String(answer.body)) as Record<string, unknown>, messages: inbox.messages };
}
const hello = { id: '9223372036854775807', shopperId: 'AAGq-xyz', text: '你好' };

describe('signature', () => {
  const vector: ChannelRequest = {
    account: 'default',
    query: { ...SPI_VECTOR.query, sign: SPI_VECTOR.sign },
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: Buffer.from(SPI_VECTOR.body),
  };
  const at = (ms: number): Channel => {
    const values = Object.fromEntries(Object.entries(taobao.fields).map(([name, f]) => [name, f.read(f.fallback)]));
    return createTaobao(
      account('taobao'),
      { ...values, ...TOP_PARTY } as never,
      testTools({ now: () => ms, onError() {} }),
    );
  };
  const NOON = Date.parse('2026-01-01T12:00:00+08:00');

  test('the vector that the platform’s own kit accepts is accepted, for ten minutes either way', async () => {
    for (const ms of [NOON, NOON + 599_000, NOON - 599_000])
      expect((await receive(vector, at(ms))).said.error_code).toBe('isv.invalid-parameter'); // it names no buyer
    for (const ms of [NOON + 601_000, NOON - 601_000, NOON - 8 * 3_600_000])
      expect(await receive(vector, at(ms))).toMatchObject({ status: 401, body: SPI_REFUSAL });
  });

  test('every bit of it counts', async () => {
    const changed = [
      { ...vector, query: { ...vector.query, biz: '中文 a b' } },
      { ...vector, body: Buffer.from('{"orderId":"124","msg":"你好"}') },
      { ...vector, headers: { ...vector.headers, 'top-sign-list': 'x' } },
      { ...vector, query: { ...vector.query, sign: SPI_VECTOR.sign.replace(/B$/, 'A') } },
    ];
    for (const request of changed) expect((await receive(request, at(NOON))).body).toBe(SPI_REFUSAL);
  });

  test('one flipped bit of body or signature is refused', async () => {
    const inbox = createRecordingInbox();
    const { handle } = open().routes[0]!;
    const request = spiRequest(TOP_PARTY, spiBody(hello));
    const sign = Buffer.from(request.query.sign!);
    const changed = [
      ...flips(request.body).map((body) => ({ ...request, body })),
      ...flips(sign).map((bytes) => ({ ...request, query: { ...request.query, sign: bytes.toString('latin1') } })),
    ];
    for (const one of changed) expect((await handle(one, inbox)).body).toBe(SPI_REFUSAL);
    expect([changed.length > 900, inbox.calls]).toEqual([true, 0]);
  });

  test('headers named in top-sign-list are signed along', async () => {
    const headers = { 'top-sign-list': 'X-Trace,x-shop', 'x-trace': 't-1', 'x-shop': '7' };
    const request = spiRequest(TOP_PARTY, spiBody(hello), { headers });
    expect((await receive(request)).messages).toHaveLength(1);
    const changed = { ...request, headers: { ...request.headers, 'x-shop': '8' } };
    expect((await receive(changed)).body).toBe(SPI_REFUSAL);
  });

  test('headers are signed as an address would write them too', async () => {
    const meant = { 'top-sign-list': 'x-nick', 'x-nick': '云朵 店' };
    const { query, headers, ...rest } = spiRequest(TOP_PARTY, spiBody(hello), { headers: meant });
    const written = { ...headers, 'x-nick': encodeURIComponent('云朵 店') };
    expect((await receive({ query, headers: written, ...rest })).messages).toHaveLength(1);
    expect((await receive({ query, headers: { ...written, 'x-nick': '%E4%BA%91' }, ...rest })).body).toBe(SPI_REFUSAL);
  });

  test('a list of names that no header has is a list of empty values', async () => {
    const listed = { 'top-sign-list': '__proto__,constructor,x-none' };
    const request = spiRequest(TOP_PARTY, spiBody(hello));
    expect((await receive({ ...request, headers: { ...request.headers, ...listed } })).body).toBe(SPI_REFUSAL);
  });

  test('an old call does not become young with its old time in a signed header', async () => {
    const old = spiRequest(TOP_PARTY, spiBody(hello), { at: Date.now() - 3_600_000 });
    const headers = { ...old.headers, 'top-sign-list': 'timestamp', timestamp: old.query.timestamp! };
    const again = { ...old, query: { ...old.query, timestamp: shanghai(Date.now()) }, headers };
    expect(await receive(again)).toMatchObject({ body: SPI_REFUSAL, messages: [] });
  });

  test('the fields of a form are signed by name, and are the message', async () => {
    const form = { msg_id: '7', buyer_nick: '小明', content: '发货 1+1=2&' };
    const signed = spiRequest(TOP_PARTY, '', { query: form, contentType: 'application/x-www-form-urlencoded' });
    const query = Object.fromEntries(Object.entries(signed.query).filter(([name]) => !Object.hasOwn(form, name)));
    const body = Buffer.from(new URLSearchParams(form).toString());
    expect((await receive({ ...signed, query, body })).messages).toMatchObject([
      { shopperId: '小明', text: form.content },
    ]);
    const changed = Buffer.from(new URLSearchParams({ ...form, content: '退' }).toString());
    expect((await receive({ ...signed, query, body: changed })).body).toBe(SPI_REFUSAL);
  });

  test('the secret of before a rotation still holds, a third does not', async () => {
    const channel = open({ appSecret: 'new-secret', previousSecret: TOP_PARTY.appSecret });
    expect((await receive(spiRequest(TOP_PARTY, spiBody(hello)), channel)).messages).toHaveLength(1);
    const renewed = { ...TOP_PARTY, appSecret: 'new-secret' };
    expect((await receive(spiRequest(renewed, spiBody(hello)), channel)).messages).toHaveLength(1);
    expect((await receive(spiRequest(TOP_PARTY, spiBody(hello)), open({ appSecret: 'new-secret' }))).status).toBe(401);
  });
});

describe('encodings', () => {
  test('a GBK body is read as GBK, its query is signed in GBK', async () => {
    const request = spiRequest(TOP_PARTY, toGbk('{"msg_id":1,"buyer_nick":"小明","content":"什么时候发货"}'), {
      contentType: 'application/json; charset=GB2312',
      query: { shop: '小明' },
      bytesOf: toGbk,
    });
    expect((await receive(request)).messages).toMatchObject([{ text: '什么时候发货', shopperId: '小明' }]);
  });

  test('a query whose escapes are GBK is read as GBK', async () => {
    const written = (text: string) => [...toGbk(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const { query, ...rest } = spiRequest(TOP_PARTY, toGbk('{"msg_id":1,"buyer_nick":"小明","content":"好"}'), {
      contentType: 'application/json; charset=GBK',
      query: { shop: '小明' },
      bytesOf: toGbk,
    });
    const search = Object.entries(query)
      .map(([name, value]) => `${name}=${written(value)}`)
      .join('&');
    // what a server makes of it that knows UTF-8 only
    const garbled = { ...query, shop: '\ufffd\ufffd\ufffd' };
    expect((await receive({ ...rest, query: garbled, search })).messages).toMatchObject([{ text: '好' }]);
    const changed = search.replace(written('小'), written('好'));
    expect((await receive({ ...rest, query: garbled, search: changed })).body).toBe(SPI_REFUSAL);
  });

  test('GBK is written as iconv writes it', () => {
    for (const text of ['什么时候发货！', 'abc 小明', '你好']) expect(encodeText(text, 'gbk')).toEqual(toGbk(text));
    expect(encodeText('😀', 'gbk').toString()).toBe('?');
    const decoder = new TextDecoder('gbk');
    for (const text of ['龍騰虎躍', '㎡€№①', '淘宝网：“亲”，您好～'])
      expect(decoder.decode(encodeText(text.replaceAll('€', ''), 'gbk'))).toBe(text.replaceAll('€', ''));
  });

  test.each([
    [undefined, 'utf-8'],
    ['application/json', 'utf-8'],
    ['application/json;charset=UTF-8', 'utf-8'],
    ['text/plain; charset="GBK"', 'gbk'],
    ['text/plain; charset=gb18030', 'gbk'],
    ['text/plain; charset=latin1', null],
  ])('%s is %s', (type, charset) => {
    expect(charsetOf(type)).toBe(charset);
  });
});

describe('messages', () => {
  test('all there may be to one', async () => {
    const body = spiBody(hello, { tid_str: '1234567890123456789', num_iid: 627853928123, time: '2026-11-28 09:00:00' });
    const { said, status, messages } = await receive(spiRequest(TOP_PARTY, body));
    expect([status, said]).toEqual([200, { success: 'true', status: 'new', conversation_id: '7', seq: 1 }]);
    expect(messages).toEqual([
      {
        externalId: '9223372036854775807',
        shopperId: 'AAGq-xyz',
        shopperName: '小明',
        text: '你好',
        payload: { orderId: '1234567890123456789', productId: '627853928123' },
        sentAt: '2026-11-28T01:00:00.000Z',
      },
    ]);
  });

  test.each([
    [
      'names as Java writes them',
      '{"msgId":"1","openUid":"u","buyerNick":"小明","content":"在吗","orderId":"E1","sendTime":"2026-11-28 09:00:00"}',
      {
        externalId: '1',
        shopperId: 'u',
        shopperName: '小明',
        payload: { orderId: 'E1' },
        sentAt: '2026-11-28T01:00:00.000Z',
      },
    ],
    ['only a nickname', '{"msg_id":"1","buyer_nick":"小明","content":"在吗"}', { shopperId: '小明' }],
    [
      'a picture',
      '{"msg_id":"1","open_uid":"u","msg_type":"image","pic_url":"https://img.alicdn.com/a.jpg"}',
      { text: '[图片]', payload: { attachments: [{ kind: 'image', url: 'https://img.alicdn.com/a.jpg' }] } },
    ],
    [
      'a number of an order as a bare number',
      '{"msg_id":"1","open_uid":"u","content":"催","tid":1234567890123456789}',
      { payload: { orderId: '1234567890123456789' } },
    ],
    [
      'the generic envelope',
      '{"type":"message.created","timestamp":"2026-11-28T01:00:00Z","data":{"id":"g1","user":{"id":"u","name":"小明"},"text":"在吗","order_id":"E1"}}',
      {
        externalId: 'g1',
        shopperId: 'u',
        shopperName: '小明',
        payload: { orderId: 'E1' },
        sentAt: '2026-11-28T01:00:00.000Z',
      },
    ],
  ])('%s', async (_name, body, expected) => {
    expect((await receive(spiRequest(TOP_PARTY, body))).messages).toMatchObject([expected]);
  });

  test.each([
    ['no id', '{"open_uid":"u","content":"在吗"}'],
    ['nobody', '{"msg_id":"1","content":"在吗"}'],
    ['no words', '{"msg_id":"1","open_uid":"u","content":"  "}'],
    ['a control character in an id', '{"msg_id":"a\\u0007","open_uid":"u","content":"在吗"}'],
    ['half a character in an id', '{"msg_id":"1","open_uid":"u\\ud800","content":"在吗"}'],
    ['an id that is a fraction', '{"msg_id":1.5,"open_uid":"u","content":"在吗"}'],
    ['an array', '[]'],
    ['no JSON', '{"msg_id":'],
    ['nothing', ''],
  ])('%s is told as TOP tells it, and nothing is stored', async (_name, body) => {
    const { status, said, messages } = await receive(spiRequest(TOP_PARTY, body));
    expect([status, said]).toMatchObject([200, { success: 'false', error_code: 'isv.invalid-parameter' }]);
    expect(messages).toEqual([]);
  });
});

describe('the message service', () => {
  let stop: AbortController;
  let running: Promise<void> | undefined;
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    for (const id of top.unconfirmed()) await confirmAway(id);
  });
  const confirmAway = async (id: string) => {
    const inbox = createRecordingInbox();
    const ending = new AbortController();
    const run = open({ tmcGroup: 'default' }).run!(inbox, ending.signal);
    await top.until(() => !top.unconfirmed().includes(id));
    ending.abort();
    await run;
  };
  const start = (inbox = createRecordingInbox()) => {
    running = open({ tmcGroup: 'default' }).run!(inbox, stop.signal);
    return inbox;
  };

  test('without a group nothing is fetched', () => {
    expect(open().run).toBeUndefined();
  });

  test('a shopper’s message is admitted and then confirmed, other topics are confirmed and left', async () => {
    top.put('9223372036854775801', { buyer_nick: '小明', content: '在吗', tid: '1234567890123456789' });
    top.put('9223372036854775802', { buyer_nick: '小明', tid: 42, status: 'PAID' }, 'taobao_trade_TradeBuyerPay');
    const inbox = start();
    expect(await top.until(() => top.unconfirmed().length === 0)).toBe(true);
    expect(inbox.messages).toMatchObject([
      { externalId: 'tmc:9223372036854775801', text: '在吗', payload: { orderId: '1234567890123456789' } },
    ]);
    const { params } = top.of('taobao.tmc.messages.confirm').at(-1)!;
    expect(params).toMatchObject({
      group_name: 'default',
      s_message_ids: '9223372036854775801,9223372036854775802',
    });
  });

  test('what could not be stored is not confirmed, comes again, and the order stays', async () => {
    const inbox = createRecordingInbox();
    inbox.failNext(1);
    for (const n of [1, 2]) top.put(`77${n}`, { open_uid: 'u', content: `第${n}句` });
    await expect(open({ tmcGroup: 'default' }).run!(inbox, stop.signal)).rejects.toThrow('database is away');
    expect(top.unconfirmed()).toEqual(['771', '772']);
    start(inbox);
    expect(await top.until(() => top.unconfirmed().length === 0)).toBe(true);
    expect(inbox.messages.map(({ text }) => text)).toEqual(['第1句', '第2句']);
  });

  test('a message that comes again because its confirmation was lost is one message', async () => {
    top.put('881', { open_uid: 'u', content: '在吗' });
    const inbox = start();
    await top.until(() => top.unconfirmed().length === 0);
    top.put('881', { open_uid: 'u', content: '在吗' });
    expect(await top.until(() => top.unconfirmed().length === 0)).toBe(true);
    expect([inbox.messages.length, inbox.calls]).toEqual([1, 2]);
  });

  test('a limit is waited out and told', async () => {
    const limited = { code: 7, msg: 'App Call Limited', sub_msg: 'This ban will last for 1 more seconds' };
    top.answerNext(JSON.stringify({ error_response: limited }));
    const told: unknown[] = [];
    const channel = createTaobao(
      account('taobao'),
      {
        ...TOP_PARTY,
        previousSecret: '',
        session: '',
        apiBase: top.url,
        tmcGroup: 'default',
        deliverUrl: '',
        deliverSecret: '',
      },
      testTools({ onError: (e) => void told.push(e) }),
    );
    top.put('991', { open_uid: 'u', content: '在吗' });
    const from = performance.now();
    running = channel.run!(createRecordingInbox(), stop.signal);
    expect(await top.until(() => top.unconfirmed().length === 0)).toBe(true);
    expect(performance.now() - from).toBeGreaterThan(900);
    expect(told).toMatchObject([{ trouble: 'limited' }]);
  });

  test('two processes never fetch side by side', async () => {
    const memory = createTestMemory();
    const both = () => channelWith(taobao, { ...TOP_PARTY, apiBase: top.url, tmcGroup: 'default' }, memory)!;
    running = both().run!(createRecordingInbox(), stop.signal);
    await expect(both().run!(createRecordingInbox(), stop.signal)).resolves.toBeUndefined();
  });
});

describe('replies', () => {
  test('go to the shop’s own program, signed, with where they belong', async () => {
    platform.script('/bridge', { status: 204, body: '' });
    await deliver(open({ deliverUrl: `${platform.url}/bridge`, deliverSecret: SECRET }), outgoing());
    const { raw, headers } = platform.at('/bridge').at(-1)!;
    expect(new Webhook(SECRET).verify(raw, headers as Record<string, string>)).toMatchObject({
      type: 'message.created',
      data: { channel: 'taobao', account: 'default', user: { id: 'oShopper01' }, from: 'bot', in_reply_to: ['m-1'] },
    });
  });

  test('without one they fail for good, with a sentence that says where to answer', async () => {
    expect(await failureOf(deliver(open(), outgoing()))).toMatchObject({
      kind: 'permanent',
      code: 'no_send_api',
      detail: expect.stringContaining('千牛'),
    });
  });

  test('an address without a secret, and a secret without the app key, stop the start', () => {
    const broken = (given: Record<string, string>) =>
      taobao.problems!({ ...TOP_PARTY, deliverUrl: '', deliverSecret: '', ...given } as never, (f) => f).map(
        (p) => p.field,
      );
    expect(broken({})).toEqual([]);
    expect(broken({ appKey: '' })).toEqual(['appKey']);
    expect(broken({ deliverUrl: 'https://x' })).toEqual(['deliverSecret']);
  });
});

describe('trying the settings', () => {
  test('asks the platform, and the bridge when there is one', async () => {
    expect(await open().verify!()).toContain('千牛');
    platform.script('/bridge', { status: 204, body: '' });
    const bridge = { deliverUrl: `${platform.url}/bridge`, deliverSecret: SECRET };
    expect(await open(bridge).verify!()).toContain('ping');
    expect(platform.at('/bridge').at(-1)!.body).toMatchObject({ type: 'ping' });
    expect(await open({ session: 'session-1' }).verify!()).toContain('店铺授权有效');
    const ended = await failureOf(open({ session: 'session-0' }).verify!());
    expect(ended).toMatchObject({ kind: 'permanent', detail: expect.stringContaining('重新授权') });
    expect(await failureOf(open({ appSecret: 'other' }).verify!())).toMatchObject({ kind: 'permanent' });
    expect(await failureOf(open({ apiBase: 'http://127.0.0.1:9' }).verify!())).toMatchObject({ kind: 'retry' });
    expect(top.of('taobao.time.get').at(0)!.params.timestamp!.slice(0, 13)).toBe(shanghai(Date.now()).slice(0, 13));
  });
});
