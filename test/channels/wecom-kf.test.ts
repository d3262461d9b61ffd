// WeChat customer service against a platform that counts, refuses, forgets and ends sessions as WeCom's does.
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../src/channels/adapter.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { wecomKf } from '../../src/channels/wecom-kf/channel.ts';
import { messageIdOf, partId } from '../../src/channels/wecom-kf/message-id.ts';
import { failureOf, outgoing } from './channel-suite.ts';
import { type FakePlatform, openFakePlatform } from './fake-platform.ts';
import { account, channelWith, testTools } from './harnesses.ts';
import { createRecordingInbox, type RecordingInbox } from './recording-inbox.ts';
import { createTestMemory } from './test-memory.ts';
import { actAsKf, type KfPlatform, notice, noticeXml, PARTY, sealed, verification } from './wecom-kf-client.ts';
import { asKfRequest, kfFields, untilRead } from './wecom-kf-harness.ts';

const CURSOR = `cursor:${PARTY.openKfId}`;
const SHOPPER = 'wmShopper01';
const hoursAgo = (hours: number): number => Math.floor(Date.now() / 1000) - hours * 3600;

let platform: FakePlatform;
let kf: KfPlatform;
let memory: ReturnType<typeof createTestMemory>;
let inbox: RecordingInbox;
let channel: Channel;
const opened: FakePlatform[] = [];
const make = (more: Record<string, string> = {}, tools: Parameters<typeof channelWith>[3] = {}): Channel =>
  channelWith(wecomKf, { ...kfFields(platform.url), ...more }, memory, tools)!;

beforeEach(async () => {
  platform = await openFakePlatform();
  opened.push(platform);
  kf = actAsKf(platform);
  memory = createTestMemory();
  inbox = createRecordingInbox();
  channel = make();
});
afterAll(() => Promise.all(opened.map((p) => p.close())));

const route = (method: 'GET' | 'POST') => channel.routes.find((r) => r.method === method)!;
const tell = async (request = notice(PARTY)): Promise<void> => {
  expect((await route('POST').handle(asKfRequest(request), inbox)).status).toBe(200);
};
const read = async (): Promise<void> => {
  await tell();
  await untilRead(memory, kf);
};
const until = async (enough: () => boolean, ms = 4_000): Promise<void> => {
  for (const end = performance.now() + ms; performance.now() < end && !enough(); )
    await new Promise((resolve) => setTimeout(resolve, 5));
};
const texts = (): string[] => inbox.messages.map((m) => m.text);
const calls = (path: string) => platform.at(`/cgi-bin/kf/${path}`);

describe('the address', () => {
  test('Tencent’s published example is decrypted and answered bare', async () => {
    const at = 1_409_659_589_000;
    const values = Object.fromEntries(Object.entries(wecomKf.fields).map(([name, f]) => [name, f.read(f.fallback)]));
    channel = wecomKf.create(
      account('wecom-kf'),
      {
        ...values,
        token: 'QDG6eK',
        aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
        corpId: 'wx5823bf96d3bd56c7',
      } as never,
      testTools({ memory, now: () => at, onError: (error) => expect.fail(String(error)) }),
    );
    const query = {
      msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
      timestamp: '1409659589',
      nonce: '263014780',
      echostr: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    };
    const ask = (more: Partial<typeof query> = {}) =>
      route('GET').handle(
        { account: 'default', query: { ...query, ...more }, headers: {}, body: Buffer.alloc(0) },
        inbox,
      );
    expect(await ask()).toMatchObject({ status: 200, body: '1616140317555161061' });
    const refusals = await Promise.all([ask({ nonce: '263014781' }), ask({ echostr: '' }), ask({ msg_signature: '' })]);
    expect(new Set(refusals.map((r) => `${r.status} ${r.body}`)).size).toBe(1);
    expect(refusals[0]!.status).toBe(401);
  });

  test('the console’s test passes, and not with a sign of an hour ago', async () => {
    const ask = (at?: number) => route('GET').handle(asKfRequest(verification(PARTY, '8674523', at)), inbox);
    expect(await ask()).toMatchObject({ status: 200, body: '8674523', contentType: 'text/plain; charset=utf-8' });
    expect((await ask(hoursAgo(1))).status).toBe(401);
  });

  test('while token and key are changed on the platform, both old and new are good', async () => {
    const newer = { ...PARTY, token: 'anothertoken1', aesKey: `${PARTY.aesKey.slice(0, 42)}A` };
    channel = make({
      token: newer.token,
      aesKey: newer.aesKey,
      prevToken: PARTY.token,
      prevAesKey: PARTY.aesKey,
    });
    for (const party of [PARTY, newer]) await tell(sealed(party, noticeXml(party)));
  });
});

