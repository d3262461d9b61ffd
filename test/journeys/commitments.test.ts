// The ledger of promises: from an agent's words to the shopper who is told ahead, over HTTP, on the real database, queue and clocks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Commitment, CommitmentFact } from '../../src/contract/commitment.ts';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { type DeskStream, openDeskStream } from './desk-stream.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Page = { items: Commitment[]; next: string | null };

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let boss: Agent;
let admin: Agent;
let stream: DeskStream;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  await server.addStaff('boss', 'supervisor');
  await server.addStaff('admin', 'admin');
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  boss = await signIn(server.base, 'boss');
  admin = await signIn(server.base, 'admin');
  stream = await openDeskStream(server.base, anna.cookie);
}, 180_000);
afterAll(async () => {
  stream?.close();
  await server?.close();
});

/** A shopper whom an agent is serving. */
async function served(agent: Agent, as: { name?: string } = {}) {
  const shopper = await enterShop(server.base, as);
  await shopper.say('转人工');
  const { id } = (await agent.waiting(shopper.conversationId))!;
  expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
  return { shopper, handoffId: id!, conversationId: shopper.conversationId };
}

const ofConversation = async (conversationId: string, more = ''): Promise<Commitment[]> =>
  (await anna.get<Page>(`/api/commitments?conversationId=${conversationId}${more}`)).body.items;

/** Waits until the words were looked at and this many promises stand in the ledger. */
async function suggestions(conversationId: string, count: number): Promise<Commitment[]> {
  await expect.poll(async () => (await ofConversation(conversationId)).length, { timeout: 12_000 }).toBe(count);
  return ofConversation(conversationId);
}

