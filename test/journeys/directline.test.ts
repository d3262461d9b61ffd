// Direct Line 3.0 on the running product, spoken by its protocol alone: tokens, lines that break, choices, people, pictures.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectlineClient, DIRECTLINE_SECRET, openLine, type Said } from '../channels/directline-client.ts';
import { conversationOf } from './conversation-of.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const PAGE = 'https://shop.example';
const ASKED = '七天无理由怎么退';

let server: RunningServer;
let client: ReturnType<typeof createDirectlineClient>;
let agent: Awaited<ReturnType<typeof signIn>>;
let aheadMs = 0;
beforeAll(async () => {
  server = await startServer({
    env: { DIRECTLINE_SECRET, DIRECTLINE_ORIGINS: PAGE },
    app: { now: () => new Date(Date.now() + aheadMs) },
  });
  client = createDirectlineClient(server.base);
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 180_000);
afterAll(() => server?.close());

const patient = { timeout: 15_000 };
const fromShop = (said: Said[]) => said.filter(({ from }) => from.role === 'bot');

const ours = (conversation: string) => conversationOf(server, conversation);

describe('tokens', () => {
  it('are given for the secret, name their user, are refreshed and begin their own conversation', async () => {
    const { status, body } = await client.generate({ user: { id: 'dl_42', name: '小明' } });
    expect(status).toBe(200);
    expect(body).toEqual({ conversationId: expect.any(String), token: expect.any(String), expires_in: 1800 });
    expect(decodeJwt(body.token)).toMatchObject({ user: 'dl_42', conv: body.conversationId });
    const refreshed = await client.refresh(body.token);
    expect(refreshed).toMatchObject({ status: 200, body: { conversationId: body.conversationId, expires_in: 1800 } });
    const started = await client.start(refreshed.body.token);
    expect(started).toMatchObject({ status: 201, body: { conversationId: body.conversationId, expires_in: 1800 } });
    expect(started.body.streamUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v3\/directline\/conversations\/[\w-]+\/stream\?/);
    expect(decodeJwt(started.body.token).user).toBe('dl_42');
    const bySecret = await client.start(DIRECTLINE_SECRET, { user: { id: 'u-7' } });
    expect(decodeJwt(bySecret.body.token).user).toBe('u-7');
    expect((await client.reconnect(bySecret.body.conversationId, DIRECTLINE_SECRET)).status).toBe(200);
  });

  it('a user that only the shop may vouch for is not taken from a page', async () => {
    const { body } = await client.generate();
    expect(decodeJwt((await client.start(body.token, { user: { id: 'dl_boss' } })).body.token).user).toBeUndefined();
    expect(decodeJwt((await client.start(body.token, { user: { id: 'u-9' } })).body.token).user).toBe('u-9');
  });

  it('every wrong way in is refused in the protocol’s words', async () => {
    const mine = await client.enter();
    const other = await client.enter();
    const tail = mine.token.slice(0, -6);
    const refusals = [
      [401, 'Unauthorized', await client.generate({}, null)],
      [401, 'Unauthorized', await client.list(mine.conversationId, '')],
      [403, 'BadArgument', await client.generate({}, 'wrong-secret')],
      [403, 'BadArgument', await client.generate({}, mine.token)],
      [403, 'BadArgument', await client.refresh(DIRECTLINE_SECRET)],
      [403, 'BadArgument', await client.start(`${tail}AAAAAA`)],
      [403, 'BadArgument', await client.list(other.conversationId, mine.token)],
      [403, 'BadArgument', await client.say(other.conversationId, mine.token, '不是我的')],
      [403, 'BadArgument', await client.reconnect(other.conversationId, mine.token)],
      [404, 'BadArgument', await client.reconnect('nobody-began-this', DIRECTLINE_SECRET)],
      [404, 'BadArgument', await client.list('%00', DIRECTLINE_SECRET)],
      [400, 'BadArgument', await client.post(mine.conversationId, mine.token, '{')],
      [400, 'BadArgument', await client.post(mine.conversationId, mine.token, { text: 'no type' })],
      [400, 'BadArgument', await client.say(mine.conversationId, mine.token, ' ')],
    ] as const;
    for (const [status, code, answer] of refusals)
      expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
    expect((await client.list(other.conversationId, other.token)).body.activities).toEqual([]);
    const large = await client.say(mine.conversationId, mine.token, 'x'.repeat(70_000));
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'BadArgument' } } });
    const deep = `{"type":"message","text":"x","channelData":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const body of [deep, deep.replace('message', 'event')])
      expect(await client.post(mine.conversationId, mine.token, body)).toMatchObject({
        status: 400,
        body: { error: { code: 'BadArgument' } },
      });
  });

  it('run out: clients are told so and not that they were wrong', async () => {
    const conversation = await client.enter();
    aheadMs = 61_000;
    await expect(openLine(conversation.streamUrl)).rejects.toThrow('not opened');
    expect((await client.list(conversation.conversationId, conversation.token)).status).toBe(200);
    aheadMs = 1_801_000;
    for (const answer of [
      await client.list(conversation.conversationId, conversation.token),
      await client.refresh(conversation.token),
    ])
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'TokenExpired' } } });
    aheadMs = 0;
    const tampered = conversation.streamUrl.replace(conversation.conversationId, (await client.enter()).conversationId);
    await expect(openLine(tampered)).rejects.toThrow('not opened');
  });
});

describe('a conversation', () => {
  it('is echoed with its id and untouched data, answered, and told again from any place', {
    timeout: 40_000,
  }, async () => {
    const { conversationId, token, streamUrl } = await client.enter('dl_real');
    const channelData = { clientActivityID: 'c-1', deep: { 表: [1, null, '\u0000\ud800', '长'.repeat(5_000)] } };
    const { status, body } = await client.say(conversationId, token, ASKED, { channelData, locale: 'zh-CN' });
    expect(status).toBe(200);
    const line = await openLine(streamUrl); // what was said before it was opened comes first
    await expect.poll(() => fromShop(line.messages()).length, patient).toBe(1);
    const [own, answer] = line.messages();
    expect(own).toMatchObject({
      id: body.id,
      type: 'message',
      channelId: 'directline',
      conversation: { id: conversationId },
      from: { id: 'dl_real', name: '小明', role: 'user' },
      text: ASKED,
      locale: 'zh-CN',
      timestamp: expect.stringMatching(/Z$/),
    });
    expect(own!.channelData).toEqual(JSON.parse(JSON.stringify(channelData)));
    expect(answer!.text).toMatch(/退/);
    expect(answer!.id).not.toBe(own!.id);
    const polled = (await client.list(conversationId, token)).body;
    expect(polled.activities.map(({ id }) => id)).toEqual([own!.id, answer!.id]);
    expect(polled.watermark).toBe(line.watermark());
    expect((await client.list(conversationId, token, polled.watermark)).body).toEqual({
      activities: [],
      watermark: polled.watermark,
    });
    // only whoever looks on sees that somebody is writing
    expect(line.typing().length).toBeGreaterThan(0);
    expect(polled.activities.some(({ type }) => type === 'typing')).toBe(false);
    line.socket.close();
  });

  it('a line that broke goes on where it stopped: nothing is lost, nothing comes twice', {
    timeout: 40_000,
  }, async () => {
    const begun = await client.enter();
    const { conversationId: id, token } = begun;
    const first = await openLine(begun.streamUrl);
    await client.say(id, token, ASKED);
    await expect.poll(() => first.messages().length, patient).toBe(2);
    first.socket.close();
    await first.closed;
    await client.say(id, token, '包邮吗');
    await expect.poll(async () => (await client.list(id, token)).body.activities.length, patient).toBe(4);
    const again = (await client.reconnect(id, token, first.watermark())).body;
    expect(again.conversationId).toBe(id);
    const second = await openLine(again.streamUrl);
    await expect.poll(() => second.messages().length, patient).toBe(2);
    await client.say(id, again.token, '谢谢');
    await expect.poll(() => second.messages().length, patient).toBeGreaterThanOrEqual(4);
    const ids = [...first.messages(), ...second.messages()].map((m) => m.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual((await client.list(id, token)).body.activities.map((m) => m.id));
    second.socket.close();
  });

  it('coming back without a place is coming back now; an empty place is the beginning', async () => {
    const { conversationId: id, token } = await client.enter();
    await client.say(id, token, '早先的话');
    await expect.poll(async () => (await client.list(id, token)).body.activities.length, patient).toBe(2);
    const without = await client.ask<{ streamUrl: string }>('GET', `/conversations/${id}`, { bearer: token });
    const line = await openLine(without.body.streamUrl);
    await client.say(id, token, '后来的话');
    await expect.poll(() => line.messages()[0]?.text, patient).toBe('后来的话');
    line.socket.close();
    await line.closed;
    for (const place of ['', 'undefined']) {
      const again = await openLine((await client.reconnect(id, token, place)).body.streamUrl);
      await expect.poll(() => again.messages()[0]?.text, patient).toBe('早先的话');
      again.socket.close();
      await again.closed;
    }
  });

  it('a second line of one conversation is one too many', async () => {
    const { conversationId, token, streamUrl } = await client.enter();
    const first = await openLine(streamUrl);
    const second = await openLine(streamUrl);
    expect(await second.closed).toMatchObject({ reason: 'collision' });
    await client.say(conversationId, token, '你好');
    await expect.poll(() => first.messages().length, patient).toBeGreaterThanOrEqual(1);
    first.socket.close();
  });

  it('one message of one client is one, however often it is posted', async () => {
    const { conversationId, token } = await client.enter();
    const say = (text: string, clientActivityID?: string) =>
      client.say(conversationId, token, text, clientActivityID ? { channelData: { clientActivityID } } : {});
    const tries = await Promise.all(Array.from({ length: 20 }, () => say('在吗', 'the-same')));
    expect(new Set(tries.map(({ body }) => body.id)).size).toBe(1);
    const unnamed = [await say('在吗'), await say('在吗'), await say('不一样', 'the-same')];
    expect(new Set([...tries, ...unnamed].map(({ body }) => body.id)).size).toBe(4);
  });

  it('what is no message is taken and kept nowhere', async () => {
    const { conversationId, token, streamUrl } = await client.enter();
    const line = await openLine(streamUrl);
    const join = { type: 'event', name: 'webchat/join', from: { id: 'x' }, channelData: { clientActivityID: 'e' } };
    expect((await client.post(conversationId, token, join)).status).toBe(200);
    expect((await client.post(conversationId, token, { type: 'typing', from: { id: 'x' } })).status).toBe(200);
    const two = await Promise.all([1, 2].map((value) => client.post(conversationId, token, { ...join, value })));
    expect(new Set(two.map(({ body }) => body.id)).size).toBe(2);
    await expect
      .poll(() => line.frames.flatMap((f) => f.activities), patient)
      .toContainEqual(expect.objectContaining({ type: 'event', channelData: { clientActivityID: 'e' } }));
    expect((await client.list(conversationId, token)).body.activities).toEqual([]);
    line.socket.close();
  });

  it('choices are suggested actions, and the one that is tapped is understood', { timeout: 40_000 }, async () => {
    const { conversationId, token } = await client.enter();
    const said = async () => fromShop((await client.list(conversationId, token)).body.activities);
    await client.say(conversationId, token, '那个怎么弄啊');
    await expect.poll(async () => (await said()).length, patient).toBe(1);
    const actions = (await said())[0]!.suggestedActions!.actions;
    expect(actions.length).toBeGreaterThanOrEqual(2);
    expect(actions.every(({ type, title, value }) => type === 'imBack' && title === value)).toBe(true);
    const human = actions.find(({ title }) => title.includes('人工'))!;
    await client.say(conversationId, token, human.value);
    expect(await agent.waiting(await ours(conversationId), 10_000)).not.toBeNull();
  });
});

describe('a person takes over', () => {
  it('is seen typing, heard in their name, and sends pictures that nobody else can fetch', {
    timeout: 60_000,
  }, async () => {
    const { conversationId, token, streamUrl } = await client.enter();
    const line = await openLine(streamUrl);
    await client.say(conversationId, token, '转人工');
    const own = await ours(conversationId);
    const row = await agent.waiting(own);
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    await expect.poll(() => fromShop(line.messages()).length, patient).toBeGreaterThanOrEqual(1);
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    const typed = line.typing().length;
    await agent.post(`/api/conversations/${own}/presence`, { viewing: true, typing: true });
    await expect.poll(() => line.typing().length, patient).toBeGreaterThan(typed);
    expect((await agent.reply(own, '内部备注，顾客看不到', 'note')).status).toBe(201);
    expect((await agent.reply(own, '您好，我是人工客服')).status).toBe(201);
    await expect
      .poll(() => line.messages().at(-1), patient)
      .toMatchObject({ text: '您好，我是人工客服', from: { id: 'agent', name: 'agent-a', role: 'bot' } });
    expect(JSON.stringify(line.frames)).not.toContain('内部备注');
    const others = line.frames
      .flatMap((f) => f.activities)
      .filter(({ type }) => type !== 'message' && type !== 'typing');
    expect(others.map(({ type, name }) => [type, name])).toEqual([
      ['event', 'handoff.initiate'],
      ['event', 'handoff.status'],
    ]);

    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const form = new FormData();
    form.append('file', new Blob([png], { type: 'image/png' }), 'a.png');
    const { csrf } = (await agent.get<{ csrf: string }>('/api/session')).body;
    const sent = await fetch(`${server.base}/api/uploads`, {
      method: 'POST',
      headers: { cookie: agent.cookie, 'x-csrf-token': csrf },
      body: form,
    });
    const { id } = (await sent.json()) as { id: string };
    await agent.post(`/api/conversations/${own}/messages`, {
      clientMessageId: 'pic-1',
      text: '看图',
      kind: 'reply',
      attachments: [{ id }],
    });
    await expect.poll(() => line.messages().at(-1)?.attachments?.length, patient).toBe(1);
    const [picture] = line.messages().at(-1)!.attachments!;
    expect(picture!.contentType).toBe('image/png');
    const got = await fetch(picture!.contentUrl);
    expect(got.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await got.arrayBuffer()).equals(png)).toBe(true);
    expect((await fetch(picture!.contentUrl.split('?')[0]!)).status).toBe(403);
    line.socket.close();
  });
});

describe('pictures and files of the shopper', () => {
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const send = (conversation: string, token: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.base}/v3/directline/conversations/${conversation}/upload?userId=u-1`, {
      method: 'POST',
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body,
    });
  function formOf(...files: [Buffer, string, string][]) {
    const form = new FormData();
    const activity = {
      type: 'message',
      from: { id: 'u-1' },
      attachments: files.map(([, contentType, name]) => ({ contentType, name })),
      channelData: { clientActivityID: 'up-1' },
    };
    form.append('activity', new Blob([JSON.stringify(activity)], { type: 'application/vnd.microsoft.activity' }));
    for (const [bytes, type, name] of files) form.append('file', new Blob([new Uint8Array(bytes)], { type }), name);
    return form;
  }

  it('reach the agent as they were, and come back to the shopper alone', { timeout: 60_000 }, async () => {
    const { conversationId: id, token } = await client.enter('dl_photo');
    const page = Buffer.from('<script>alert(1)</script>');
    const sent = await send(id, token, formOf([PNG, 'image/png', '破损.png'], [page, 'text/html', 'a.html']));
    expect(sent.status).toBe(200);
    const { id: activity } = (await sent.json()) as { id: string };
    const [own] = (await client.list(id, token)).body.activities;
    expect(own).toMatchObject({ id: activity, from: { id: 'dl_photo' }, channelData: { clientActivityID: 'up-1' } });
    expect(own!.text).toBeUndefined();
    const [picture, file] = own!.attachments!;
    // Web Chat draws a user's picture by its thumbnail, and a card with a name without one
    expect([picture!.thumbnailUrl, file!.thumbnailUrl]).toEqual([picture!.contentUrl, undefined]);
    const seen = await fetch(picture!.contentUrl);
    expect(seen.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await seen.arrayBuffer()).equals(PNG)).toBe(true);
    const saved = await fetch(file!.contentUrl);
    expect(saved.headers.get('content-type')).toBe('application/octet-stream');
    expect(saved.headers.get('content-disposition')).toBe('attachment');
    const stolen = new URL(file!.contentUrl);
    stolen.search = new URL(picture!.contentUrl).search;
    expect((await fetch(stolen)).status).toBe(404);
    const { body } = await agent.get<{ messages: { payload: { attachments: { id: string }[] } }[] }>(
      `/api/conversations/${await ours(id)}/messages`,
    );
    const upload = body.messages[0]!.payload.attachments[0]!.id;
    const atDesk = await fetch(`${server.base}/api/uploads/${upload}`, { headers: { cookie: agent.cookie } });
    expect(Buffer.from(await atDesk.arrayBuffer()).equals(PNG)).toBe(true);
  });

  it('come with their activity where its part has no name, as Microsoft’s page writes it', async () => {
    const { conversationId: id, token } = await client.enter();
    const body = Buffer.concat([
      Buffer.from(
        '--DD4E5147-E865\r\nContent-Type: image/png\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n',
      ),
      PNG,
      Buffer.from('\r\n--DD4E5147-E865\r\nContent-Type: application/vnd.microsoft.activity\r\n\r\n'),
      Buffer.from('{"type":"message","from":{"id":"u-1"},"text":"看这里"}\r\n--DD4E5147-E865--\r\n'),
    ]);
    const sent = await send(id, token, body, { 'content-type': 'multipart/form-data; boundary=DD4E5147-E865' });
    expect(sent.status).toBe(200);
    const [own] = (await client.list(id, token)).body.activities;
    expect([own!.text, own!.attachments!.length]).toEqual(['看这里', 1]);
  });

  it('of whom nobody knows, too large or broken are refused', async () => {
    const { conversationId: id, token } = await client.enter();
    expect((await send(id, '', formOf([PNG, 'image/png', 'a.png']))).status).toBe(401);
    const large = Buffer.alloc(20 * 1024 * 1024 + 1);
    expect((await send(id, token, new Uint8Array(large), { 'content-type': 'video/mp4' })).status).toBe(413);
    const broken = await send(id, token, 'no form', { 'content-type': 'multipart/form-data; boundary=x' });
    expect(broken.status).toBe(400);
    expect((await send(id, token, formOf())).status).toBe(400);
    expect((await client.list(id, token)).body.activities).toEqual([]);
  });
});

