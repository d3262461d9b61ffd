// Agents who leave: away with a word for their shoppers, offline only with empty hands, sent home by a supervisor.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { AWAY_WORDS } from '../../src/desk/away.ts';
import { checkOutgoing } from '../../src/policy/check.ts';
import { type Bridge, bridgeSettings, openBridge, postAs } from './bridge.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
interface Refusal {
  code: string;
  detail: string;
  open: { kind: string; handoffId: string; unconfirmed: boolean }[];
}

let server: RunningServer;
let bridge: Bridge;
let anna: Agent;
let bruno: Agent;
let boss: Agent;
beforeAll(async () => {
  bridge = await openBridge();
  server = await startServer({ env: bridgeSettings(bridge) });
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  await server.addStaff('boss', 'supervisor');
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  boss = await signIn(server.base, 'boss');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await bridge?.close();
});
beforeEach(async () => {
  for (const agent of [anna, bruno, boss]) await agent.put('/api/me/presence', { state: 'online' });
});

const goes = (agent: Agent, state: string) => agent.put<Refusal>('/api/me/presence', { state });

async function takenBy(agent: Agent) {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId);
  expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
  return { shopper, id: shopper.conversationId, handoffId: row!.id! };
}

const resolve = (agent: Agent, handoffId: string) =>
  agent.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' });

interface Row {
  state: string;
  first_reply_at: string | null;
  awaiting_since: string | null;
  queued_at: string;
  due_at: string;
}
const rowOf = async (handoffId: string): Promise<Row> =>
  inShop(server.database.pool, server.shopId, async (tx) => {
    const { rows } = await tx.query<Row>(
      'select state, first_reply_at::text, awaiting_since::text, queued_at::text, due_at::text from handoffs where id = $1',
      [handoffId],
    );
    return rows[0]!;
  });

/** The automatic words a shopper has read. */
const autoIn = async (shopper: Awaited<ReturnType<typeof enterShop>>) =>
  (await shopper.all()).filter((m) => m.from === 'agent' && m.kind === 'notice').map((m) => m.text);

describe('an agent who is away', () => {
  it('answers once per shopper and absence by itself, and that is no human reply', { timeout: 40_000 }, async () => {
    const { shopper, id, handoffId } = await takenBy(anna);
    expect((await anna.reply(id, '您好，我是小美')).status).toBe(201);
    expect((await goes(anna, 'away')).status).toBe(200);
    await new Promise((r) => setTimeout(r, 800));
    expect(await autoIn(shopper)).toEqual([]); // nobody waits for a word
    await shopper.say('什么时候发货');
    await expect.poll(() => autoIn(shopper), { timeout: 10_000 }).toEqual([AWAY_WORDS]);
    await shopper.say('人呢');
    await goes(anna, 'away'); // the heartbeat is no new absence
    await shopper.say('？？');
    await new Promise((r) => setTimeout(r, 1_500));
    expect(await autoIn(shopper)).toHaveLength(1);
    expect((await rowOf(handoffId)).awaiting_since).not.toBeNull();
    const { body } = await anna.get<{ items: { id: string; awaitingReply: boolean }[] }>(
      '/api/handoffs?state=with-agent&mine=true',
    );
    expect(body.items.find((h) => h.id === handoffId)!.awaitingReply).toBe(true);

    await goes(anna, 'online');
    await goes(anna, 'away');
    // those who wait at that moment hear it at once
    await expect.poll(() => autoIn(shopper), { timeout: 10_000 }).toHaveLength(2);
    await goes(anna, 'online');
    expect((await anna.reply(id, '今天下午发出')).status).toBe(201);
    expect((await rowOf(handoffId)).awaiting_since).toBeNull();
    await resolve(anna, handoffId);
  });

  it('never counts as the first reply', { timeout: 30_000 }, async () => {
    const { shopper, handoffId } = await takenBy(anna);
    await goes(anna, 'away');
    await expect.poll(() => autoIn(shopper), { timeout: 10_000 }).toHaveLength(1);
    expect((await rowOf(handoffId)).first_reply_at).toBeNull();
    await goes(anna, 'online');
    await resolve(anna, handoffId);
  });

  it('may choose the words, within the rules; the usual sentence breaks none', { timeout: 40_000 }, async () => {
    for (const channel of ['web', 'webhook', 'wechat-oa'] as const)
      expect(checkOutgoing(AWAY_WORDS, { channel, author: 'agent', allowedHosts: [] })).toEqual({ ok: true });
    const say = (words: string | null) => anna.put<{ detail?: string }>('/api/me/away-words', { words });
    expect((await say('加我微信 abc12345 聊')).status).toBe(400);
    expect((await say('小美去吃饭了，一点前回来。')).status).toBe(200);
    const { body } = await postAs(server.base, 'away-1', '转人工');
    const row = await anna.waiting(body.conversation_id);
    await anna.post(`/api/handoffs/${row!.id}/claim`);
    await goes(anna, 'away');
    await expect
      .poll(() => bridge.of('away-1').map((d) => d.event.data.text), { timeout: 10_000 })
      .toContain('小美去吃饭了，一点前回来。');
    expect((await say(null)).body).toEqual({ words: null });
    await goes(anna, 'online');
    await resolve(anna, row!.id!);
  });
});