describe('fetching', () => {
  test('pages, and empty pages in between, are read to the end with the notice’s token', async () => {
    kf.pageSize = 2;
    kf.emptyPages = 2;
    for (let i = 1; i <= 5; i++) kf.say(SHOPPER, `第 ${i} 条`);
    await read();
    expect(texts()).toEqual(['第 1 条', '第 2 条', '第 3 条', '第 4 条', '第 5 条']);
    expect(calls('sync_msg').map(({ body }) => body.token)).toEqual(calls('sync_msg').map(() => 'ENCnotice'));
    expect(calls('sync_msg').every(({ body }) => Number(body.limit) <= 1000)).toBe(true);
  });

  test('the cursor moves only over what is stored', async () => {
    await read();
    const before = memory.values.get(CURSOR);
    kf.say(SHOPPER, '一');
    kf.say(SHOPPER, '二');
    inbox.failNext(2);
    await tell();
    await until(() => inbox.calls > 0);
    expect(memory.values.get(CURSOR)).toBe(before);
    await untilRead(memory, kf);
    expect(texts()).toEqual(['一', '二']);
    expect(memory.values.get(CURSOR)).not.toBe(before);
  });

  test('a message that came while a page was being read is fetched too, whoever reads', async () => {
    const other = make();
    kf.say(SHOPPER, '一');
    const tasks = [channel, other].map((c) => c.routes.find((r) => r.method === 'POST')!);
    for (let i = 2; i <= 20; i++) {
      kf.say(SHOPPER, `第 ${i} 条`);
      await tasks[i % 2]!.handle(asKfRequest(notice(PARTY)), inbox);
    }
    await untilRead(memory, kf);
    expect(new Set(texts()).size).toBe(20);
    expect(inbox.messages).toHaveLength(20);
  });

  test('an old notice token and a cursor nobody knows any more lose nothing and repeat nothing', async () => {
    kf.say(SHOPPER, '以前的');
    kf.event('session_status_change', { external_userid: SHOPPER, change_type: 1 }, hoursAgo(0));
    await read();
    kf.say(SHOPPER, '新的');
    await tell(sealed(PARTY, noticeXml(PARTY, { token: 'ENCold' })));
    await untilRead(memory, kf);
    kf.forgetCursors();
    kf.say(SHOPPER, '更新的');
    await read();
    expect(texts()).toEqual(['以前的', '新的', '更新的']);
    expect(inbox.told).toEqual([`${SHOPPER} taken`]); // what was done is not done again
  });

  test('what was said long before the account was connected gets no answer now', async () => {
    kf.say(SHOPPER, '昨天的事', { send_time: hoursAgo(20) });
    kf.say(SHOPPER, '刚才的事', { send_time: Math.floor(Date.now() / 1000) - 120 });
    await read();
    expect(texts()).toEqual(['刚才的事']);
    kf.say(SHOPPER, '停机时说的', { send_time: hoursAgo(20) });
    await read();
    expect(texts()).toEqual(['刚才的事', '停机时说的']);
  });

  test('without any notice it looks by itself, and ends when it is told', async () => {
    kf.say(SHOPPER, '回调丢了');
    const stop = new AbortController();
    const running = channel.run!(inbox, stop.signal);
    await untilRead(memory, kf);
    expect(texts()).toEqual(['回调丢了']);
    stop.abort();
    await running;
  });

  test('a platform that is away is a failure of the look, and the runner begins again', async () => {
    platform.script('/cgi-bin/kf/sync_msg', { status: 502, body: '<html>' });
    await expect(channel.run!(inbox, new AbortController().signal)).rejects.toThrow('502');
  });
});