/** Says something that binds, and confirms it. */
async function promised(agent: Agent, conversationId: string, text: string, body: Record<string, unknown> = {}) {
  const before = (await ofConversation(conversationId)).length;
  expect((await agent.reply(conversationId, text)).status).toBe(201);
  const found = (await suggestions(conversationId, before + 1)).find((c) => c.evidence === text)!;
  const { status, body: confirmed } = await agent.post<Commitment>(`/api/commitments/${found.id}/confirm`, body);
  expect(status).toBe(200);
  return confirmed;
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const HOUR = 3_600_000;
const news = (id: string, what: string) => (e: Record<string, unknown>) => e.commitmentId === id && e.what === what;

/** Lets time pass for one promise, without any hint to the queue. */
const later = (id: string, seconds: number) =>
  inShop(server.database.pool, server.shopId, (tx) =>
    tx.query(
      `update commitments set due_at = due_at - $2 * interval '1 second', next_reminder_at = next_reminder_at - $2 * interval '1 second' where id = $1`,
      [id, seconds],
    ),
  );

const unanswered = async (conversationId: string): Promise<boolean> => {
  const { rows } = await shopQuery<{ waits: boolean }>(
    server.database.pool,
    server.shopId,
    `select exists (select from handoffs where conversation_id = $1 and state = 'with-agent' and awaiting_since is not null) as waits`,
    [conversationId],
  );
  return rows[0]!.waits;
};

describe('what an agent promises', () => {
  it('is suggested on their stream, bound to the conversation, the message and the order in focus', {
    timeout: 40_000,
  }, async () => {
    const shopper = await enterShop(server.base, { name: '阿伟' });
    await shopper.say('我的快递到哪了');
    await shopper.hear();
    await shopper.say('转人工');
    const { id } = (await anna.waiting(shopper.conversationId))!;
    await anna.post(`/api/handoffs/${id}/claim`);
    const { body } = await anna.reply(shopper.conversationId, '您好，我是人工客服。两小时内给您回复快递的消息');
    const [found] = await suggestions(shopper.conversationId, 1);
    expect(found).toMatchObject({
      state: 'suggested',
      kind: 'reply',
      evidence: '两小时内给您回复快递的消息',
      messageSeq: body.seq,
      orderId: 'MH2026111600145',
      holder: { id: anna.id, name: 'anna' },
      saidBy: 'agent',
    });
    expect(Math.abs(new Date(found!.dueAt!).getTime() - Date.now() - 2 * HOUR)).toBeLessThan(60_000);
    expect(await stream.until(news(found!.id, 'suggested'))).toMatchObject({
      kind: 'commitment',
      agentId: anna.id,
      conversationId: shopper.conversationId,
      orderId: 'MH2026111600145',
    });
  });

  it('is confirmed in one click, corrected if need be, and only by whom it concerns', { timeout: 40_000 }, async () => {
    const { conversationId } = await served(anna);
    await anna.reply(conversationId, '三小时内给您退款。另外给您备注发顺丰');
    const [refund, remark] = await suggestions(conversationId, 2);
    expect([refund!.kind, remark!.kind]).toEqual(['refund', 'remark']);
    expect((await bruno.post(`/api/commitments/${refund!.id}/confirm`)).status).toBe(403);
    const confirmed = await anna.post<Commitment>(`/api/commitments/${refund!.id}/confirm`);
    expect(confirmed.body).toMatchObject({ state: 'open', dueAt: refund!.dueAt, task: '三小时内给您退款' });
    expect((await anna.post(`/api/commitments/${refund!.id}/confirm`)).status).toBe(200); // the same click twice
    expect((await anna.post(`/api/commitments/${refund!.id}/confirm`, { dueAt: inMs(HOUR) })).status).toBe(409);

    expect((await anna.post(`/api/commitments/${remark!.id}/confirm`, { dueAt: inMs(-HOUR) })).status).toBe(400);
    expect((await anna.post(`/api/commitments/${remark!.id}/confirm`, { dueAt: '2026-02-31' })).status).toBe(400);
    const due = inMs(5 * HOUR);
    const corrected = await anna.post<Commitment>(`/api/commitments/${remark!.id}/confirm`, {
      dueAt: due,
      orderId: 'MH2026112200058',
      text: '仓库备注：发顺丰',
    });
    expect(corrected.body).toMatchObject({ state: 'open', orderId: 'MH2026112200058', task: '仓库备注：发顺丰' });
    expect(new Date(corrected.body.dueAt!).toISOString()).toBe(due);
  });

  it('is none when nothing is promised; a suggestion is dismissed, the same words again are the same promise', {
    timeout: 40_000,
  }, async () => {
    const { conversationId } = await served(anna);
    await anna.reply(conversationId, '您好，请问有什么可以帮您？');
    await anna.reply(conversationId, '明天给您发货');
    await anna.reply(conversationId, '明天给您发货');
    await anna.reply(conversationId, '放心，我们明天就给您发出');
    const found = await suggestions(conversationId, 1);
    await new Promise((r) => setTimeout(r, 300));
    expect(await ofConversation(conversationId)).toHaveLength(1);
    expect((await bruno.post(`/api/commitments/${found[0]!.id}/dismiss`)).status).toBe(403);
    expect((await anna.post<Commitment>(`/api/commitments/${found[0]!.id}/dismiss`)).body.state).toBe('dismissed');
    expect(await ofConversation(conversationId)).toEqual([]);
    expect(await ofConversation(conversationId, '&state=dismissed')).toHaveLength(1);
  });

  it('is found after a crash before the look: the rows remember what was not looked at', {
    timeout: 30_000,
  }, async () => {
    const { conversationId } = await served(anna);
    // as another process would have left it: the message is there, its look is not
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(
        `with c as (update conversations set next_seq = next_seq + 1 where id = $2 returning next_seq - 1 as seq)
         insert into messages (shop_id, conversation_id, seq, author, author_id, text)
         select $1, $2, c.seq, 'agent', $3, '四小时内给您开发票' from c`,
        [server.shopId, conversationId, anna.id],
      ),
    );
    expect((await suggestions(conversationId, 1))[0]).toMatchObject({ kind: 'invoice', state: 'suggested' });
  });

  it('may be written down by hand, for oneself; for others by a supervisor', { timeout: 30_000 }, async () => {
    const due = inMs(6 * HOUR);
    const made = await anna.post<Commitment>('/api/commitments', { text: '电话里答应今天补寄说明书', dueAt: due });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'open', saidBy: 'hand', kind: 'other', holder: { id: anna.id } });
    const task = { text: '整理本周差评', agent: anna.id };
    expect((await bruno.post('/api/commitments', task)).status).toBe(403);
    expect((await boss.post<Commitment>('/api/commitments', task)).body.holder!.id).toBe(anna.id);
    expect((await anna.post('/api/commitments', { text: 'x', conversationId: '999999' })).status).toBe(404);
    expect((await anna.post('/api/commitments', { text: 'x', dueAt: inMs(-1000) })).status).toBe(400);
  });
});

