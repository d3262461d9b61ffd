// What happens to a handoff is told besides the words, on each channel that has a place for it: the shop's bridge, Direct Line, Bot Framework.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { createDirectlineClient, DIRECTLINE_SECRET, openLine, type Said } from '../channels/directline-client.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { type Bridge, bridgeSettings, OUT_SECRET, openBridge, postAs } from './bridge.ts';
import { conversationOf } from './conversation-of.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const PHONE = '13812345678';
const SAID = `我电话${PHONE}，转人工`;
const patient = { timeout: 20_000 };

let server: RunningServer;
let bridge: Bridge;
let emulator: FakePlatform;
let client: ReturnType<typeof createDirectlineClient>;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  bridge = await openBridge();
  emulator = await openFakePlatform();
  server = await startServer({ env: { ...bridgeSettings(bridge), DIRECTLINE_SECRET } });
  client = createDirectlineClient(server.base);
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await bridge?.close();
  await emulator?.close();
});
beforeEach(() => {
  bridge.answer = () => ({ status: 204 });
});

/** From the agent's side: taken, answered, done. */
async function serve(conversationId: string, words: string): Promise<string> {
  const row = await agent.waiting(conversationId, 15_000);
  expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
  expect((await agent.reply(conversationId, words)).status).toBe(201);
  expect((await agent.post(`/api/handoffs/${row!.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  return row!.id!;
}

interface Event {
  name: string;
  value: Record<string, unknown>;
  attachments?: { name: string; contentType: string; content: { activities: Record<string, unknown>[] } }[];
}

const PROTOCOL = [
  ['handoff.initiate', undefined],
  ['handoff.status', 'accepted'],
  ['handoff.status', 'completed'],
];
const told = (events: Event[]) => events.map(({ name, value }) => [name, value.state]);

/** Who reads these is outside: no number of a person, nothing that was weighed about the shopper. */
function expectThin(events: Event[], handoffId: string): void {
  expect(events[0]!.value).toEqual({ handoffId, reason: 'asked_for_human', team: expect.any(String) });
  expect(events[1]!.value).toEqual({ state: 'accepted', message: 'agent-a' });
  expect(events[2]!.value).toEqual({ state: 'completed' });
  const [transcript] = events[0]!.attachments!;
  expect(transcript).toMatchObject({ name: 'Transcript', contentType: 'application/json' });
  expect(transcript!.content.activities[0]).toMatchObject({ type: 'message', from: { role: 'user' } });
  expect(String(transcript!.content.activities[0]!.text)).toMatch(/转人工/);
  const whole = JSON.stringify(events);
  for (const never of [PHONE, 'signals', 'suggestions', 'channelData":{"jiebang":{"externalId'])
    expect(whole).not.toContain(never);
}

describe('the shop’s bridge', () => {
  it('hears requested, accepted and resolved in order, signed, each under one id, beside the messages', {
    timeout: 60_000,
  }, async () => {
    let refused = 0;
    bridge.answer = ({ event }) => ({ status: event.type === 'handoff.accepted' && refused++ === 0 ? 503 : 204 });
    const { body } = await postAs(server.base, 'u-baton', SAID);
    const handoffId = await serve(body.conversation_id, '您好，我来处理');
    expect(await bridge.until(() => bridge.eventsOf('u-baton').length >= 4, 20_000)).toBe(true);
    const heard = bridge.eventsOf('u-baton');
    expect(heard.map(({ event }) => event.type)).toEqual([
      'handoff.requested',
      'handoff.accepted',
      'handoff.accepted',
      'handoff.resolved',
    ]);
    expect(heard[1]!.raw).toBe(heard[2]!.raw);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    for (const { raw, headers } of heard)
      expect(() => new Webhook(OUT_SECRET).verify(raw, headers as Record<string, string>)).not.toThrow();
    const about = { handoff_id: handoffId, conversation_id: body.conversation_id, user: { id: 'u-baton' } };
    for (const { event, headers } of heard)
      expect(event.data).toMatchObject({ ...about, id: headers['webhook-id'], occurred_at: expect.any(String) });
    const [first, , second, last] = heard.map(({ event }) => event.data as unknown as Record<string, unknown>);
    expect(first).toMatchObject({ reason: 'asked_for_human', team: expect.any(String) });
    expect(second).toMatchObject({ agent_id: agent.id });
    expect(last).toMatchObject({ disposition: 'resolved' });
    // one row of numbers with the messages: nothing of the conversation goes back
    const words = bridge.of('u-baton').map(({ event }) => event.data as unknown as Record<string, number | string>);
    const reply = words.find(({ from }) => from === 'agent')!;
    expect(first!.sequence).toBeLessThan(reply.sequence as number);
    expect(second!.sequence).toBeLessThan(reply.sequence as number);
    expect(last!.sequence).toBeGreaterThanOrEqual(reply.sequence as number);
    expect(heard.map(({ raw }) => raw).join()).not.toContain(PHONE);
  });

  it('hears of a conversation that was closed for its silence; whoever writes or takes it over opens it again', {
    timeout: 90_000,
  }, async () => {
    const ids: Record<string, string> = {};
    for (const user of ['u-still', 'u-fresh', 'u-served', 'u-back'])
      ids[user] = (await postAs(server.base, user, '七天无理由怎么退')).body.conversation_id;
    expect(await bridge.until(() => Object.keys(ids).every((user) => bridge.of(user).length > 0), 20_000)).toBe(true);
    await postAs(server.base, 'u-served', '转人工');
    await serve(ids['u-served']!, '您好，已经处理好了');
    const put = (sql: string, values: unknown[]) =>
      inShop(server.database.pool, server.shopId, (tx) => tx.query(sql, values));
    const silent = Object.entries(ids).flatMap(([user, id]) => (user === 'u-fresh' ? [] : [id]));
    await put(`update conversations set last_shopper_at = now() - interval '25 hours' where id = any($1)`, [silent]);
    const isClosed = async (user: string) => {
      const sql = 'select closed_at is not null as closed from conversations where id = $1';
      return (await server.rows<{ closed: boolean }>(sql, [ids[user]])).rows[0]!.closed;
    };
    const closedOf = (user: string) =>
      bridge.eventsOf(user).filter(({ event }) => event.type === 'conversation.closed');
    expect(await bridge.until(() => closedOf('u-still').length > 0 && closedOf('u-back').length > 0, 30_000)).toBe(
      true,
    );
    // served a moment ago, or asked a moment ago: not at rest
    expect([await isClosed('u-served'), await isClosed('u-fresh')]).toEqual([false, false]);

    const before = bridge.of('u-back').length;
    await postAs(server.base, 'u-back', '运费谁出');
    expect(await bridge.until(() => bridge.of('u-back').length > before, 20_000)).toBe(true);
    expect(await isClosed('u-back')).toBe(false);

    expect((await agent.get(`/api/conversations/${ids['u-still']}`)).body).toMatchObject({ state: 'closed' });
    expect((await agent.post(`/api/conversations/${ids['u-still']}/takeover`, { reason: '主动回访' })).status).toBe(
      200,
    );
    expect((await agent.get(`/api/conversations/${ids['u-still']}`)).body).toMatchObject({ state: 'with-agent' });
    await put(`update handoffs set resolved_at = now() - interval '25 hours' where conversation_id = $1`, [
      ids['u-served'],
    ]);
    expect(await bridge.until(() => closedOf('u-served').length > 0, 30_000)).toBe(true);
    for (const user of ['u-still', 'u-served', 'u-back']) {
      const told = closedOf(user);
      expect(told).toHaveLength(1);
      expect(told[0]!.event.data).toMatchObject({ conversation_id: ids[user], user: { id: user } });
    }
  });

  it('is no endpoint that an admin keeps, and nothing of it is in anybody’s list', async () => {
    await server.addStaff('boss', 'admin');
    const admin = await signIn(server.base, 'boss');
    expect((await admin.get<{ items: unknown[] }>('/api/hooks')).body.items).toEqual([]);
    const { rows } = await server.rows<{ id: string }>('select id::text from hook_endpoints');
    expect(rows.length).toBeGreaterThan(0);
    for (const { id } of rows) {
      expect((await admin.patch(`/api/hooks/${id}`, { state: 'paused' })).status).toBe(404);
      expect((await admin.post(`/api/hooks/${id}/rotate-secret`)).status).toBe(404);
      expect((await admin.post(`/api/hooks/${id}/replay`, { fromSequence: 1 })).status).toBe(404);
    }
  });
});

const eventsIn = (said: Said[]) => said.filter(({ type }) => type === 'event') as unknown as (Event & Said)[];

describe('Direct Line', () => {
  it('tells them once as activities of type event, by line and by asking, between the messages they happened between', {
    timeout: 60_000,
  }, async () => {
    const { conversationId, token, streamUrl } = await client.enter('dl_baton');
    const line = await openLine(streamUrl);
    await client.say(conversationId, token, SAID);
    const ours = await conversationOf(server, conversationId);
    const handoffId = await serve(ours, '您好，我来处理');
    const heard = () => eventsIn(line.frames.flatMap(({ activities }) => activities));
    await expect.poll(() => heard().length, patient).toBe(3);
    expect(told(heard())).toEqual(PROTOCOL);
    expectThin(heard(), handoffId);
    for (const event of heard())
      expect(event).toMatchObject({
        channelId: 'directline',
        conversation: { id: conversationId },
        from: { role: 'bot' },
      });

    const { body } = await client.list(conversationId, token);
    expect(told(eventsIn(body.activities))).toEqual(PROTOCOL);
    expect(eventsIn(body.activities).map(({ id }) => id)).toEqual(heard().map(({ id }) => id));
    const order = body.activities.map(({ type, text, name }) => (type === 'event' ? name : text));
    expect(order.indexOf('handoff.initiate')).toBeGreaterThan(0);
    expect(order.indexOf('您好，我来处理')).toBe(order.indexOf('handoff.status') + 1);
    expect(order.at(-1)).toBe('handoff.status');

    // whoever comes back with the place they were at hears nothing twice, whoever had seen the half hears the rest
    expect((await client.list(conversationId, token, body.watermark)).body.activities).toEqual([]);
    const half = line.frames.find(({ activities }) => eventsIn(activities).length > 0)!;
    const rest = (await client.list(conversationId, token, half.watermark)).body.activities;
    expect(eventsIn(rest).map(({ id }) => id)).toEqual(
      heard()
        .slice(eventsIn(half.activities).length)
        .map(({ id }) => id),
    );
    line.socket.close();
  });

  it('says failed when the shopper leaves the line, and begins anew with the next handoff', {
    timeout: 60_000,
  }, async () => {
    const { conversationId, token } = await client.enter('dl_leaves');
    const events = async () => eventsIn((await client.list(conversationId, token)).body.activities);
    await client.say(conversationId, token, '转人工');
    const ours = await conversationOf(server, conversationId);
    expect(await agent.waiting(ours, 15_000)).not.toBeNull();
    await client.say(conversationId, token, '不等了');
    await expect
      .poll(async () => told(await events()), patient)
      .toEqual([
        ['handoff.initiate', undefined],
        ['handoff.status', 'failed'],
      ]);
    await client.say(conversationId, token, '转人工');
    await serve(ours, '您好');
    await expect.poll(async () => told((await events()).slice(2)), patient).toEqual(PROTOCOL);
    const ids = (await events()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const pathOf = (conversation: string) => `/v3/conversations/${encodeURIComponent(conversation)}/activities`;

describe('Bot Framework', () => {
  async function say(conversation: string, text: string): Promise<number> {
    const activity = {
      type: 'message',
      id: randomUUID(),
      channelId: 'emulator',
      serviceUrl: emulator.url,
      conversation: { id: conversation },
      from: { id: 'tester', name: 'User', role: 'user' },
      recipient: { id: 'bot', name: 'Bot', role: 'bot' },
      text,
    };
    const response = await fetch(`${server.base}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
    });
    return response.status;
  }

  it('gets them as event activities in the conversation, in order, again after a failure', {
    timeout: 60_000,
  }, async () => {
    let failed = 0;
    emulator.script(pathOf('b-1'), ({ body }) =>
      body.type === 'event' && failed++ === 0 ? { status: 503 } : { status: 200, body: { id: randomUUID() } },
    );
    expect(await say('b-1', SAID)).toBe(200);
    const handoffId = await serve(await conversationOf(server, 'emulator:b-1'), '您好，我来处理');
    const events = () =>
      emulator.at(pathOf('b-1')).flatMap(({ body }) => (body.type === 'event' ? [body as unknown as Event] : []));
    await expect.poll(() => events().length, patient).toBe(4);
    const [first, ...taken] = events();
    expect(told([first!])).toEqual(told([taken[0]!]));
    expect(told(taken)).toEqual(PROTOCOL);
    expectThin(taken, handoffId);
    for (const event of taken)
      expect(event).toMatchObject({ conversation: { id: 'b-1' }, from: { id: 'bot' }, recipient: { id: 'tester' } });
  });

  it('a conversation taken from the bot begins and is accepted in one', { timeout: 60_000 }, async () => {
    emulator.script(pathOf('b-3'), { status: 200, body: { id: randomUUID() } });
    expect(await say('b-3', '七天无理由怎么退')).toBe(200);
    const heard = () => emulator.at(pathOf('b-3')).map(({ body }) => body);
    await expect.poll(() => heard().length, patient).toBe(1);
    const ours = await conversationOf(server, 'emulator:b-3');
    expect((await agent.post(`/api/conversations/${ours}/takeover`, { reason: '我来跟' })).status).toBe(200);
    const events = () => heard().filter(({ type }) => type === 'event') as unknown as Event[];
    await expect
      .poll(() => told(events()), patient)
      .toEqual([
        ['handoff.initiate', undefined],
        ['handoff.status', 'accepted'],
      ]);
    expect(events()[0]!.attachments![0]!.content.activities).toHaveLength(2);
  });

  it('a platform that will not have them hears every word all the same, and nobody is alarmed', {
    timeout: 60_000,
  }, async () => {
    emulator.script(pathOf('b-2'), ({ body }) =>
      body.type === 'event' ? { status: 400 } : { status: 200, body: { id: randomUUID() } },
    );
    expect(await say('b-2', SAID)).toBe(200);
    const ours = await conversationOf(server, 'emulator:b-2');
    await serve(ours, '您好，我来处理');
    const heard = () => emulator.at(pathOf('b-2')).map(({ body }) => body);
    await expect.poll(() => heard().filter(({ type }) => type === 'event').length, patient).toBe(3);
    // the events travel beside the words, and what was sent is marked a moment after it was heard
    const states = async () =>
      (
        await server.rows<{ state: string }>('select distinct state from outbox where conversation_id = $1', [ours])
      ).rows.map(({ state }) => state);
    await expect.poll(states, patient).toEqual(['sent']);
    expect(heard().filter(({ text }) => String(text).includes('我来处理'))).toHaveLength(1);
  });
});