describe('what is fetched', () => {
  test.each([
    ['text', { content: '你好', menu_id: 'order-7' }, '你好', { choice: 'order-7' }],
    ['image', { media_id: 'm1' }, '[图片]', { attachments: [{ kind: 'image', ref: 'm1' }] }],
    ['voice', { media_id: 'm2' }, '[语音]', { attachments: [{ kind: 'voice', ref: 'm2' }] }],
    ['video', { media_id: 'm3' }, '[视频]', { attachments: [{ kind: 'video', ref: 'm3' }] }],
    ['file', { media_id: 'm4' }, '[文件]', { attachments: [{ kind: 'file', ref: 'm4' }] }],
    ['location', { latitude: 23.1, longitude: 113.3, name: '广州塔', address: '海珠区' }, '[位置] 广州塔 海珠区', {}],
    [
      'link',
      { title: '商品', url: 'https://s.example/1' },
      '[链接] 商品',
      { attachments: [{ kind: 'link', url: 'https://s.example/1' }] },
    ],
    ['link', { title: '商品', url: 'javascript:alert(1)' }, '[链接] 商品', {}],
    ['business_card', { userid: 'zhangsan' }, '[名片]', { platform: { userid: 'zhangsan' } }],
    ['miniprogram', { title: '我的订单', pagepath: 'p' }, '[小程序] 我的订单', {}],
    ['channels_shop_order', { order_id: '1', product_titles: '羽绒服' }, '[视频号订单] 羽绒服', {}],
    ['merged_msg', { title: '群聊的聊天记录', item: [{ a: 1 }] }, '[聊天记录] 群聊的聊天记录', {}],
    ['hologram', { x: 1 }, '[暂不支持的消息]', { platform: { msgType: 'hologram', x: 1 } }],
  ])('%s', async (msgtype, content, text, payload) => {
    kf.say(SHOPPER, '', { msgtype, [msgtype]: content });
    await read();
    expect(inbox.messages).toMatchObject([{ text, shopperId: SHOPPER, payload }]);
    expect(inbox.messages[0]!.author).toBeUndefined();
  });

  test('what a colleague wrote in the WeCom app is theirs', async () => {
    kf.say(SHOPPER, '您好，我来处理', { origin: 5, servicer_userid: 'lisi', msgid: 'm-5' });
    await read();
    expect(inbox.messages).toMatchObject([
      { externalId: 'm-5', author: 'platform_agent', text: '您好，我来处理', payload: { agentName: 'lisi' } },
    ]);
  });

  test('nonsense, other accounts and what has no id are left', async () => {
    kf.say(SHOPPER, '别家的', { open_kfid: 'wkOther' });
    kf.say(SHOPPER, '没有编号', { msgid: '' });
    kf.say(SHOPPER, '来路不明', { origin: 9 });
    kf.add({ msgtype: 'text', text: { content: '没有人' } });
    kf.messages.push(null as never, 'x' as never);
    kf.event('servicer_status_change', { servicer_userid: 'lisi', status: 1 });
    kf.event('user_recall_msg', { external_userid: SHOPPER, recall_msgid: '' });
    kf.event('user_recall_msg', { open_kfid: 'wkOther', external_userid: SHOPPER, recall_msgid: 'm' });
    await read();
    expect([inbox.calls, inbox.told]).toEqual([0, []]);
  });

  test('what the shopper or a colleague took back is known by its id', async () => {
    kf.event('user_recall_msg', { external_userid: SHOPPER, recall_msgid: 'm-1' });
    kf.event('servicer_recall_msg', { external_userid: SHOPPER, recall_msgid: 'm-2', servicer_userid: 'lisi' });
    await read();
    expect(inbox.told).toEqual(['m-1 recalled', 'm-2 recalled']);
  });

  test('sessions that people of the platform take and end', async () => {
    kf.event('session_status_change', { external_userid: SHOPPER, change_type: 1, new_servicer_userid: 'lisi' });
    kf.event('session_status_change', { external_userid: SHOPPER, change_type: 3, old_servicer_userid: 'lisi' });
    await read();
    expect(inbox.told).toEqual([`${SHOPPER} taken`, `${SHOPPER} ended`]);
  });

  test('messages that did not arrive, as a whole or from a later part on', async () => {
    const message = outgoing({ id: '12' });
    const failed = (part: string, type: number) =>
      kf.event('msg_send_fail', { external_userid: SHOPPER, fail_msgid: part, fail_type: type });
    failed(partId(message, 1), 4);
    failed(partId(message, 2), 6);
    failed(partId(message, 1), 10);
    failed('somebody-elses', 4);
    await read();
    const id = partId(message, 1);
    expect(inbox.told).toEqual([
      `${id} failed until the shopper writes: 企业微信没有送达：顾客最后一次发言已超过 48 小时`,
      `${id} failed: 企业微信没有送达：顾客再次发言之前，最多发 5 条`,
      `${id} failed: 企业微信没有送达：顾客拒收`,
    ]);
  });

  test('who enters is welcomed once, and not an hour later', async () => {
    kf.event('enter_session', { external_userid: SHOPPER, scene: 's', welcome_code: 'w-1' });
    kf.event('enter_session', { external_userid: SHOPPER, scene: 's' });
    kf.event('enter_session', { external_userid: SHOPPER, welcome_code: 'w-2' }, hoursAgo(1));
    await read();
    await until(() => kf.sent.length > 0);
    await read();
    expect(kf.sent.map((s) => [s.touser, s.text])).toEqual([['welcome w-1', expect.stringContaining('智能客服')]]);
    expect(calls('send_msg_on_event')).toHaveLength(1);
  });

  test.each([
    ['busy', { status: 200, body: { errcode: -1, errmsg: 'system busy' } }, 2],
    ['cut off', { cut: true as const }, 2],
    ['out of calls for a minute', { status: 200, body: { errcode: 45009, errmsg: 'freq' } }, 1],
    ['refusing the code', { status: 200, body: { errcode: 95019, errmsg: 'invalid code' } }, 1],
  ])('a platform that is %s is asked for the welcome as often as it may work', async (_, refusal, tries) => {
    const path = '/cgi-bin/kf/send_msg_on_event';
    platform.script(path, refusal, ...platform.swap(path));
    const errors: unknown[] = [];
    channel = make({}, { onError: (error) => void errors.push(error) });
    kf.event('enter_session', { external_userid: SHOPPER, welcome_code: 'w-5' });
    await read();
    await until(() => kf.sent.length + errors.length > 0);
    expect(calls('send_msg_on_event')).toHaveLength(tries);
    expect(new Set(calls('send_msg_on_event').map(({ body }) => body.msgid)).size).toBe(1);
    expect([kf.sent.length, errors.length]).toEqual(tries === 2 ? [1, 0] : [0, 1]);
  });

  test('a welcome whose code is about to end is not tried again', async () => {
    const path = '/cgi-bin/kf/send_msg_on_event';
    platform.script(path, { status: 200, body: { errcode: -1, errmsg: 'busy' } }, ...platform.swap(path));
    const errors: unknown[] = [];
    channel = make({}, { onError: (error) => void errors.push(error) });
    kf.event('enter_session', { external_userid: SHOPPER, welcome_code: 'w-6' }, Math.floor(Date.now() / 1000) - 17);
    await read();
    await until(() => errors.length > 0);
    expect(calls('send_msg_on_event')).toHaveLength(1);
  });

  test('a session that ends is closed with a word where the shop has one, once and only while that counts', async () => {
    channel = make({ goodbye: '会话已结束，感谢您的咨询。' });
    const ended = { external_userid: SHOPPER, change_type: 3, old_servicer_userid: 'lisi' };
    kf.state.set(SHOPPER, 4);
    kf.event('session_status_change', { external_userid: SHOPPER, change_type: 1, msg_code: 'pool-1' });
    const end = kf.event('session_status_change', { ...ended, msg_code: 'end-1' });
    kf.event('session_status_change', { ...ended, msg_code: 'end-old' }, hoursAgo(1));
    kf.event('session_status_change', ended);
    await read();
    kf.messages.push({ ...end });
    await read();
    await until(() => kf.sent.length > 0);
    expect(kf.sent.map((s) => [s.touser, s.text])).toEqual([['welcome end-1', '会话已结束，感谢您的咨询。']]);
    expect(calls('send_msg_on_event')).toHaveLength(1);
    expect(inbox.told).toContain(`${SHOPPER} ended`);
  });

  test('a shop without a closing word says none', async () => {
    kf.state.set(SHOPPER, 4);
    kf.event('session_status_change', { external_userid: SHOPPER, change_type: 3, msg_code: 'end-2' });
    await read();
    expect(inbox.told).toEqual([`${SHOPPER} ended`]);
    expect(calls('send_msg_on_event')).toEqual([]);
  });

  test('an entry that is told twice is welcomed once', async () => {
    const entry = kf.event('enter_session', { external_userid: SHOPPER, welcome_code: 'w-3' });
    kf.messages.push({ ...entry });
    await read();
    kf.messages.push({ ...entry });
    kf.event('enter_session', { external_userid: SHOPPER, welcome_code: 'w-4' });
    await read();
    await until(() => calls('send_msg_on_event').some(({ body }) => body.code === 'w-4'));
    expect(calls('send_msg_on_event').map(({ body }) => body.code)).toEqual(['w-3', 'w-4']);
  });
});

