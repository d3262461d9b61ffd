// Offers, transfers, and what happens when people do not answer: over HTTP, on the real database, queue and clocks.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Handoff = {
  id: string;
  state: string;
  team: string;
  rule: string | null;
  offeredTo: { id: string } | null;
  owner: { id: string } | null;
  transfer: { kind: string; reason: string } | null;
};

let server: RunningServer;
let admin: Agent;
let anna: Agent;
let bruno: Agent;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('boss', 'admin');
  admin = await signIn(server.base, 'boss');
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  for (const agent of [anna, bruno]) await carry(agent, { capacity: 2 });
}, 180_000);
afterAll(() => server?.close());
beforeEach(async () => {
  for (const agent of [anna, bruno]) await agent.put('/api/me/presence', { state: 'online' }); // the heartbeat
});

const carry = (agent: Agent, more: { capacity?: number; skills?: string[] } = {}) =>
  admin.put(`/api/staff/${agent.id}/skills`, {
    teams: ['aftersale', 'complaint'],
    skills: [],
    languages: ['zh'],
    capacity: 2,
    channelCapacity: {},
    ...more,
  });

const setTeam = async (name: string, mode: 'pull' | 'offer', more: Record<string, unknown> = {}) => {
  const body = { label: name, mode, offerSeconds: 5, overflow: null, hours: null, ...more };
  expect((await admin.put(`/api/teams/${name}`, body)).status).toBe(200);
};

/** A shopper who wants a person; their handoff by its conversation. */
async function askForPerson() {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  expect((await shopper.hear()).length).toBeGreaterThan(0);
  return { shopper, read: () => readBy(shopper.conversationId) };
}

async function readBy(conversationId: string): Promise<Handoff> {
  for (const state of ['waiting', 'with-agent', 'deferred', 'resolved']) {
    const { body } = await anna.get<{ items: (Handoff & { conversationId: string })[] }>(
      `/api/handoffs?state=${state}&limit=100`,
    );
    const found = body.items.find((h) => h.conversationId === conversationId);
    if (found) return found;
  }
  throw new Error(`no handoff of conversation ${conversationId}`);
}

const assignmentsOf = async (handoffId: string) =>
  inShop(server.database.pool, server.shopId, async (tx) => {
    const { rows } = await tx.query<{ outcome: string | null; how: string; why: Record<string, unknown> }>(
      'select outcome, how, why from assignments where handoff_id = $1 order by id',
      [handoffId],
    );
    return rows;
  });