describe('an agent who wants to go offline', () => {
  it('is refused with what is open: own conversations, unconfirmed handovers, transfers to confirm', {
    timeout: 40_000,
  }, async () => {
    const mine = await takenBy(anna);
    const handed = await takenBy(anna);
    const ask = { to: { agent: bruno.id }, reason: '下班交接' };
    expect((await anna.post(`/api/handoffs/${handed.handoffId}/transfer`, ask)).status).toBe(200);
    const refused = await goes(anna, 'offline');
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('wrong_state');
    expect(refused.body.detail).toBe(
      '您还有 2 个会话没有结束（其中 1 个转接还没有人确认），请先处理完或转给同事再离线；主管可以强制离线。',
    );
    expect(refused.body.open).toEqual([
      expect.objectContaining({ kind: 'conversation', handoffId: mine.handoffId, unconfirmed: false }),
      expect.objectContaining({ kind: 'conversation', handoffId: handed.handoffId, unconfirmed: true }),
    ]);
    const theirs = await goes(bruno, 'offline');
    expect(theirs.body.detail).toContain('1 个转接等待确认');
    expect((await goes(anna, 'busy')).status).toBe(200);

    expect((await bruno.post(`/api/handoffs/${handed.handoffId}/claim`)).status).toBe(200);
    await resolve(anna, mine.handoffId);
    expect((await goes(anna, 'offline')).status).toBe(200);
    await resolve(bruno, handed.handoffId);
    expect((await goes(bruno, 'offline')).status).toBe(200);
  });

  it('is there after all when they take something', { timeout: 30_000 }, async () => {
    expect((await goes(anna, 'offline')).status).toBe(200);
    const { handoffId } = await takenBy(anna);
    const { body } = await boss.get<{ items: { id: string; presence: string }[] }>('/api/staff');
    expect(body.items.find((s) => s.id === anna.id)!.presence).toBe('busy');
    await resolve(anna, handoffId);
  });
});

describe('a supervisor who sends an agent home', () => {
  it('is refused without force; with it what they had waits again, with its age', { timeout: 40_000 }, async () => {
    const first = await takenBy(anna);
    const second = await takenBy(anna);
    const toAnna = await takenBy(bruno);
    await bruno.post(`/api/handoffs/${toAnna.handoffId}/transfer`, { to: { agent: anna.id }, reason: '专业问题' });
    const before = await rowOf(first.handoffId);
    const order = (by: Agent, body: unknown, who = anna.id) =>
      by.put<Refusal & { released: string[] }>(`/api/staff/${who}/presence`, body);
    expect((await order(bruno, { state: 'offline', force: true })).status).toBe(403);
    expect((await order(boss, { state: 'offline', force: true }, '999999')).status).toBe(404);
    const refused = await order(boss, { state: 'offline' });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('这位同事还有 2 个会话没有结束、1 个转接等待确认');

    const sent = await order(boss, { state: 'offline', force: true });
    expect(sent.status).toBe(200);
    expect(sent.body).toEqual({ state: 'offline', released: [first.handoffId, second.handoffId] });
    const after = await rowOf(first.handoffId);
    expect(after).toMatchObject({ state: 'waiting', queued_at: before.queued_at, due_at: before.due_at });
    expect((await first.shopper.state()).state).toBe('waiting');
    expect((await anna.reply(first.id, '我还在')).status).toBe(409);
    // who had asked her keeps the conversation
    const { body } = await bruno.get<{ transfer: unknown; owner: { id: string } }>(`/api/handoffs/${toAnna.handoffId}`);
    expect(body).toMatchObject({ transfer: null, owner: { id: bruno.id } });
    const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query<{ outcome: string }>('select outcome from assignments where handoff_id = $1 order by id', [
        first.handoffId,
      ]),
    );
    expect(rows.map((r) => r.outcome)).toEqual(['released']);
    for (const { handoffId } of [first, second]) {
      await bruno.post(`/api/handoffs/${handoffId}/claim`);
      await resolve(bruno, handoffId);
    }
    await resolve(bruno, toAnna.handoffId);
  });

  it('takes an offer back too', { timeout: 40_000 }, async () => {
    const team = { label: 'aftersale', mode: 'offer', offerSeconds: 600, overflow: null, hours: null };
    const skills = { teams: ['aftersale'], skills: [], languages: ['zh'], capacity: 3, channelCapacity: {} };
    expect((await boss.put(`/api/staff/${anna.id}/skills`, skills)).status).toBe(200);
    await bruno.put('/api/me/presence', { state: 'busy' });
    expect((await boss.put('/api/teams/aftersale', team)).status).toBe(200);
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    const read = async () =>
      (await boss.get<{ state: string; offeredTo: { id: string } | null }>(`/api/handoffs/${row!.id}`)).body;
    await expect.poll(async () => (await read()).offeredTo?.id, { timeout: 10_000 }).toBe(anna.id);
    expect((await goes(anna, 'offline')).body.detail).toContain('1 个派单没有回应');
    const sent = await boss.put<{ released: string[] }>(`/api/staff/${anna.id}/presence`, {
      state: 'offline',
      force: true,
    });
    expect(sent.body.released).toEqual([row!.id]);
    expect(await read()).toMatchObject({ state: 'waiting', offeredTo: null });
    // not having seen it is not passing it on: it may be offered to her again
    await goes(anna, 'online');
    await expect.poll(async () => (await read()).offeredTo?.id, { timeout: 10_000 }).toBe(anna.id);
    // gone at the very moment of the offer, and back to take it
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update staff set presence = 'offline' where id = $1`, [anna.id]),
    );
    await anna.post(`/api/handoffs/${row!.id}/claim`);
    const { body } = await boss.get<{ items: { id: string; presence: string }[] }>('/api/staff');
    expect(body.items.find((s) => s.id === anna.id)!.presence).toBe('busy');
    await resolve(anna, row!.id!);
    await boss.put('/api/teams/aftersale', { ...team, mode: 'pull' });
  });
});