test('the bytes of a file are fetched by its name, and a refusal is no file', async () => {
  const path = '/cgi-bin/media/get';
  platform.script(path, { status: 200, body: 'GIF89a', headers: { 'content-type': 'image/gif' } });
  const { bytes, type } = await channel.media!({ kind: 'image', ref: 'm 1' });
  expect([bytes.toString(), type, platform.at(path)[0]!.query]).toEqual([
    'GIF89a',
    'image/gif',
    { access_token: 'kf-token-1', media_id: 'm 1' },
  ]);
  platform.script(path, { status: 200, body: { errcode: 40007, errmsg: 'invalid media_id' } });
  expect(await failureOf(channel.media!({ kind: 'image', ref: 'gone' }))).toMatchObject({ code: '40007' });
  expect(await failureOf(channel.media!({ kind: 'link' }))).toMatchObject({ kind: 'permanent' });
});

describe('sending', () => {
  beforeEach(() => {
    kf.say(SHOPPER, '在吗');
  });
  const send = (more: Parameters<typeof outgoing>[0] = {}) =>
    deliver(channel, outgoing({ shopperId: SHOPPER, ...more }));

  test('every part has an id of ours, the same in every attempt, and what fails finds its message', async () => {
    const text = '很长的说明。'.repeat(300);
    const id = await send({ id: '9007199254740993', text });
    const parts = kf.to(SHOPPER);
    expect(parts.map((p) => p.text).join('')).toBe(text);
    expect(parts.length).toBeGreaterThan(1);
    expect(new Set(parts.map((p) => p.msgid)).size).toBe(parts.length);
    for (const { msgid, text: said } of parts) {
      expect(Buffer.byteLength(said)).toBeLessThanOrEqual(2048);
      expect(msgid).toMatch(/^[0-9a-zA-Z_-]{1,32}$/);
      expect(messageIdOf(msgid)).toBe(id);
    }
    expect(partId(outgoing({ id: '7' }), 1)).not.toBe(partId(outgoing({ id: '7', at: '2026-11-24T00:00:00Z' }), 1));
    expect(messageIdOf('23456789012345678')).toBeNull();
  });

  test('choices are a menu while they fit, and lines when they do not', async () => {
    const choices = [
      { value: 'order-1', label: '羽绒服 1 件' },
      { value: 'order-2', label: '围巾 2 条' },
    ];
    await send({ id: '1', text: '您问的是哪个订单？', payload: { choices } });
    const many = Array.from({ length: 11 }, (_, i) => ({ value: `o-${i}`, label: `第 ${i} 个` }));
    await send({ id: '2', text: '哪个？', payload: { choices: many } });
    await send({ id: '3', text: '哪个？', payload: { choices: [{ value: '值'.repeat(22), label: '一' }] } });
    expect(kf.to(SHOPPER).map((s) => [s.msgtype, s.menu.length])).toEqual([
      ['msgmenu', 2],
      ['text', 0],
      ['text', 0],
    ]);
    expect(kf.to(SHOPPER)[0]!.menu[1]).toEqual({ id: 'order-2', content: '围巾 2 条' });
    expect(kf.to(SHOPPER)[1]!.text).toContain('11. 第 10 个');
  });

  test('five and no sixth; the reason is said in words', async () => {
    for (let i = 1; i <= 5; i++) await send({ id: String(i) });
    const failure = await failureOf(send({ id: '6' }));
    expect(failure).toMatchObject({ kind: 'permanent', code: '95001', detail: expect.stringContaining('5 条') });
  });

  test.each([
    [2, '待接入池', false],
    [3, '接待人员', false],
    [4, '要等顾客再次发言', true],
  ])('in state %i nothing may be sent: an agent reads who has the shopper', async (state, words, untilShopper) => {
    kf.state.set(SHOPPER, state);
    const failure = await failureOf(send());
    const detail = expect.stringContaining(words);
    expect(failure).toMatchObject({ kind: 'permanent', code: '95018', untilShopper, detail });
    expect(calls('send_msg')).toHaveLength(1);
  });

  test('one token for twenty messages at once; a token that ended is replaced once for all of them', async () => {
    for (let i = 0; i < 20; i++) kf.say(`wm${i}`, '在吗');
    const all = () =>
      Promise.all(Array.from({ length: 20 }, (_, i) => send({ id: `${kf.sent.length + i}`, shopperId: `wm${i}` })));
    await all();
    expect(kf.tokens).toBe(1);
    kf.expireTokens();
    await all();
    expect([kf.tokens, kf.sent.length]).toEqual([2, 40]);
  });

  test.each([40001, 40014, 41001, 42001])('%i: a fresh token, once, and it arrives', async (errcode) => {
    const [take] = platform.swap('/cgi-bin/kf/send_msg');
    platform.script('/cgi-bin/kf/send_msg', { status: 200, body: { errcode, errmsg: 'credential' } }, take!);
    await send();
    expect([kf.tokens, calls('send_msg').length, kf.to(SHOPPER).length]).toEqual([2, 2, 1]);
  });

  test('a platform that refuses every token is asked for two, not for ever', async () => {
    platform.script('/cgi-bin/kf/send_msg', { status: 200, body: { errcode: 42001, errmsg: 'access_token expired' } });
    expect(await failureOf(send())).toMatchObject({ kind: 'permanent', code: '42001' });
    expect([kf.tokens, calls('send_msg').length]).toEqual([2, 2]);
  });

  test('too many calls: later, and certainly not sent', async () => {
    platform.script('/cgi-bin/kf/send_msg', { status: 200, body: { errcode: 45009, errmsg: 'freq' } });
    expect(await failureOf(send())).toMatchObject({ kind: 'retry', notSent: true, afterMs: 60_000 });
  });

  describe('pictures of ours', () => {
    const KEEP = '/cgi-bin/media/upload';
    const png = { bytes: Buffer.from('\x89PNG 图'), type: 'image/png' };
    const kept = (id: string) => ({ status: 200, body: { errcode: 0, errmsg: 'ok', type: 'image', media_id: id } });
    const withPictures = (text: string, ids: string[]) => ({
      text,
      payload: { attachments: ids.map((id) => ({ kind: 'image', id })) },
    });
    const sent = () => calls('send_msg').map(({ body }) => ({ type: body.msgtype, ...(body.image as object) }));
    beforeEach(() => {
      channel = make({}, { picture: async (id) => (id === 'gone' ? null : png) });
      platform.script(KEEP, kept('m-1'), kept('m-2'));
    });

    test('are put there as files and sent after the words, each a message of its own', async () => {
      await send(withPictures('您看这里', ['a', 'b']));
      expect(sent()).toEqual([
        { type: 'text' },
        { type: 'image', media_id: 'm-1' },
        { type: 'image', media_id: 'm-2' },
      ]);
      const [first] = platform.at(KEEP);
      expect(first!.query).toEqual({ access_token: 'kf-token-1', type: 'image' });
      expect(first!.raw).toContain('name="media"; filename="picture.png"');
      expect(new Set(calls('send_msg').map(({ body }) => body.msgid)).size).toBe(3);
      await send({ id: '8', ...withPictures('[图片]', ['a']) });
      expect(sent().slice(3)).toEqual([{ type: 'image', media_id: 'm-2' }]);
    });

    test('that are gone or refused are put into words', async () => {
      await send(withPictures('您看这里', ['gone']));
      platform.script(KEEP, { status: 200, body: { errcode: 40004, errmsg: 'invalid media type' } });
      await send({ id: '8', ...withPictures('[图片]', ['a']) });
      expect(kf.to(SHOPPER).map(({ text }) => text)).toEqual([
        expect.stringMatching(/您看这里\n.*1 张图片/),
        expect.stringMatching(/1 张图片/),
      ]);
    });

    test('that cannot be put there now leave the whole message unsent', async () => {
      platform.script(KEEP, { cut: true });
      expect(await failureOf(send(withPictures('您看这里', ['a'])))).toMatchObject({ kind: 'retry', notSent: true });
      expect(calls('send_msg')).toEqual([]);
    });

    test('count as the platform counts them', () => {
      const parts = channel.partsOf!;
      expect(parts(withPictures('[图片]', ['a', 'b']))).toBe(2);
      expect(parts(withPictures('您看这里', ['a', 'b']))).toBe(3);
      expect(parts({ text: '长'.repeat(1000), payload: {} })).toBe(2);
      expect(parts({ text: '哪一单？', payload: { choices: [{ value: 'order-1', label: '大衣' }] } })).toBe(1);
    });
  });

  test('the test button says what is wrong', async () => {
    expect(await channel.verify!()).toContain('企业微信接受了');
    channel = make({ secret: 'wrong' });
    expect(await failureOf(channel.verify!())).toMatchObject({
      code: '40001',
      detail: expect.stringContaining('Secret'),
    });
  });
});

