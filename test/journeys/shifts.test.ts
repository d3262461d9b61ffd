// The end of a shift (日清), the handover to the next one (交接) and the morning's patrol (巡检), over HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleCommerce } from '../../src/commerce/sample/sample-commerce.ts';
import type { Commitment } from '../../src/contract/commitment.ts';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { type OpenHandover, openHandovers } from '../../src/desk/handover-rows.ts';
import { makePatrol, type Patrol, readPatrol } from '../../src/desk/patrol.ts';
import { type DeskStream, openDeskStream } from './desk-stream.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Left = Record<'promises' | 'suggestions' | 'unanswered' | 'handovers', { id?: string; handoffId?: string }[]>;
type Refused = { code: string; detail: string; left: Left };
type Handover = {
  id: string;
  state: string;
  reason: string | null;
  items: {
    kind: string;
    conversationId: string | null;
    commitmentId: string | null;
    outcome: string | null;
    why: string | null;
  }[];
};

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let carla: Agent;
let boss: Agent;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno', 'carla']) await server.addStaff(login);
  await server.addStaff('boss', 'supervisor');
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  carla = await signIn(server.base, 'carla');
  boss = await signIn(server.base, 'boss');
}, 180_000);
afterAll(() => server?.close());

const HOUR = 3_600_000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const close = (agent: Agent, body: unknown = {}) => agent.post<Refused>('/api/shift/close', body);
const start = (agent: Agent, endsAt = inMs(8 * HOUR)) => agent.post('/api/shift/start', { endsAt });
const eventsOf = async (kind: string) => {
  const { rows } = await shopQuery<{ payload: Record<string, unknown> }>(
    server.database.pool,
    server.shopId,
    `select payload from events where topic = 'desk' and kind = $1 order by seq`,
    [kind],
  );
  return rows.map((r) => r.payload);
};

async function served(agent: Agent) {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const { id } = (await agent.waiting(shopper.conversationId))!;
  expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
  await agent.reply(shopper.conversationId, '您好，请讲');
  return { shopper, handoffId: id!, conversationId: shopper.conversationId };
}

const written = async (agent: Agent, text: string, dueAt?: string) =>
  (await agent.post<Commitment>('/api/commitments', { text, ...(dueAt ? { dueAt } : {}) })).body;

