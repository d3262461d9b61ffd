// The board: every number against a day counted by hand, the list behind each number, what a supervisor does, and the sample's history.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { type Written, writeDay } from './board-history.ts';
import { openDeskStream } from './desk-stream.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;

let server: RunningServer;
let a: Agent;
let b: Agent;
let boss: Agent;
let stranger: Agent;
let other: string;

const day = (): Written[] => [
  {
    name: '只问机器人',
    said: [
      ['10:00:00', 'shopper', '七天无理由怎么退'],
      ['10:00:01', 'bot', '支持七天无理由'],
    ],
  },
  {
    name: '一快一慢',
    said: [
      ['10:10:00', 'shopper', '退款呢'],
      ['10:10:01', 'bot', '一到两个工作日'],
      ['10:10:30', 'shopper', '转人工'],
      ['10:11:00', { agent: a.id }, '您好'],
      ['10:12:00', 'shopper', '到账了吗'],
      ['10:16:00', { agent: a.id }, '已经到了'],
    ],
    handoff: {
      reason: 'asked_for_human',
      team: 'aftersale',
      queued: '10:10:30',
      accepted: { by: a.id, at: '10:10:50' },
      resolved: '10:20:00',
      stars: 4,
    },
  },
  {
    name: '投诉',
    said: [
      ['15:00:00', 'shopper', '我要投诉'],
      ['15:01:40', { agent: b.id }, '非常抱歉'],
    ],
    handoff: {
      reason: 'complaint',
      team: 'complaint',
      queued: '15:00:00',
      accepted: { by: b.id, at: '15:01:00' },
      resolved: '15:10:00',
      stars: null,
    },
  },
  {
    name: '没等到人',
    said: [['15:30:00', 'shopper', '这个怎么弄']],
    handoff: { reason: 'low_confidence', team: 'presale', queued: '15:30:00', resolved: '15:33:00' },
  },
  {
    name: '答非所问',
    said: [
      ['20:00:00', 'shopper', '能开专票吗'],
      ['20:00:01', 'bot', '可以开电子发票'],
      ['20:01:00', 'shopper', '没解决我的问题'],
      ['20:01:01', 'bot', '请您再说一次'],
    ],
    rejects: '20:01:00',
  },
];

beforeAll(async () => {
  server = await startServer();
  const { pool } = server.database;
  await server.addStaff('agent-a');
  await server.addStaff('agent-b');
  await server.addStaff('boss', 'supervisor');
  [a, b, boss] = await Promise.all([
    signIn(server.base, 'agent-a'),
    signIn(server.base, 'agent-b'),
    signIn(server.base, 'boss'),
  ]);
  const made = await server.database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  other = made.rows[0]!.id;
  await saveStaff(pool, other, {
    login: 'stranger',
    name: '别家主管',
    role: 'supervisor',
    teams: [],
    password: PASSWORD,
  });
  stranger = await signIn(server.base, 'stranger');
  await inShop(pool, server.shopId, async (tx) => {
    const account = await tx.query<{ id: string }>(`select id::text from channel_accounts where kind = 'web'`);
    for (const written of day()) await writeDay(tx, server.shopId, account.rows[0]!.id, written);
  });
}, 180_000);
afterAll(() => server?.close());

interface Figure {
  of: number;
  hits: number | null;
  value: number | null;
  extra: number | null;
  before: number | null;
  trend: (number | null)[];
}
interface Board {
  figures: Record<string, Figure>;
  hours: { hour: number; bot: number; person: number; abandoned: number; hits: number; of: number }[];
  reasons: { reason: string; n: number }[];
  heat: { weekday: number; hour: number; n: number }[];
  agents: { id: string; response: { hits: number; of: number }; averageMs: number | null; resolved: number }[];
}
interface Cases {
  count: number;
  items: { shopper: string; outcome: string | null; kind: string | null; value: number | null; agent: string | null }[];
  next: number | null;
}