describe('what the bot promises', () => {
  const asked = async () => {
    const shopper = await enterShop(server.base);
    await shopper.tap({ value: 'faq:invoice-request-how', label: '请问发票怎么开，要多久开好' });
    const words = await shopper.hear(['bot']);
    expect(words.map((w) => w.text).join()).toContain('7 天内');
    return shopper.conversationId;
  };

  it('is nobody’s until somebody takes it, as long as the shop wants its words to bind', {
    timeout: 60_000,
  }, async () => {
    const [found] = await suggestions(await asked(), 1);
    expect(found).toMatchObject({ saidBy: 'bot', holder: null, state: 'suggested', kind: 'invoice' });
    const taken = await bruno.post<Commitment>(`/api/commitments/${found!.id}/confirm`, {});
    expect(taken.body).toMatchObject({ state: 'open', holder: { id: bruno.id } });

    expect((await anna.put('/api/policy/promises', { bot: false })).status).toBe(403);
    expect((await admin.put('/api/policy/promises', { bot: false })).body).toEqual({ bot: false });
    const silent = await asked();
    await new Promise((r) => setTimeout(r, 6_000)); // one round of the reconciler
    expect(await ofConversation(silent)).toEqual([]);
    expect((await admin.put('/api/policy/promises', { bot: true })).status).toBe(200);
  });
});

describe('a reminder', () => {
  it('reaches the agent’s stream two hours and half an hour before, when it is due and when it is over', {
    timeout: 90_000,
  }, async () => {
    const { shopper, conversationId, handoffId } = await served(anna);
    const { id } = await promised(anna, conversationId, '今天给您补发', { dueAt: inMs(2 * HOUR + 1_500) });
    expect(await stream.until(news(id, 'two_hours_before'))).toMatchObject({ kind: 'commitment', agentId: anna.id });
    expect(Date.now()).toBeLessThan(
      new Date((await anna.get<Commitment>(`/api/commitments/${id}`)).body.dueAt!).getTime(),
    );
    await later(id, 1.5 * 3600);
    await stream.until(news(id, 'half_hour_before'));
    await later(id, 0.5 * 3600);
    expect(await stream.until(news(id, 'due'))).not.toHaveProperty('supervisor');
    await later(id, 0.5 * 3600);
    expect(await stream.until(news(id, 'overdue'))).toMatchObject({
      supervisor: true,
      state: 'broken',
      agentId: anna.id,
    });
    await new Promise((r) => setTimeout(r, 6_000)); // each once, whatever the reconciler finds
    expect(stream.events.filter((e) => e.commitmentId === id).map((e) => e.what)).toEqual([
      'suggested',
      'confirmed',
      'two_hours_before',
      'half_hour_before',
      'due',
      'overdue',
    ]);
    const { rows } = await shopQuery<{ kind: string }>(
      server.database.pool,
      server.shopId,
      `select kind from events where topic = 'desk' and payload->>'commitmentId' = $1 and payload->>'what' = 'due'`,
      [id],
    );
    expect(rows).toEqual([{ kind: 'commitment.due' }]); // the name under which the shop's own systems are told

    // the shopper comes back, to somebody else: what was broken is in the packet
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'follow_up' });
    await shopper.say('我要投诉，说好补发的呢');
    const next = (await bruno.waiting(conversationId))!;
    const facts = async () =>
      (await bruno.get<{ packet: { commitments: CommitmentFact[] } }>(`/api/handoffs/${next.id}`)).body.packet
        .commitments;
    expect(await facts()).toMatchObject([{ id, state: 'broken', kind: 'replacement', holder: { id: anna.id } }]);
    expect((await facts())[0]!.brokenAt).not.toBeNull();
    expect((await anna.post<Commitment>(`/api/commitments/${id}/done`, { note: '已补发' })).body.state).toBe('kept');
    expect(await facts()).toMatchObject([{ id, state: 'kept' }]); // it was late, and the shopper remembers
  });

  it('is not sent for what is kept, and begins anew with a new time', { timeout: 60_000 }, async () => {
    const { conversationId } = await served(anna);
    const kept = await promised(anna, conversationId, '两天内给您开票', { dueAt: inMs(2_000) });
    expect((await anna.post(`/api/commitments/${kept.id}/done`)).status).toBe(200);
    const slipped = await promised(anna, conversationId, '三天内给您退款', { dueAt: inMs(2_500) });
    const newDueAt = inMs(2 * HOUR + 4_000);
    expect((await anna.post(`/api/commitments/${slipped.id}/slip`, { newDueAt })).status).toBe(200);
    await stream.until(news(slipped.id, 'two_hours_before'));
    await new Promise((r) => setTimeout(r, 6_000));
    expect(stream.events.filter(news(kept.id, 'due'))).toEqual([]);
    expect(stream.events.filter(news(slipped.id, 'due'))).toEqual([]);
  });
});