describe('after a handoff', () => {
  beforeEach(() => {
    kf.say(SHOPPER, '转人工');
  });

  test('desk: the session stays with us', async () => {
    expect(await channel.handedOff!(SHOPPER)).toBe(false);
    expect(kf.state.get(SHOPPER)).toBe(1);
    expect(await channel.handedOff!(SHOPPER)).toBe(false);
    expect(calls('service_state/trans')).toHaveLength(1);
  });

  test('native: to the pool, else to somebody who receives, else it stays with us', async () => {
    channel = make({ agents: 'native' });
    expect(await channel.handedOff!(SHOPPER)).toBe(true);
    expect(kf.state.get(SHOPPER)).toBe(2);
    kf.hasPool = false;
    kf.say('wmSecond', '转人工');
    expect(await channel.handedOff!('wmSecond')).toBe(false);
    kf.people = [
      { userid: 'zhangsan', status: 1 },
      { userid: 'lisi', status: 0 },
    ];
    expect(await channel.handedOff!('wmSecond')).toBe(true);
    expect(calls('service_state/trans').at(-1)!.body).toMatchObject({ service_state: 3, servicer_userid: 'lisi' });
    kf.state.set('wmSecond', 4);
    expect(await channel.handedOff!('wmSecond')).toBe(false);
  });
});