describe('a shift', () => {
  it('cannot be closed with an open due promise, an unconfirmed one, or a shopper without an answer', {
    timeout: 60_000,
  }, async () => {
    expect((await close(anna)).status).toBe(409); // none is open
    expect((await start(anna)).status).toBe(200);
    expect((await start(anna)).body).toEqual((await start(anna)).body); // the same one
    const { shopper, conversationId, handoffId } = await served(anna);
    await anna.reply(conversationId, '两小时内给您回复');
    const refusedAtOnce = await close(anna); // the words of a moment ago are looked at before
    expect(refusedAtOnce.status).toBe(409);
    expect(refusedAtOnce.body.left.suggestions).toHaveLength(1);
    const [{ id }] = refusedAtOnce.body.left.suggestions as [{ id: string }];
    await anna.post(`/api/commitments/${id}/confirm`);
    const later = await written(anna, '下周的任务', inMs(20 * HOUR)); // after the shift's end: no matter
    const undated = await written(anna, '没有时间的任务');
    await shopper.say('那我等您');
    await expect
      .poll(async () => (await close(anna)).body.left.unanswered.map((u) => u.handoffId), { timeout: 5_000 })
      .toEqual([handoffId]);

    const refused = await close(anna);
    expect(refused.body).toMatchObject({ code: 'shift_not_clear' });
    expect(refused.body.detail).toContain('2 条到期的承诺');
    expect(refused.body.detail).toContain('1 位顾客还没有回复');
    expect(refused.body.left.promises.map((c) => c.id)).toEqual([id, undated.id]);
    expect(refused.body.left.promises.map((c) => c.id)).not.toContain(later.id);
    expect((await anna.get<{ clear: boolean }>('/api/shift')).body.clear).toBe(false);

    await anna.reply(conversationId, '好的');
    expect((await anna.post(`/api/commitments/${id}/slip`, { newDueAt: inMs(30 * HOUR) })).status).toBe(200);
    expect((await close(anna)).body.left.promises.map((c) => c.id)).toEqual([undated.id]);
    expect((await anna.post(`/api/commitments/${undated.id}/carry`)).status).toBe(200);
    expect((await anna.get<{ clear: boolean }>('/api/shift')).body.clear).toBe(true);
    const closed = await close(anna);
    expect(closed.status).toBe(200);
    expect((await anna.get<{ shift: unknown }>('/api/shift')).body.shift).toBeNull();

    // what was carried over is asked for again on the next day
    expect((await start(anna)).status).toBe(200);
    expect((await anna.get<{ clear: boolean }>('/api/shift')).body.clear).toBe(true);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query('update commitments set looked_at = looked_at - 1 where id = $1', [undated.id]),
    );
    expect((await close(anna)).body.left.promises.map((c) => c.id)).toEqual([undated.id]);
    for (const c of [undated.id, later.id, id]) await anna.post(`/api/commitments/${c}/done`);
    expect((await close(anna)).status).toBe(200);
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' });
  });

  it('is forced by a supervisor only, with a reason that is kept', { timeout: 30_000 }, async () => {
    await start(bruno);
    const promise = await written(bruno, '下班前寄出样品', inMs(HOUR));
    expect((await close(bruno, { force: true, reason: '想回家' })).status).toBe(403);
    expect((await close(anna, { agent: bruno.id })).status).toBe(403);
    expect((await close(boss, { agent: bruno.id })).status).toBe(409);
    expect((await close(boss, { agent: bruno.id, force: true })).status).toBe(400);
    expect((await close(boss, { agent: bruno.id, force: true, reason: '家里有急事，我来跟' })).status).toBe(200);
    expect((await eventsOf('shift')).at(-1)).toMatchObject({
      what: 'forced',
      by: boss.id,
      agentId: bruno.id,
      reason: '家里有急事，我来跟',
      left: { promises: [promise.id] },
      supervisor: true,
    });
    expect((await bruno.get<Commitment>(`/api/commitments/${promise.id}`)).body.state).toBe('open'); // still to be kept
    await bruno.post(`/api/commitments/${promise.id}/done`);
  });

  it('starts with a sensible end', async () => {
    for (const endsAt of [inMs(-HOUR), inMs(25 * HOUR), '明天'])
      expect((await start(carla, endsAt)).status, endsAt).toBe(400);
    const { body } = await carla.post<{ shift: { endsAt: string } }>('/api/shift/start', undefined);
    const local = new Date(new Date(body.shift.endsAt).getTime() + 8 * HOUR).toISOString();
    expect(local.slice(11, 16)).toBe('00:00'); // when the shop of the tests closes
    expect((await close(carla)).status).toBe(200);
  });
});