describe('a team that is offered its work', () => {
  it('shows it to one agent; only they can take it; the reason is kept', { timeout: 30_000 }, async () => {
    await setTeam('aftersale', 'offer');
    const { shopper, read } = await askForPerson();
    await expect.poll(async () => (await read()).state, { timeout: 5_000 }).toBe('offered');
    const offered = await read();
    const [mine, other] = offered.offeredTo!.id === anna.id ? [anna, bruno] : [bruno, anna];
    expect((await other.post(`/api/handoffs/${offered.id}/claim`)).status).toBe(409);
    expect((await mine.post(`/api/handoffs/${offered.id}/claim`)).status).toBe(200);
    expect((await mine.reply(shopper.conversationId, '您好，我来处理')).status).toBe(201);
    const [row] = await assignmentsOf(offered.id);
    expect(row).toMatchObject({ how: 'offered', outcome: null });
    expect(row!.why).toMatchObject({ team: 'aftersale', candidates: 2 });
    expect((await mine.post(`/api/handoffs/${offered.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });

  it('asks the next one after a decline, keeps the age, and tells a supervisor after two rounds', {
    timeout: 60_000,
  }, async () => {
    const { read } = await askForPerson();
    const since = (await read()) as Handoff & { waitingSince: string };
    const asked: string[] = [];
    for (let round = 0; round < 2; round++) {
      await expect.poll(async () => (await read()).state, { timeout: 8_000 }).toBe('offered');
      const offered = await read();
      const who = offered.offeredTo!.id === anna.id ? anna : bruno;
      asked.push(who.id);
      expect((await who.post(`/api/handoffs/${offered.id}/decline`)).status).toBe(200);
    }
    expect(new Set(asked).size).toBe(2);
    const now = (await read()) as Handoff & { waitingSince: string };
    expect(now.state).toBe('waiting');
    expect(now.waitingSince).toBe(since.waitingSince);
    const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(
        `select payload from events where topic = 'desk' and payload->>'handoffId' = $1 and payload ? 'supervisor'`,
        [now.id],
      ),
    );
    expect(rows.length).toBe(1);
    // who declined may still take it themselves
    expect((await anna.post(`/api/handoffs/${now.id}/claim`)).status).toBe(200);
    expect((await anna.post(`/api/handoffs/${now.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });

  it('takes an offer back from whoever lets it lapse', { timeout: 60_000 }, async () => {
    const { read } = await askForPerson();
    await expect.poll(async () => (await read()).state, { timeout: 8_000 }).toBe('offered');
    const first = (await read()).offeredTo!.id;
    await expect
      .poll(async () => (await read()).offeredTo?.id ?? first, { timeout: 20_000, interval: 200 })
      .not.toBe(first);
    const second = await read();
    expect((await assignmentsOf(second.id)).map((a) => a.outcome)).toEqual(['lapsed', null]);
    const who = second.offeredTo!.id === anna.id ? anna : bruno;
    expect((await who.post(`/api/handoffs/${second.id}/claim`)).status).toBe(200);
    expect((await who.post(`/api/handoffs/${second.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });

  it('offers nothing to who is busy or full, and goes on when there is room', { timeout: 60_000 }, async () => {
    await bruno.put('/api/me/presence', { state: 'busy' });
    await carry(anna, { capacity: 1 });
    const one = await askForPerson();
    const two = await askForPerson();
    await expect.poll(async () => (await one.read()).state, { timeout: 8_000 }).toBe('offered');
    expect((await one.read()).offeredTo!.id).toBe(anna.id);
    const id = (await one.read()).id;
    expect((await anna.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    await new Promise((r) => setTimeout(r, 700));
    expect((await two.read()).state).toBe('waiting');
    expect((await anna.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
    await expect.poll(async () => (await two.read()).offeredTo?.id, { timeout: 8_000 }).toBe(anna.id);
    const next = await two.read();
    expect((await anna.post(`/api/handoffs/${next.id}/claim`)).status).toBe(200);
    expect((await anna.post(`/api/handoffs/${next.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
    await bruno.put('/api/me/presence', { state: 'online' });
    await carry(anna, { capacity: 2 });
  });
});

describe('a transfer', () => {
  it('stays with its owner until the other accepts; the shopper reads one voice', { timeout: 30_000 }, async () => {
    await setTeam('aftersale', 'pull');
    const { shopper, read } = await askForPerson();
    const { id } = await read();
    expect((await anna.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    const asked = await anna.post<{ warning: string | null }>(`/api/handoffs/${id}/transfer`, {
      to: { agent: bruno.id },
      reason: '需要售后处理',
      note: '顾客要换码，已核对订单',
    });
    expect(asked.status).toBe(200);
    expect(asked.body.warning).toContain('没有回复');
    expect((await read()).transfer).toMatchObject({ kind: 'agent', reason: '需要售后处理' });
    expect((await anna.reply(shopper.conversationId, '请稍等，我请同事来看')).status).toBe(201);
    expect((await bruno.reply(shopper.conversationId, '我来')).status).toBe(409);
    expect((await bruno.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    expect((await anna.reply(shopper.conversationId, '还是我')).status).toBe(409);
    expect((await bruno.reply(shopper.conversationId, '您好，我是售后')).status).toBe(201);
    expect((await assignmentsOf(id)).map((a) => a.outcome)).toEqual(['transferred', null]);
    expect((await bruno.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });

  it('can be declined or withdrawn, and needs a colleague and a reason', { timeout: 30_000 }, async () => {
    const { read } = await askForPerson();
    const { id } = await read();
    await anna.post(`/api/handoffs/${id}/claim`);
    const ask = (to: unknown, reason = '忙不过来') => anna.post(`/api/handoffs/${id}/transfer`, { to, reason });
    expect((await ask({ agent: '999999' })).status).toBe(400);
    expect((await ask({ agent: bruno.id }, '')).status).toBe(400);
    expect((await ask({ agent: anna.id })).status).toBe(409);
    expect((await ask({ agent: bruno.id })).status).toBe(200);
    expect((await bruno.post(`/api/handoffs/${id}/decline`)).status).toBe(200);
    expect(await read()).toMatchObject({ state: 'with-agent', transfer: null, owner: { id: anna.id } });
    expect((await ask({ team: 'aftersale' })).status).toBe(200);
    expect((await anna.delete(`/api/handoffs/${id}/transfer`)).status).toBe(204);
    expect((await bruno.post(`/api/handoffs/${id}/claim`)).status).toBe(409);
    expect((await anna.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });
});

describe('a person who is gone', () => {
  it('loses a waiting shopper to the queue after the grace, with the original age', { timeout: 30_000 }, async () => {
    const { shopper, read } = await askForPerson();
    const before = (await read()) as Handoff & { waitingSince: string };
    await anna.post(`/api/handoffs/${before.id}/claim`);
    const lineCut = (seconds: number) =>
      inShop(server.database.pool, server.shopId, (tx) =>
        tx.query(`update staff set presence_at = now() - $2 * interval '1 second' where id = $1`, [anna.id, seconds]),
      );
    await lineCut(200);
    await new Promise((r) => setTimeout(r, 6_000)); // one round of the reconciler
    expect((await read()).state).toBe('with-agent');
    await lineCut(300);
    await expect.poll(async () => (await read()).state, { timeout: 10_000 }).toBe('waiting');
    const after = (await read()) as Handoff & { waitingSince: string };
    expect(after.waitingSince).toBe(before.waitingSince);
    expect((await anna.reply(shopper.conversationId, '我回来了')).status).toBe(409);
    await bruno.post(`/api/handoffs/${after.id}/claim`);
    expect((await bruno.post(`/api/handoffs/${after.id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
    await anna.put('/api/me/presence', { state: 'online' });
  });
});

describe('rules and teams', () => {
  it('route the next case, and refuse what would leave one without a place', { timeout: 30_000 }, async () => {
    const put = (rules: unknown) => admin.put<{ detail?: string }>('/api/rules', { rules });
    const all = { name: '其他', when: {}, team: 'aftersale', priority: 0, skills: [] };
    const vip = { name: '要人工的', when: { reason: ['asked_for_human'] }, team: 'aftersale', priority: 2, skills: [] };
    expect((await put([vip])).body.detail).toContain('必须没有条件');
    expect((await put([{ ...vip, team: 'nowhere' }, all])).body.detail).toContain('不存在的团队');
    expect((await anna.put('/api/rules', { rules: [all] })).status).toBe(403);
    expect((await put([vip, all])).status).toBe(200);
    await new Promise((r) => setTimeout(r, 5_100)); // the rules are kept for five seconds
    const { read } = await askForPerson();
    expect(await read()).toMatchObject({ team: 'aftersale', rule: '要人工的' });
  });

  it('see who is a VIP and who comes back within the day, and shorten the time to the first reply', {
    timeout: 30_000,
  }, async () => {
    const rule = (name: string, when: Record<string, unknown>, team: string, priority: number) => ({
      name,
      when,
      team,
      priority,
      skills: [],
    });
    const rules = [
      rule('贵宾', { vip: true }, 'aftersale', 3),
      rule('当天再来', { again: true }, 'complaint', 1),
      rule('其他', {}, 'aftersale', 0),
    ];
    expect((await admin.put('/api/rules', { rules })).status).toBe(200);
    await new Promise((r) => setTimeout(r, 5_100));
    const { shopper, read } = await askForPerson();
    const first = await read();
    expect(first).toMatchObject({ team: 'aftersale', rule: '其他' });
    await anna.post(`/api/handoffs/${first.id}/claim`);
    await anna.post(`/api/handoffs/${first.id}/resolve`, { disposition: 'resolved' });
    await shopper.say('转人工');
    await expect.poll(async () => (await read()).rule, { timeout: 5_000 }).toBe('当天再来');
    const second = (await read()) as Handoff & { shopper: { id: string } };
    await anna.post(`/api/handoffs/${second.id}/claim`);
    await anna.post(`/api/handoffs/${second.id}/resolve`, { disposition: 'resolved' });
    expect((await anna.put(`/api/shoppers/${second.shopper.id}/vip`, { vip: true })).status).toBe(200);
    await shopper.say('转人工');
    await expect.poll(async () => (await read()).rule, { timeout: 5_000 }).toBe('贵宾');
    const third = (await read()) as Handoff & { waitingSince: string; dueAt: string };
    const dueMs = Date.parse(third.dueAt) - Date.parse(third.waitingSince);
    expect(third.team).toBe('aftersale');
    expect(Math.abs(dueMs - 75_000)).toBeLessThan(50); // a quarter of the five minutes of R2
  });
});