describe('what the platform counted', () => {
  const DAY_MS = 86_400_000;
  /** The first instant of a day in Beijing. */
  const dayAgo = (days: number): number =>
    Math.floor((Date.now() + 28_800_000) / DAY_MS) * DAY_MS - 28_800_000 - days * DAY_MS;

  test('its totals and its people’s become one row a day; what it leaves out is not zero', async () => {
    kf.counted.set(dayAgo(2) / 1_000, {
      totals: {
        session_cnt: 12,
        customer_cnt: 9,
        customer_msg_cnt: 61,
        ai_session_reply_cnt: 10,
        ai_transfer_rate: 0.25,
        msg_rejected_customer_cnt: 1,
      },
      people: { session_cnt: 3, reply_rate: 1, first_reply_average_sec: 17.5, satisfied_rate: 0.5 },
    });
    kf.counted.set(dayAgo(1) / 1_000, { totals: { session_cnt: 2, customer_cnt: 2, customer_msg_cnt: 4 } });
    kf.counted.set(dayAgo(9) / 1_000, { totals: { session_cnt: 99 } });
    kf.expireTokens();
    expect(await channel.countedDays!(dayAgo(7), dayAgo(1))).toEqual([
      {
        startsAt: dayAgo(2),
        sessions: 12,
        shoppers: 9,
        messages: 61,
        botSessions: 10,
        toPersonShare: 0.25,
        personSessions: 3,
        repliedShare: 1,
        firstReplySeconds: 17.5,
        satisfiedShare: 0.5,
        rejecting: 1,
      },
      {
        startsAt: dayAgo(1),
        sessions: 2,
        shoppers: 2,
        messages: 4,
        botSessions: null,
        toPersonShare: null,
        personSessions: null,
        repliedShare: null,
        firstReplySeconds: null,
        satisfiedShare: null,
        rejecting: null,
      },
    ]);
    expect(calls('get_corp_statistic').at(-1)!.body).toMatchObject({
      open_kfid: PARTY.openKfId,
      start_time: dayAgo(7) / 1_000,
      end_time: dayAgo(1) / 1_000,
    });
  });

  test('an app that may not ask is told so, and figures that are no numbers are not shown', async () => {
    kf.counted.set(dayAgo(1) / 1_000, {
      totals: { session_cnt: '12' as unknown as number, customer_cnt: -1, ai_transfer_rate: 1.0000001 },
    });
    expect(await channel.countedDays!(dayAgo(1), dayAgo(1))).toMatchObject([
      { sessions: null, shoppers: null, toPersonShare: 1 },
    ]);
    kf.tells = false;
    expect(await failureOf(channel.countedDays!(dayAgo(1), dayAgo(1)))).toMatchObject({
      kind: 'permanent',
      code: '48002',
      detail: expect.stringContaining('没有这个接口的权限'),
    });
  });
});