describe('a promise that slips', () => {
  it('is told ahead by its holder though the bot has the conversation by now, which then goes on', {
    timeout: 60_000,
  }, async () => {
    const { shopper, conversationId, handoffId } = await served(anna);
    const promise = await promised(anna, conversationId, '一小时内给您发货');
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'follow_up' });
    await shopper.hear(['agent']);
    const newDueAt = inMs(26 * HOUR);
    expect((await anna.post(`/api/commitments/${promise.id}/slip`, { newDueAt: inMs(60_000) })).status).toBe(400);
    const slip = () =>
      anna.post<{ commitment: Commitment; told: { seq: number; keptBy: string } }>(
        `/api/commitments/${promise.id}/slip`,
        {
          newDueAt,
        },
      );
    const moved = await slip();
    expect(moved.status).toBe(200);
    expect(moved.body.told.keptBy).toBe('bot');
    expect(moved.body.commitment).toMatchObject({ state: 'open', slips: 1, saidDueAt: promise.dueAt });
    expect(new Date(moved.body.commitment.dueAt!).toISOString()).toBe(newDueAt);
    const [notice] = await shopper.hear(['agent']);
    expect(notice!.text).toMatch(/之前答应.*给您发货，现在看要晚了，非常抱歉。我们改为/);
    const repeated = await slip(); // the same click twice
    expect(repeated.body).toMatchObject({ told: { seq: moved.body.told.seq }, commitment: { slips: 1 } });
    await shopper.say('包邮吗');
    expect((await shopper.hear(['bot'])).length).toBeGreaterThan(0);
    await new Promise((r) => setTimeout(r, 6_000));
    expect(await ofConversation(conversationId)).toHaveLength(1); // the notice is no new promise
    const words = (await shopper.all()).filter((m) => m.text.includes('之前答应'));
    expect(words).toHaveLength(1);
  });

  it('is told in the conversation its holder has, and takes none from a colleague or from the queue', {
    timeout: 60_000,
  }, async () => {
    const { shopper, conversationId, handoffId } = await served(anna);
    const promise = await promised(anna, conversationId, '一小时内给您回电话');
    const slip = (hours: number) =>
      anna.post<{ told: { keptBy: string }; detail: string; handoffId?: string }>(
        `/api/commitments/${promise.id}/slip`,
        {
          newDueAt: inMs(hours * HOUR),
        },
      );
    expect((await slip(3)).body.told.keptBy).toBe('agent');
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'follow_up' });
    await shopper.say('我要投诉');
    const next = (await bruno.waiting(conversationId))!;
    const waits = await slip(5);
    expect([waits.status, waits.body.handoffId]).toEqual([409, next.id]);
    await bruno.post(`/api/handoffs/${next.id}/claim`);
    const taken = await slip(5);
    expect([taken.status, taken.body.detail]).toEqual([409, expect.stringContaining('bruno')]);
    expect((await ofConversation(conversationId))[0]).toMatchObject({ slips: 1 });
    await bruno.post(`/api/handoffs/${next.id}/resolve`, { disposition: 'resolved' });
  });

  it('stays with the agent when the shopper waits for an answer', { timeout: 60_000 }, async () => {
    const { shopper, conversationId, handoffId } = await served(anna);
    const promise = await promised(anna, conversationId, '一小时内给您发货');
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'follow_up' });
    await shopper.say('在吗'); // its turn waits for the end of the burst, and would find the conversation in the agent's hands
    const { body } = await anna.post<{ told: { keptBy: string } }>(`/api/commitments/${promise.id}/slip`, {
      newDueAt: inMs(9 * HOUR),
    });
    expect(body.told.keptBy).toBe('agent');
    expect((await shopper.state()).state).toBe('with-agent');
    expect(await unanswered(conversationId)).toBe(true);
  });

  it('takes nothing from a colleague who comes at the same moment, and leaves no shopper without an answer', {
    timeout: 120_000,
  }, async () => {
    const { shopper, conversationId, handoffId } = await served(anna);
    const promise = await promised(anna, conversationId, '一小时内给您发货');
    await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'follow_up' });
    const wait = (ms = 25) => new Promise((r) => setTimeout(r, Math.random() * ms));
    let hours = 2;
    const slip = () =>
      anna.post<{ told?: { keptBy: string } }>(`/api/commitments/${promise.id}/slip`, {
        newDueAt: inMs(++hours * HOUR),
      });
    const ends = { told: 0, refused: 0 };
    for (let i = 0; i < 20; i++) {
      const [slipped, taken] = await Promise.all([
        wait().then(slip),
        wait().then(() =>
          bruno.post<{ handoffId: string }>(`/api/conversations/${conversationId}/takeover`, { reason: '我来跟' }),
        ),
      ]);
      ends[slipped.status === 200 ? 'told' : 'refused'] += 1;
      expect([200, 409]).toContain(slipped.status);
      expect(taken.status).toBe(200);
      expect((await bruno.reply(conversationId, '我在')).status, `try ${i}: bruno has lost it`).toBe(201);
      await bruno.post(`/api/handoffs/${taken.body.handoffId}/return`);
    }
    expect(ends.told + ends.refused).toBe(20);

    for (let i = 0; i < 20; i++) {
      const [said, slipped] = await Promise.all([wait(50).then(() => shopper.say('包邮吗')), slip()]);
      expect(slipped.status).toBe(200);
      const isAnswered = async () => (await shopper.all()).some((m) => m.from === 'bot' && m.seq > said.seq);
      if (slipped.body.told!.keptBy === 'bot') await expect.poll(isAnswered, { timeout: 12_000 }).toBe(true);
      else {
        expect((await shopper.state()).state).toBe('with-agent');
        expect(await unanswered(conversationId)).toBe(true); // its clock runs
        const mine = await anna.get<{ items: { id: string; conversationId: string }[] }>(
          '/api/handoffs?state=with-agent&mine=true&limit=100',
        );
        const { id } = mine.body.items.find((h) => h.conversationId === conversationId)!;
        await anna.post(`/api/handoffs/${id}/return`);
      }
    }
  });

  it('is carried over to the next day in one click, with a word to the shopper or a reason for none', {
    timeout: 60_000,
  }, async () => {
    const { shopper, conversationId } = await served(anna);
    const carry = (id: string, body: unknown = {}) =>
      anna.post<{ commitment: Commitment; told: { text: string } | null }>(`/api/commitments/${id}/carry`, body);
    const promise = await promised(anna, conversationId, '一小时内给您退款', { dueAt: inMs(30_000) });
    const before = new Date(promise.dueAt!).getTime();
    const moved = await carry(promise.id);
    expect(moved.body.commitment).toMatchObject({ state: 'carried', slips: 1 });
    const after = new Date(moved.body.commitment.dueAt!).getTime();
    expect(Math.abs(after - before - 24 * HOUR)).toBeLessThan(1_000); // the same hour of the clock
    expect((await shopper.hear(['agent'])).map((m) => m.text).join()).toContain('一小时内给您退款');
    expect((await shopper.all()).filter((m) => m.text === moved.body.told!.text)).toHaveLength(1);

    const quiet = await promised(anna, conversationId, '一小时内给您开发票', { dueAt: inMs(30_000) });
    const untold = await carry(quiet.id, { untold: '电话里已经说好明天' });
    expect(untold.body).toMatchObject({ told: null, commitment: { state: 'carried', note: '电话里已经说好明天' } });
    const far = await promised(anna, conversationId, '给您登记上报', { dueAt: inMs(72 * HOUR) });
    expect((await carry(far.id)).status).toBe(409);
  });
});