const board = async (more = '') => {
  const { status, body } = await boss.get<Board>(`/api/metrics/board?range=yesterday${more}`);
  expect(status).toBe(200);
  return body;
};
const cases = async (query: string) => (await boss.get<Cases>(`/api/metrics/conversations?${query}`)).body;
const behind = (query: string) => cases(`range=yesterday&${query}`);
const names = ({ items }: Cases) => items.map((i) => i.shopper).sort();

describe('the figures of a day', () => {
  it('are those counted by hand', async () => {
    const { figures, hours, reasons, heat, agents } = await board();
    expect(figures.sessions).toMatchObject({ of: 5, value: 5, before: 0 });
    expect(figures.handoffs).toMatchObject({ value: 3 });
    // 30 s and 100 s in time, 240 s late, and one whom nobody answered
    expect(figures.response).toMatchObject({ hits: 2, of: 4, value: 0.5, before: null });
    // the mean of (30 + 240) / 2 and 100 seconds
    expect(figures['average-response']).toMatchObject({ of: 2, value: 117_500 });
    expect(figures['first-reply']).toMatchObject({ of: 2, value: 30_000, extra: 100_000 });
    // of three the bot spoke in, one ended at a person and one was not helped
    expect(figures['bot-resolution']).toMatchObject({ hits: 1, of: 3 });
    // one of two who were asked gave four stars
    expect(figures.satisfaction).toMatchObject({ of: 1, value: 4, extra: 0.5 });
    expect(figures.sessions!.trend).toHaveLength(24);
    expect(hours[10]).toEqual({ hour: 10, bot: 1, person: 1, abandoned: 0, hits: 1, of: 2 });
    expect(hours[15]).toEqual({ hour: 15, bot: 0, person: 1, abandoned: 1, hits: 1, of: 2 });
    expect(hours[20]).toMatchObject({ bot: 1, person: 0, abandoned: 0 });
    expect(reasons).toEqual([
      { reason: 'asked_for_human', n: 1 },
      { reason: 'complaint', n: 1 },
      { reason: 'low_confidence', n: 1 },
    ]);
    expect(heat.map(({ hour, n }) => [hour, n])).toEqual([
      [10, 2],
      [15, 2],
      [20, 1],
    ]);
    expect(agents.find((x) => x.id === a.id)).toMatchObject({
      response: { hits: 1, of: 2 },
      averageMs: 135_000,
      resolved: 1,
    });
    expect(agents.find((x) => x.id === b.id)).toMatchObject({ response: { hits: 1, of: 1 }, resolved: 1 });
  });

  it('change with the platform that judges', async () => {
    const taobao = await board('&profile=taobao');
    expect(taobao.figures['average-response']).toMatchObject({ of: 3, value: (30_000 + 240_000 + 100_000) / 3 });
    const jd = await board('&profile=jd');
    expect(jd.figures.response).not.toEqual(taobao.figures.response);
    expect((await boss.get('/api/metrics/board?profile=none')).status).toBe(400);
  });

  it('narrow to a team and to a channel', async () => {
    expect((await board('&team=complaint')).figures).toMatchObject({
      sessions: { value: 1 },
      response: { hits: 1, of: 1 },
      handoffs: { value: 1 },
    });
    const { accounts } = (await boss.get<{ accounts: { id: string; kind: string }[] }>('/api/metrics/places')).body;
    const other = accounts.find((x) => x.kind !== 'web')!;
    expect((await board(`&account=${other.id}`)).figures.sessions).toMatchObject({ value: 0 });
  });

  it('stand behind a list that has exactly their cases', async () => {
    const { figures, hours, reasons, heat, agents } = await board();
    for (const [measure, figure] of Object.entries(figures))
      expect((await behind(`measure=${measure}`)).count, measure).toBe(figure.of);
    expect((await behind('measure=response&outcome=hit')).count).toBe(figures.response!.hits);
    for (const hour of hours.filter((h) => h.bot + h.person + h.abandoned > 0))
      for (const kind of ['bot', 'person', 'abandoned'] as const)
        expect((await behind(`measure=sessions&hour=${hour.hour}&kind=${kind}`)).count).toBe(hour[kind]);
    for (const { reason, n } of reasons) expect((await behind(`measure=handoffs&reason=${reason}`)).count).toBe(n);
    for (const { weekday, hour, n } of heat)
      expect((await behind(`measure=sessions&weekday=${weekday}&hour=${hour}`)).count).toBe(n);
    for (const agent of agents)
      expect((await behind(`measure=response&agent=${agent.id}`)).count).toBe(agent.response.of);
    expect(names(await behind('measure=response&outcome=miss'))).toEqual(['一快一慢', '没等到人']);
    expect(names(await behind('measure=bot-resolution&outcome=miss'))).toEqual(['一快一慢', '答非所问']);
    expect(names(await behind('measure=sessions&kind=abandoned'))).toEqual(['没等到人']);
    const page = await behind('measure=sessions&limit=2');
    expect([page.items.length, page.count, page.next]).toEqual([2, 5, 2]);
  });

  it('are refused for days that no calendar has, and for agents', async () => {
    expect((await boss.get('/api/metrics/board?range=custom&from=2026-02-31')).status).toBe(400);
    expect((await boss.get('/api/metrics/board?range=custom&from=2026-01-01&until=2026-12-31')).status).toBe(400);
    expect((await boss.get('/api/metrics/board?range=custom&from=2026-01-01&until=2026-01-03')).status).toBe(200);
    for (const path of ['live', 'board', 'health', 'places', 'conversations?measure=waiting'])
      expect((await a.get(`/api/metrics/${path}`)).status, path).toBe(403);
  });

  it('are those of one shop only', async () => {
    const { body } = await stranger.get<Board>('/api/metrics/board?range=yesterday');
    expect(body.figures.sessions).toMatchObject({ value: 0 });
    expect(body.agents.map((x) => x.id)).toEqual([stranger.id]);
  });
});