describe('a handover', () => {
  const give = (agent: Agent, to: unknown, notes: unknown[] = [{ kind: 'watch', text: '今晚有大促' }]) =>
    agent.post<Handover>('/api/handover', { notes, to });
  const openOf = (agent: Agent): Promise<OpenHandover[]> =>
    openHandovers(server.database.pool, server.shopId, agent.id);

  it('moves conversations and promises when it is accepted, and says what could not be moved', {
    timeout: 60_000,
  }, async () => {
    const [one, two, three, four] = [await served(anna), await served(anna), await served(anna), await served(anna)];
    await start(anna);
    await anna.reply(one.conversationId, '今天给您补发');
    await expect
      .poll(async () => (await anna.get<{ items: Commitment[] }>('/api/commitments?mine=true')).body.items.length)
      .toBe(1);
    const [promise] = (await anna.get<{ items: Commitment[] }>('/api/commitments?mine=true')).body.items;
    await anna.post(`/api/commitments/${promise!.id}/confirm`);
    const gone = await written(anna, '会被主管改派的任务');

    expect((await give(anna, { agent: anna.id })).status).toBe(400);
    expect((await give(anna, { agent: '999999' })).status).toBe(400);
    expect((await give(anna, { team: 'nobody' })).status).toBe(400);
    expect((await give(anna, { agent: bruno.id }, [])).status).toBe(400);
    expect(
      (await give(anna, { agent: bruno.id }, [{ kind: 'order', text: 'x', conversationId: '999999' }])).status,
    ).toBe(400);
    const note = {
      kind: 'follow_up',
      text: '顾客等补发单号',
      conversationId: one.conversationId,
      commitmentId: promise!.id,
    };
    const { status, body } = await give(anna, { agent: bruno.id }, [note, { kind: 'notice', text: '明天盘点' }]);
    expect(status).toBe(201);
    expect(body.items.map((i) => i.kind)).toEqual([
      'note',
      'note',
      'conversation',
      'conversation',
      'conversation',
      'conversation',
      'commitment',
      'commitment',
    ]);
    expect((await give(anna, { agent: carla.id })).status).toBe(409); // one at a time
    expect(await openOf(anna)).toMatchObject([{ id: body.id, direction: 'given', to: 'bruno', items: 8 }]);
    expect(await openOf(bruno)).toMatchObject([{ id: body.id, direction: 'received', from: 'anna' }]);
    expect(await openOf(carla)).toEqual([]);
    expect((await close(anna)).body.left.handovers).toHaveLength(1);

    // until then everything is anna's, and life goes on
    expect((await anna.reply(one.conversationId, '还在处理')).status).toBe(201);
    expect((await bruno.reply(one.conversationId, '我来')).status).toBe(409);
    await anna.post(`/api/handoffs/${two.handoffId}/resolve`, { disposition: 'resolved' });
    await carla.post(`/api/conversations/${three.conversationId}/takeover`, { reason: '老顾客' });
    await anna.post(`/api/handoffs/${four.handoffId}/transfer`, { to: { agent: carla.id }, reason: '找过她' });
    await boss.post(`/api/commitments/${gone.id}/assign`, { agent: carla.id });

    expect((await carla.post(`/api/handover/${body.id}/accept`)).status).toBe(403);
    expect((await anna.post(`/api/handover/${body.id}/accept`)).status).toBe(403);
    const accepted = await bruno.post<Handover>(`/api/handover/${body.id}/accept`);
    expect(accepted.status).toBe(200);
    expect(accepted.body.state).toBe('accepted');
    const outcome = (kind: string, id: string) => {
      const of = accepted.body.items.find((i) => i.kind === kind && [i.conversationId, i.commitmentId].includes(id))!;
      return [of.outcome, of.why];
    };
    expect(outcome('conversation', one.conversationId)).toEqual(['moved', null]);
    expect(outcome('conversation', two.conversationId)).toEqual(['not_moved', '会话已经结束']);
    expect(outcome('conversation', three.conversationId)).toEqual(['not_moved', '会话现在由 carla 接待']);
    expect(outcome('conversation', four.conversationId)).toEqual(['not_moved', '会话正在转接给别人']);
    expect(outcome('commitment', promise!.id)).toEqual(['moved', null]);
    expect(outcome('commitment', gone.id)).toEqual(['not_moved', '承诺已经改由别人负责']);
    expect((await bruno.post(`/api/handover/${body.id}/accept`)).status).toBe(409);

    expect((await bruno.reply(one.conversationId, '您好，我接着为您跟进')).status).toBe(201);
    expect((await anna.reply(one.conversationId, '还是我')).status).toBe(409);
    expect((await bruno.get<Commitment>(`/api/commitments/${promise!.id}`)).body.holder).toMatchObject({
      id: bruno.id,
    });
    expect(await openOf(anna)).toEqual([]);
    expect((await carla.post(`/api/handoffs/${four.handoffId}/claim`)).status).toBe(200); // what she was asked for is hers
    expect((await close(anna)).status).toBe(200);
    const how = await inShop(server.database.pool, server.shopId, async (tx) => {
      const { rows } = await tx.query<{ outcome: string | null }>(
        'select outcome from assignments where handoff_id = $1 order by id',
        [one.handoffId],
      );
      return rows.map((r) => r.outcome);
    });
    expect(how).toEqual(['transferred', null]); // by a transfer of the baton, like any other
    for (const c of [promise!.id, gone.id]) await boss.post(`/api/commitments/${c}/done`);
  });

  it('to a team is taken by one of them', { timeout: 30_000 }, async () => {
    const { conversationId, handoffId } = await served(anna);
    const { body } = await give(anna, { team: 'insale' });
    const takers = [bruno, carla, boss];
    const answers = await Promise.all(takers.map((t) => t.post<Handover>(`/api/handover/${body.id}/accept`)));
    expect(answers.map((a) => a.status).toSorted()).toEqual([200, 409, 409]);
    const winner = takers[answers.findIndex((a) => a.status === 200)]!;
    expect((await winner.reply(conversationId, '我来接待您')).status).toBe(201);
    await winner.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' });
  });

  it('goes on where it was interrupted', { timeout: 30_000 }, async () => {
    const { conversationId } = await served(anna);
    const { body } = await give(anna, { team: 'insale' });
    // as a process would have left it that died after the first move
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update handovers set state = 'accepting', answered_by = $2 where id = $1`, [body.id, carla.id]),
    );
    expect((await bruno.post(`/api/handover/${body.id}/accept`)).status).toBe(409);
    expect(await openOf(carla)).toHaveLength(1);
    const accepted = await carla.post<Handover>(`/api/handover/${body.id}/accept`);
    expect(accepted.body.items.map((i) => i.outcome)).toEqual(['moved', 'moved']);
    expect((await carla.reply(conversationId, '您好')).status).toBe(201);
  });

  it('is refused with a reason or withdrawn, and then nothing has moved', { timeout: 30_000 }, async () => {
    const { conversationId, handoffId } = await served(anna);
    const first = await give(anna, { team: 'complaint' }); // who is in no team is in all
    expect((await bruno.post(`/api/handover/${first.body.id}/refuse`, {})).status).toBe(400);
    const refused = await bruno.post<Handover>(`/api/handover/${first.body.id}/refuse`, { reason: '我也要下班了' });
    expect(refused.body).toMatchObject({ state: 'refused', reason: '我也要下班了' });
    expect((await eventsOf('handover')).at(-1)).toMatchObject({ what: 'refused', from: anna.id, answeredBy: bruno.id });
    expect((await anna.reply(conversationId, '还是我为您服务')).status).toBe(201);
    const second = await give(anna, { agent: carla.id });
    expect((await carla.post(`/api/handover/${second.body.id}/withdraw`)).status).toBe(403);
    const going = await anna.put<{ detail?: string }>('/api/me/presence', { state: 'offline' });
    expect(going.status).toBe(409);
    expect(going.body.detail).toContain('1 份交接没有人确认');
    expect((await anna.post<Handover>(`/api/handover/${second.body.id}/withdraw`)).body.state).toBe('withdrawn');
    expect((await carla.post(`/api/handover/${second.body.id}/accept`)).status).toBe(409);
    const received = await carla.get<{ items: Handover[] }>('/api/handover?box=received&limit=1');
    expect(received.body.items[0]!.id).toBe(second.body.id);
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' });
  });
});

describe('the morning’s patrol', () => {
  const read = async (agent: Agent, day = '') => (await agent.get<Patrol>(`/api/patrol${day}`)).body;
  const kinds = (patrol: Patrol) => patrol.items.map((i) => i.kind);

  it('finds what was not shipped, what arrived, what is odd, who waits, and what is due', {
    timeout: 60_000,
  }, async () => {
    const { shopper, handoffId } = await served(anna);
    await shopper.say('我的快递怎么还不动');
    const due = await written(anna, '今天寄出赠品', inMs(60_000));
    const patrol = await read(bruno);
    expect(new Set(kinds(patrol))).toEqual(
      new Set([
        'unshipped',
        'promise_due',
        'unanswered',
        'refund_requested',
        'parcel_stuck',
        'address_risk',
        'presale_arrival',
      ]),
    );
    const line = (kind: string) => patrol.items.find((i) => i.kind === kind)!;
    expect(line('unshipped')).toMatchObject({ orderId: 'MH2026112100507', title: expect.stringContaining('20 小时') });
    expect(line('presale_arrival').orderId).toBe('MH2026111400511');
    expect(line('address_risk')).toMatchObject({
      orderId: 'MH2026112300519',
      title: expect.stringContaining('门牌号'),
    });
    expect(line('refund_requested').orderId).toBe('MH2026111800523');
    expect(line('parcel_stuck')).toMatchObject({
      orderId: 'MH2026111600145',
      title: expect.stringContaining('4 天 2 小时'),
    });
    expect(patrol.items.filter((i) => i.kind === 'unanswered').map((i) => i.handoffId)).toContain(handoffId);
    expect(patrol.items.filter((i) => i.kind === 'promise_due').map((i) => i.commitmentId)).toContain(due.id);
    await anna.post(`/api/commitments/${due.id}/done`);
    expect((await read(bruno)).items.map((i) => i.commitmentId)).not.toContain(due.id);
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' });
  });

  it('says so when the shop’s system does not answer, and shows the rest', { timeout: 30_000 }, async () => {
    const { pool } = server.database;
    for (const ordersToWatch of [() => new Promise<never>(() => {}), () => Promise.reject(new Error('503'))]) {
      const began = performance.now();
      const due = await written(anna, '今天回电', inMs(60_000));
      const patrol = await readPatrol(
        { pool, commerce: { ...createSampleCommerce(pool), ordersToWatch } },
        server.shopId,
        null,
      );
      expect(performance.now() - began).toBeLessThan(4_000);
      expect(patrol.items[0]).toMatchObject({
        kind: 'commerce_down',
        title: expect.stringContaining('订单系统没有响应'),
      });
      expect(patrol.items.map((i) => i.commitmentId)).toContain(due.id);
      await anna.post(`/api/commitments/${due.id}/done`);
    }
  });

  it('is ticked with a note; the tick stays and can be taken back', { timeout: 30_000 }, async () => {
    const key = 'unshipped:MH2026112100507';
    const before = await read(bruno);
    const { body } = await bruno.post<Patrol>('/api/patrol/tick', { key, note: '仓库说下午发' });
    const line = body.items.find((i) => i.key === key)!;
    expect(line).toMatchObject({ stands: true, done: { by: { id: bruno.id, name: 'bruno' }, note: '仓库说下午发' } });
    expect(body.left).toBe(before.left - 1);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update sample_orders set status = 'shipped' where id = 'MH2026112100507'`),
    );
    expect((await read(bruno)).items.find((i) => i.key === key)).toMatchObject({
      stands: false,
      done: { note: '仓库说下午发' },
    });
    const undone = await anna.post<Patrol>('/api/patrol/tick', { key, done: false });
    expect(undone.body.items.find((i) => i.key === key)!.done).toBeNull();
    expect((await bruno.post('/api/patrol/tick', { key: 'unshipped:nothing' })).status).toBe(404);
  });

  it('is made once a day at ten, and told to the early shift and, for what was not shipped, to the supervisor', {
    timeout: 30_000,
  }, async () => {
    const stream: DeskStream = await openDeskStream(server.base, carla.cookie);
    await start(carla);
    const madeBefore = (await eventsOf('patrol')).filter((e) => e.what === 'made').length;
    await inShop(server.database.pool, server.shopId, async (tx) => {
      await tx.query(`update sample_orders set status = 'paid' where id = 'MH2026112100507'`);
      await tx.query('update patrols set day = day - 1'); // whatever the hour of this test: today's is not there yet
    });
    const { pool } = server.database;
    const deps = { pool, commerce: createSampleCommerce(pool) };
    const made = await Promise.all([makePatrol(deps, server.shopId), makePatrol(deps, server.shopId)]);
    expect(made.filter((m) => m !== null).length).toBeLessThanOrEqual(1); // the server's own clock may have been first
    const told = (await stream.until((e) => e.kind === 'patrol' && e.what === 'made')) as { agents: string[] };
    expect(told).toMatchObject({ supervisor: true, agents: expect.arrayContaining([carla.id]) });
    expect((await read(carla)).madeAt).not.toBeNull();
    expect((await eventsOf('patrol')).filter((e) => e.what === 'made')).toHaveLength(madeBefore + 1);
    await close(carla);
    stream.close();
  });

  it('comes due by the clock of the shop, once, and only for a shop that somebody serves', async () => {
    const owner = await server.database.ownerPool().connect();
    try {
      await owner.query('begin');
      const { rows } = await owner.query<{ id: string; minute: number }>(
        `select ensure_shop('early', '早店', false)::text as id,
           extract(hour from now() at time zone 'Asia/Shanghai')::int * 60 + extract(minute from now() at time zone 'Asia/Shanghai')::int as minute`,
      );
      const { id, minute } = rows[0]!;
      const dueAt = async (m: number) =>
        (await owner.query(`select from due_commitments(100, $1) where kind = 'patrol' and shop_id = $2`, [m, id]))
          .rowCount;
      expect(await dueAt(minute)).toBe(0);
      await owner.query(`insert into channel_accounts (shop_id, kind, name) values ($1, 'web', 'early')`, [id]);
      expect(await dueAt(minute)).toBe(1);
      expect(await dueAt(minute + 1)).toBe(0);
      await owner.query(`insert into patrols (shop_id, day) values ($1, (now() at time zone 'Asia/Shanghai')::date)`, [
        id,
      ]);
      expect(await dueAt(minute)).toBe(0);
    } finally {
      await owner.query('rollback');
      owner.release();
    }
  });
});