describe('the list', () => {
  it('is filtered by holder, time, team and state, and paged by a cursor', { timeout: 60_000 }, async () => {
    await admin.put(`/api/staff/${bruno.id}/skills`, {
      teams: ['aftersale'],
      skills: [],
      languages: ['zh'],
      capacity: 6,
      channelCapacity: {},
    });
    const made: string[] = [];
    for (const n of [3, 1, 2]) {
      const body = { text: `任务${n}`, dueAt: inMs((48 + n) * HOUR) };
      made[n] = (await bruno.post<Commitment>('/api/commitments', body)).body.id;
    }
    const undated = (await bruno.post<Commitment>('/api/commitments', { text: '没有时间的任务' })).body.id;
    const ids = async (agent: Agent, query: string) =>
      (await agent.get<Page>(`/api/commitments?${query}`)).body.items.map((c) => c.id);
    const mine = await ids(bruno, 'mine=true&limit=100');
    expect(mine.filter((id) => made.includes(id))).toEqual([made[1], made[2], made[3]]);
    expect(mine.at(-1)).toBe(undated);
    expect(await ids(bruno, 'mine=true&due=undated')).toEqual([undated]);
    expect(await ids(bruno, 'mine=true&due=today')).not.toContain(made[1]);
    expect(await ids(anna, 'mine=true&limit=100')).not.toContain(made[1]);
    expect(await ids(anna, 'team=aftersale&limit=100')).toContain(made[1]);
    expect(await ids(anna, 'team=presale&limit=100')).not.toContain(made[1]);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(`update commitments set due_at = now() - interval '1 minute', next_reminder_at = null where id = $1`, [
        made[3],
      ]),
    );
    expect(await ids(bruno, 'mine=true&due=overdue')).toEqual([made[3]]);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = (
        await bruno.get<Page>(
          `/api/commitments?mine=true&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        )
      ).body;
      paged.push(...page.items.map((c) => c.id));
      cursor = page.next;
    }
    expect(paged).toEqual(await ids(bruno, 'mine=true&limit=100'));
    expect(new Set(paged).size).toBe(paged.length);
  });

  it('a supervisor gives a promise to somebody else, or takes back what was confirmed with a reason', {
    timeout: 30_000,
  }, async () => {
    const { body } = await anna.post<Commitment>('/api/commitments', { text: '联系仓库' });
    const assign = (who: Agent, agent: string) => who.post<Commitment>(`/api/commitments/${body.id}/assign`, { agent });
    expect((await anna.post(`/api/commitments/${body.id}/dismiss`)).status).toBe(403);
    expect((await assign(bruno, bruno.id)).status).toBe(403);
    expect((await assign(boss, admin.id)).status).toBe(400);
    expect((await assign(boss, bruno.id)).body.holder!.id).toBe(bruno.id);
    expect((await anna.post(`/api/commitments/${body.id}/done`)).status).toBe(403);
    expect((await boss.post(`/api/commitments/${body.id}/dismiss`)).status).toBe(403);
    const gone = await boss.post<Commitment>(`/api/commitments/${body.id}/dismiss`, { note: '重复登记' });
    expect(gone.body).toMatchObject({ state: 'dismissed', note: '重复登记' });
    expect((await bruno.post(`/api/commitments/${body.id}/done`)).status).toBe(409);
  });
});