describe('the queue as it stands', () => {
  interface Live {
    waiting: { n: number; longestMs: number | null; trend: number[] };
    inService: { n: number; capacity: number };
    agents: { id: string; presence: string; serving: number; awaiting: number }[];
    overdueCount: number;
    overdue: { handoffId: string }[];
  }
  const live = async () => (await boss.get<Live>('/api/metrics/live')).body;

  it('moves with shoppers and agents, and a supervisor gives work to somebody who is there', {
    timeout: 60_000,
  }, async () => {
    const shopper = await enterShop(server.base);
    await shopper.say('我要投诉，你们发错货还不理人');
    const id = (await a.waiting(shopper.conversationId))!.id!;
    expect(await live()).toMatchObject({ waiting: { n: 1 }, inService: { n: 0 } });
    expect((await cases('measure=waiting')).count).toBe(1);

    await a.post(`/api/handoffs/${id}/claim`);
    const now = await live();
    expect(now).toMatchObject({ waiting: { n: 0, longestMs: null }, inService: { n: 1 } });
    expect(now.agents.find((x) => x.id === a.id)).toMatchObject({ presence: 'online', serving: 1, awaiting: 1 });
    expect((await cases(`measure=in-service&agent=${a.id}`)).count).toBe(1);
    expect((await cases(`measure=in-service&agent=${b.id}`)).count).toBe(0);

    const to = (agent: string) => ({ agent, reason: '她更熟悉这个商品' });
    expect((await a.post(`/api/handoffs/${id}/reassign`, to(b.id))).status).toBe(403);
    expect((await stranger.post(`/api/handoffs/${id}/reassign`, to(b.id))).status).toBe(400);
    expect((await stranger.post(`/api/handoffs/${id}/reassign`, to(stranger.id))).status).toBe(404);
    await b.put('/api/me/presence', { state: 'offline' });
    expect(await boss.post(`/api/handoffs/${id}/reassign`, to(b.id))).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('不在线') },
    });
    await b.put('/api/me/presence', { state: 'online' });
    const stream = await openDeskStream(server.base, a.cookie);
    expect((await boss.post(`/api/handoffs/${id}/reassign`, to(b.id))).status).toBe(200);
    await stream.until((e) => e.handoffId === id && e.owner === b.id);
    stream.close();
    expect((await a.reply(shopper.conversationId, '我还在')).body.code).toBe('not_owner');
    expect((await b.reply(shopper.conversationId, '您好，由我来处理')).status).toBe(201);
    const { body } = await b.get<{ messages: { kind: string; text: string }[] }>(
      `/api/conversations/${shopper.conversationId}/messages`,
    );
    expect(body.messages.find((m) => m.kind === 'note')?.text).toContain('她更熟悉这个商品');
    expect((await shopper.all()).some((m) => m.text.includes('她更熟悉'))).toBe(false);
  });

  it('counts as overdue whom nobody answered in time', async () => {
    const shopper = await enterShop(server.base);
    await shopper.say('我要投诉，一直没人理我');
    const id = (await a.waiting(shopper.conversationId))!.id!;
    expect((await live()).overdueCount).toBe(0);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update handoffs set due_at = now() - interval '5 seconds' where id = $1`, [id]),
    );
    const late = await live();
    expect(late.overdue.map((o) => o.handoffId)).toEqual([id]);
    expect((await cases('measure=overdue')).count).toBe(late.overdueCount);
  });
});

describe('what did not arrive', () => {
  interface Health {
    letters: { id: string; kind: string; state: string }[];
    channels: { kind: string; on: boolean; lastInAt: string | null; failed: number }[];
  }
  const health = async () => (await boss.get<Health>('/api/metrics/health')).body;

  it('is shown until a supervisor of the shop has seen it', async () => {
    const { rows } = await shopQuery<{ id: string }>(
      server.database.pool,
      server.shopId,
      `select id::text from outbox order by id desc limit 1`,
    );
    const id = rows[0]!.id;
    expect((await health()).letters).toEqual([]);
    expect((await boss.post(`/api/metrics/letters/${id}/acknowledge`)).status).toBe(404);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update outbox set state = 'failed', last_error = '45047: 超出限制' where id = $1`, [id]),
    );
    expect((await health()).letters).toMatchObject([{ id, kind: 'message', state: 'failed' }]);
    expect((await health()).channels.find((c) => c.kind === 'web')).toMatchObject({ on: true, failed: 1 });
    expect((await stranger.post(`/api/metrics/letters/${id}/acknowledge`)).status).toBe(404);
    expect((await boss.post(`/api/metrics/letters/${id}/acknowledge`)).status).toBe(200);
    expect((await health()).letters).toEqual([]);
  });
});

