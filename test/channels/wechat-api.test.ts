// WeChat's customer-service API against a platform on a local port: tokens, errors, parts, menus.
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import { createWechatApi } from '../../src/channels/wechat/api.ts';
import { createWechatOa, type WechatOaSettings } from '../../src/channels/wechat-oa/channel.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { type Answer, type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { account, PARTY, toThisMachine, wechatSettings } from './harnesses.ts';
import { createTestMemory } from './test-memory.ts';

const TOKEN = '/cgi-bin/stable_token';
const SEND = '/cgi-bin/message/custom/send';
const TYPING = '/cgi-bin/message/custom/typing';
const says = (errcode: number, errmsg = 'no'): Answer => ({ status: 200, body: { errcode, errmsg } });
const gives = (token: string, expiresIn = 7200): Answer => ({
  status: 200,
  body: { access_token: token, expires_in: expiresIn },
});

const platforms: FakePlatform[] = [];
let platform: FakePlatform;
beforeEach(async () => {
  platform = await openFakePlatform();
  platforms.push(platform);
  platform.script(TOKEN, gives('token-1'));
});
afterAll(async () => void (await Promise.all(platforms.map((p) => p.close()))));

const open = (more: Partial<WechatOaSettings> = {}) =>
  createWechatOa(account('wechat-oa'), wechatSettings(platform.url, more))!;
const API = { appId: PARTY.appId, appSecret: 's', outgoing: toThisMachine, typingPath: TYPING };
const api = (now = Date.now) => createWechatApi({ ...API, apiBase: platform.url, memory: createTestMemory(), now });
const text = { touser: 'o', msgtype: 'text', text: { content: '好' } };
const tokensUsed = (): string[] => platform.at(SEND).map((r) => r.query.access_token!);

describe('the access token', () => {
  test('is fetched once for many sends at once, and asked for as the platform wants', async () => {
    platform.script(TOKEN, { ...gives('token-1'), afterMs: 50 } as Answer);
    const one = api();
    await Promise.all(Array.from({ length: 20 }, () => one.send(text)));
    await one.send(text);
    expect(platform.at(TOKEN).map((r) => r.body)).toEqual([
      { grant_type: 'client_credential', appid: PARTY.appId, secret: 's', force_refresh: false },
    ]);
    expect(new Set(tokensUsed())).toEqual(new Set(['token-1']));
  });

  test('is renewed five minutes before it ends', async () => {
    let time = 1_000_000;
    const one = api(() => time);
    await one.send(text);
    time += 6_899_000;
    await one.send(text);
    expect(platform.at(TOKEN)).toHaveLength(1);
    time += 2000;
    await one.send(text);
    expect(platform.at(TOKEN)).toHaveLength(2);
  });

  test.each([40001, 40014, 42001])('refused with %i: fetched anew, sent once more, not forced', async (errcode) => {
    platform.script(TOKEN, gives('token-1'), gives('token-2'));
    platform.script(SEND, says(errcode), says(0));
    await api().send(text);
    expect(tokensUsed()).toEqual(['token-1', 'token-2']);
    expect(platform.at(TOKEN).map((r) => r.body.force_refresh)).toEqual([false, false]);
  });

  test('is forced only when the platform hands out the refused one again', async () => {
    platform.script(TOKEN, gives('token-1'), gives('token-1'), gives('token-2'));
    platform.script(SEND, says(40001), says(0));
    await api().send(text);
    expect(platform.at(TOKEN).map((r) => r.body.force_refresh)).toEqual([false, false, true]);
    expect(tokensUsed()).toEqual(['token-1', 'token-2']);
  });

  test('refused twice: given up after one refresh', async () => {
    platform.script(TOKEN, gives('token-1'), gives('token-2'));
    platform.script(SEND, says(42001));
    expect(await failureOf(api().send(text))).toMatchObject({ kind: 'permanent', code: '42001' });
    expect(platform.at(SEND)).toHaveLength(2);
  });

  test('cannot be had: nothing was sent, and it is asked for again next time', async () => {
    platform.script(TOKEN, { cut: true });
    const one = api();
    expect(await failureOf(one.send(text))).toMatchObject({ kind: 'retry', notSent: true });
    platform.script(TOKEN, { status: 502, body: 'bad gateway' });
    expect(await failureOf(one.send(text))).toMatchObject({ kind: 'retry', notSent: true });
    platform.script(TOKEN, says(40125, 'invalid appsecret'));
    expect(await failureOf(one.send(text))).toMatchObject({ kind: 'permanent', code: '40125' });
    platform.script(TOKEN, { status: 200, body: { access_token: 5 } });
    expect(await failureOf(one.send(text))).toMatchObject({ kind: 'retry', notSent: true });
    platform.script(TOKEN, gives('token-1'));
    await one.send(text);
    expect(platform.at(SEND)).toHaveLength(1);
  });
});