describe('browsers', () => {
  it('of named sites may ask, others may not, and there is no wildcard', async () => {
    const preflight = (origin: string) =>
      client.ask('OPTIONS', '/conversations', { headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight(PAGE);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(PAGE);
    for (const name of ['authorization', 'content-type', 'x-ms-bot-agent', 'x-requested-with'])
      expect(allowed.headers.get('access-control-allow-headers')).toContain(name);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const { conversationId, token } = await client.enter();
    const from = (origin: string) =>
      client.ask('GET', `/conversations/${conversationId}`, { bearer: token, headers: { origin } });
    expect((await from(PAGE)).headers.get('access-control-allow-origin')).toBe(PAGE);
    expect((await from(server.base)).status).toBe(200);
    expect((await from('https://evil.example')).status).toBe(403);
  });

  it('a token for certain pages is of no use elsewhere', async () => {
    const { body } = await client.generate({ trustedOrigins: ['https://other.example'] });
    const asked = await client.ask('POST', '/conversations', { bearer: body.token, headers: { origin: PAGE } });
    expect(asked.status).toBe(403);
  });
});

it('without its secret it is off', { timeout: 120_000 }, async () => {
  const bare = await startServer();
  const off = createDirectlineClient(bare.base);
  expect((await off.generate()).status).toBe(404);
  expect((await off.generate({}, '')).status).toBe(404);
  await bare.close();
});