describe('the sample shop', () => {
  it('is back on its first day with a week of history and four who wait, and no other shop can be emptied', {
    timeout: 60_000,
  }, async () => {
    const clear = 'select clear_sample_shop($1)';
    await expect(server.database.pool.query(clear, [server.shopId])).rejects.toThrow(/permission denied/);
    await expect(server.database.ownerPool().query(clear, [other])).rejects.toThrow(/not a sample shop/);
    expect((await stranger.post('/api/demo/reset')).status).toBe(404);
    expect((await boss.post('/api/demo/reset')).status).toBe(200);
    const live = (await boss.get<{ waiting: { n: number }; overdueCount: number }>('/api/metrics/live')).body;
    expect(live).toMatchObject({ waiting: { n: 4 }, overdueCount: 1 });
    const week = (await boss.get<Board>('/api/metrics/board?range=week')).body.figures;
    expect(week.sessions!.value).toBeGreaterThan(200);
    expect(week.response!.value).toBeGreaterThan(0.8);
    expect(week.response!.value).toBeLessThan(1);
    expect(week['bot-resolution']!.value).toBeGreaterThan(0.5);
    expect(week.satisfaction!.value).toBeGreaterThan(4);
    expect(week.satisfaction!.extra).toBeLessThan(0.6);
    const { body } = await boss.get<{ commitments: unknown[] }>('/api/metrics/health');
    expect(body.commitments.length).toBeGreaterThan(0);
    // and once more: what the first reset wrote goes as well
    expect((await boss.post('/api/demo/reset')).status).toBe(200);
    expect((await boss.get('/api/metrics/live')).body).toMatchObject({ waiting: { n: 4 } });
    const waiting = (await a.get<{ items: { id: string }[] }>('/api/handoffs?state=waiting')).body.items;
    expect((await a.post(`/api/handoffs/${waiting[0]!.id}/claim`)).status).toBe(200);
  });
});