describe('several processes', () => {
  test('share one token: the platform is asked once, and once more when it is refused', async () => {
    platform.script(TOKEN, { ...gives('token-1'), afterMs: 100 } as Answer, gives('token-2'));
    const memory = createTestMemory();
    const both = [0, 1].map(() => createWechatApi({ ...API, apiBase: platform.url, memory }));
    await Promise.all(both.map((one) => one.send(text)));
    expect(platform.at(TOKEN)).toHaveLength(1);
    platform.script(SEND, says(42001), says(0), says(42001), says(0));
    for (const one of both) await one.send(text);
    expect(platform.at(TOKEN)).toHaveLength(2);
    expect(tokensUsed()).toEqual(['token-1', 'token-1', 'token-1', 'token-2', 'token-1', 'token-2']);
  });

  test('a token of another secret is not ours', async () => {
    const memory = createTestMemory();
    await createWechatApi({ ...API, apiBase: platform.url, memory }).send(text);
    await createWechatApi({ ...API, appSecret: 'rotated', apiBase: platform.url, memory }).send(text);
    expect(platform.at(TOKEN).map((r) => r.body.secret)).toEqual(['s', 'rotated']);
  });

  test('what is kept wrongly, or by a process that hangs, is no obstacle', async () => {
    const memory = createTestMemory();
    memory.values.set('access_token', '{"token":5}');
    await createWechatApi({ ...API, apiBase: platform.url, memory }).send(text);
    memory.alone = async () => null;
    memory.values.clear();
    const started = performance.now();
    await createWechatApi({ ...API, apiBase: platform.url, memory }).send(text);
    expect(performance.now() - started).toBeGreaterThan(1000);
    memory.readSecret = () => Promise.reject(new Error('database is away'));
    const failure = await failureOf(createWechatApi({ ...API, apiBase: platform.url, memory }).send(text));
    expect(failure).toMatchObject({ kind: 'retry', notSent: true });
  });
});

describe('typing', () => {
  test('is shown to the shopper by the channel', async () => {
    await open().typing!('oShopper01');
    expect(platform.at(TYPING)[0]!.body).toEqual({ touser: 'oShopper01', command: 'Typing' });
    expect(platform.at(TYPING)[0]!.query.access_token).toBe('token-1');
  });

  test.each([says(45072), says(45080), says(45081), says(40001), { status: 502, body: '' }, { cut: true } as Answer])(
    'never gets in the way: %j',
    async (answer) => {
      platform.script(TYPING, answer);
      await expect(api().typing('o')).resolves.toBeUndefined();
    },
  );
});

describe('pictures of ours', () => {
  const KEEP = '/cgi-bin/media/upload';
  const png = { bytes: Buffer.from('\x89PNG 图'), type: 'image/png' };
  const withPictures = (text: string, ids: string[]) =>
    outgoing({ text, payload: { attachments: ids.map((id) => ({ kind: 'image', id })) } });
  const sent = () => platform.at(SEND).map(({ body }) => ({ type: body.msgtype, ...(body.image as object) }));
  const lending = (picture: WechatOaSettings['picture']) => open({ picture });

  test('are put there as files and sent after the words', async () => {
    platform.script(KEEP, { status: 200, body: { media_id: 'm-1' } }, { status: 200, body: { media_id: 'm-2' } });
    await deliver(
      lending(async () => png),
      withPictures('您看这里', ['a', 'b']),
    );
    expect(sent()).toEqual([{ type: 'text' }, { type: 'image', media_id: 'm-1' }, { type: 'image', media_id: 'm-2' }]);
    const [first] = platform.at(KEEP);
    expect(first!.query).toEqual({ access_token: 'token-1', type: 'image' });
    expect(first!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(first!.raw).toContain('name="media"; filename="picture.png"');
    expect(first!.raw).toContain('content-type: image/png');
  });

  test('without words are only pictures', async () => {
    platform.script(KEEP, { status: 200, body: { media_id: 'm-1' } });
    await deliver(
      lending(async () => png),
      withPictures('[图片]', ['a']),
    );
    expect(sent()).toEqual([{ type: 'image', media_id: 'm-1' }]);
  });

  test('that WeChat does not take, or that are gone, are put into words', async () => {
    const webp = { bytes: Buffer.from('RIFF'), type: 'image/webp' };
    await deliver(
      lending(async (id) => (id === 'webp' ? webp : null)),
      withPictures('您看这里', ['webp', 'gone']),
    );
    platform.script(KEEP, says(40004, 'invalid media type'));
    await deliver(
      lending(async () => png),
      withPictures('[图片]', ['a']),
    );
    expect(platform.at(SEND).map((r) => (r.body.text as { content: string }).content)).toEqual([
      expect.stringMatching(/您看这里\n.*2 张图片/),
      expect.stringMatching(/1 张图片/),
    ]);
  });

  test('that cannot be put there now leave the whole message unsent', async () => {
    platform.script(KEEP, { cut: true });
    const failure = await failureOf(
      deliver(
        lending(async () => png),
        withPictures('您看这里', ['a']),
      ),
    );
    expect(failure).toMatchObject({ kind: 'retry', notSent: true });
    expect(platform.at(SEND)).toEqual([]);
  });

  test('count as the platform counts them', () => {
    const parts = open().partsOf!;
    expect(parts(withPictures('[图片]', ['a', 'b']))).toBe(2);
    expect(parts(withPictures('您看这里', ['a', 'b']))).toBe(3);
    expect(parts(outgoing({ text: '长'.repeat(1000) }))).toBe(2);
  });

  test('refused after the words: never as not sent, and nothing to be said again as a whole', async () => {
    platform.script(KEEP, { status: 200, body: { media_id: 'm-1' } });
    platform.script(SEND, says(0), says(45047));
    const failure = await failureOf(
      deliver(
        lending(async () => png),
        withPictures('您看这里', ['a']),
      ),
    );
    expect(failure).toMatchObject({ kind: 'permanent', code: '45047', untilShopper: false });
    expect(failure.detail).toContain('前 1 段已发出');
  });
});

describe('what a shopper sent', () => {
  const MEDIA = '/cgi-bin/media/get';
  const jpeg: Answer = { status: 200, body: 'jpeg', headers: { 'content-type': 'image/jpeg' } };

  test('is fetched by its name, with a fresh token where the first has ended', async () => {
    platform.script(TOKEN, gives('token-1'), gives('token-2'));
    platform.script(MEDIA, says(42001), jpeg);
    const media = await open().media!({ kind: 'image', ref: 'media-1', url: 'http://mmbiz.example/1' });
    expect(media).toEqual({ bytes: Buffer.from('jpeg'), type: 'image/jpeg' });
    expect(platform.at(MEDIA).map((r) => r.query)).toEqual([
      { access_token: 'token-1', media_id: 'media-1' },
      { access_token: 'token-2', media_id: 'media-1' },
    ]);
  });

  test('is gone after three days, which is said', async () => {
    platform.script(MEDIA, says(40007, 'invalid media_id'));
    const failure = await failureOf(open().media!({ kind: 'image', ref: 'old' }));
    expect(failure).toMatchObject({ kind: 'permanent', code: '40007' });
    expect(failure.detail).toContain('三天');
  });

  test('may be tried again when the platform is away, is never an answer that is no file', async () => {
    platform.script(MEDIA, { cut: true });
    expect(await failureOf(open().media!({ kind: 'image', ref: 'm' }))).toMatchObject({ kind: 'retry' });
    platform.script(MEDIA, { status: 200, body: { nothing: true } });
    expect(await failureOf(open().media!({ kind: 'image', ref: 'm' }))).toMatchObject({ kind: 'retry' });
  });
});

describe('errors', () => {
  test.each([
    [-1, 'retry'],
    [45011, 'retry'],
    [45015, 'permanent'],
    [45047, 'permanent'],
    [48001, 'permanent'],
    [40003, 'permanent'],
    [99999, 'permanent'],
  ])('%i is %s', async (errcode, kind) => {
    platform.script(SEND, says(errcode, 'rid: 1'));
    const failure = await failureOf(deliver(open(), outgoing()));
    expect(failure.kind).toBe(kind);
    expect(failure.detail).toContain(String(errcode));
  });

  test.each([45015, 45047])('%i tells the agent that the window is closed', async (errcode) => {
    platform.script(SEND, says(errcode, 'rid: 1'));
    expect((await failureOf(deliver(open(), outgoing()))).detail).toMatch(/窗口已关闭.*再次发言/);
  });

  test('an answer that takes too long may still have been taken', async () => {
    platform.script(SEND, { status: 200, body: { errcode: 0 }, afterMs: 2000 });
    const started = performance.now();
    expect(await failureOf(deliver(open({ apiTimeoutMs: 200 }), outgoing()))).toMatchObject({
      kind: 'retry',
      notSent: false,
    });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('an endless answer is not read to its end', async () => {
    platform.script(SEND, { status: 200, body: { pad: 'x'.repeat(5_000_000), errcode: 0 } });
    expect(await failureOf(deliver(open(), outgoing()))).toMatchObject({ kind: 'retry', notSent: false });
  });

  test('no secret, no sending', () => {
    expect(open({ appSecret: '', reply: 'passive' }).adapter).toBeUndefined();
  });
});

describe('messages', () => {
  const contents = () => platform.at(SEND).map((r) => (r.body.text as { content: string }).content);

  test('go out as raw UTF-8 to the shopper', async () => {
    await deliver(open(), outgoing({ text: '您好\ud800“退款”😀' }));
    const { raw, body } = platform.at(SEND)[0]!;
    expect(body).toMatchObject({ touser: 'oShopper01', msgtype: 'text' });
    expect(raw).toContain('“退款”😀');
    expect(raw).not.toMatch(/\\u/);
  });

  test('longer than 2048 bytes become several, in order', async () => {
    const long = '签收后七天内可以申请退货，请保持吊牌完好。'.repeat(100);
    await deliver(open(), outgoing({ text: long }));
    expect(contents().length).toBeGreaterThan(2);
    expect(contents().join('')).toBe(long);
    expect(contents().every((c) => Buffer.byteLength(c) <= 2048)).toBe(true);
  });

  test('show where the answer comes from', async () => {
    await deliver(open(), outgoing({ payload: { source: { kind: 'faq', id: '1', title: '退货规则' } } }));
    expect(contents()[0]).toBe(`${outgoing().text}\n（来源：退货规则）`);
  });

  test('choices are a menu to tap, or lines when their values cannot be ids', async () => {
    await deliver(open(), outgoing({ payload: { choices: [{ value: 'faq:return', label: '退货' }] } }));
    expect(platform.at(SEND)[0]!.body).toMatchObject({
      msgtype: 'msgmenu',
      msgmenu: { head_content: outgoing().text, list: [{ id: 'faq:return', content: '退货' }] },
    });
    await deliver(open(), outgoing({ payload: { choices: [{ value: '怎么 退货', label: '退货' }] } }));
    expect(platform.at(SEND)[1]!.body).toMatchObject({
      msgtype: 'text',
      text: { content: `${outgoing().text}\n1. 退货` },
    });
  });

  test('a later part that is turned away is tried again at once, earlier parts never', async () => {
    platform.script(SEND, says(0), says(-1), says(0));
    await deliver(open(), outgoing({ text: '长'.repeat(1000) }));
    expect(contents()).toHaveLength(3);
    expect(contents()[1]).toBe(contents()[2]);
    expect(contents()[0]! + contents()[2]!).toBe('长'.repeat(1000));
  });

  test('half sent is reported as uncertain, never as not sent', async () => {
    platform.script(SEND, says(0), says(45011));
    const failure = await failureOf(deliver(open(), outgoing({ text: '长'.repeat(1000) })));
    expect(failure).toMatchObject({ kind: 'retry', notSent: false });
    expect(failure.detail).toContain('前 1 段已发出，其余未发出');
    platform.script(SEND, says(0), { cut: true });
    const cut = await failureOf(deliver(open(), outgoing({ text: '长'.repeat(1000) })));
    expect(cut).toMatchObject({ kind: 'retry', notSent: false });
    expect(cut.detail).toContain('前 1 段已发出，其余不确定');
  });
});
