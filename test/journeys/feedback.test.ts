// What shoppers say about the service: thumbs under answers, stars at the end, and who hears of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShopState } from '../../src/contract/shop.ts';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import { countFeedback, readCsat } from '../../src/feedback/store.ts';
import { toHookEvent } from '../../src/hooks/event.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('agent-a');
  await server.addStaff('admin-a', 'admin');
  agent = await signIn(server.base, 'agent-a');
}, 240_000);
afterAll(() => server?.close());

type Shopper = Awaited<ReturnType<typeof enterShop>>;

async function post(shopper: Shopper, path: string, body: unknown) {
  const response = await fetch(server.base + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${shopper.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { offerHuman?: boolean; detail?: string } };
}
const thumb = (shopper: Shopper, seq: number, helpful: boolean) =>
  post(shopper, `/api/shop/messages/${seq}/feedback`, { helpful });
const stars = (shopper: Shopper, rating: unknown) => post(shopper, '/api/shop/csat', rating);

async function ask(shopper: Shopper, text: string) {
  await shopper.say(text);
  const [answer] = await shopper.hear(['bot']);
  return answer!;
}

/** A shopper whom the agent has served; the end asks how it was unless told otherwise. */
async function served(end: { disposition: string; csat?: boolean } = { disposition: 'resolved' }) {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId);
  await agent.post(`/api/handoffs/${row!.id}/claim`);
  const before = (await shopper.state()).csat;
  const { status } = await agent.post(`/api/handoffs/${row!.id}/resolve`, end);
  expect([status, before]).toEqual([200, undefined]);
  return { shopper, handoffId: row!.id! };
}

const today = () => ({ since: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 3_600_000) });
const rowOf = async (handoffId: string) =>
  (await readCsat(server.database.pool, server.shopId, today())).find((row) => row.handoffId === handoffId);

describe('a thumb', () => {
  it('is kept with its answer, may be changed, and a second answer that did not help offers a person', async () => {
    const before = await countFeedback(server.database.pool, server.shopId, today());
    const shopper = await enterShop(server.base);
    const first = await ask(shopper, '七天无理由怎么退');
    expect((await thumb(shopper, first.seq, true)).body).toEqual({ helpful: true, offerHuman: false });
    expect((await thumb(shopper, first.seq, false)).body).toEqual({ helpful: false, offerHuman: false });
    expect((await shopper.all()).find((m) => m.seq === first.seq)!.helpful).toBe(false);
    const second = await ask(shopper, '优惠券怎么用');
    expect((await thumb(shopper, second.seq, false)).body.offerHuman).toBe(true);
    const { body } = await agent.get<{ messages: { seq: number; helpful: boolean | null }[] }>(
      `/api/conversations/${shopper.conversationId}/messages`,
    );
    expect(body.messages.filter((m) => m.helpful === false).map((m) => m.seq)).toEqual([first.seq, second.seq]);
    const after = await countFeedback(server.database.pool, server.shopId, today());
    expect(after).toEqual({ helpful: before.helpful, unhelpful: before.unhelpful + 2 });
  });

  it('after a miss of the bot is enough the first time', async () => {
    const shopper = await enterShop(server.base);
    await ask(shopper, '呱唧呱唧噗噜噗噜');
    const answer = (await shopper.all()).findLast((m) => m.from === 'bot')!;
    expect((await thumb(shopper, answer.seq, false)).body.offerHuman).toBe(true);
  });

  it('belongs to answers of the bot in one’s own conversation', async () => {
    const shopper = await enterShop(server.base);
    const answer = await ask(shopper, '七天无理由怎么退');
    const own = (await shopper.all()).find((m) => m.from === 'shopper')!;
    expect((await thumb(shopper, own.seq, true)).status).toBe(404);
    expect((await thumb(shopper, 99, true)).status).toBe(404);
    const other = await enterShop(server.base);
    expect((await thumb(other, answer.seq, true)).status).toBe(404);
  });
});

describe('the stars', () => {
  it('are asked for after the end, given once, changed within a day, and told to the shop’s systems', async () => {
    const { shopper, handoffId } = await served();
    const state: ShopState = await shopper.state();
    expect(state.csat).toMatchObject({ agentName: 'agent-a', score: null });
    expect(state.marks!.map((mark) => [mark.kind, mark.name])).toEqual([
      ['joined', 'agent-a'],
      ['ended', 'agent-a'],
    ]);
    expect((await stars(shopper, { score: 4, tags: ['回复快'], text: ' 挺好 ' })).status).toBe(200);
    expect((await stars(shopper, { score: 5 })).status).toBe(200);
    expect((await shopper.state()).csat).toMatchObject({ score: 5, tags: [], text: '' });
    expect(await rowOf(handoffId)).toMatchObject({ score: 5, agentId: agent.id, agentName: 'agent-a' });
    const { rows } = await shopQuery<{ seq: string; kind: string; payload: Record<string, unknown>; created_at: Date }>(
      server.database.pool,
      server.shopId,
      `select seq::text, kind, payload, created_at from events where kind = 'csat.received' order by seq desc limit 2`,
    );
    const told = rows.map((row) => toHookEvent({ ...row, reason: null, risk: null, team: null, disposition: null }));
    expect(told.map((event) => [event!.data.score, event!.data.changed])).toEqual([
      [5, true],
      [4, false],
    ]);
    expect(told[0]!.data).toMatchObject({ handoff_id: handoffId, agent_id: agent.id });
    expect(JSON.stringify(told)).not.toContain('挺好');
  });

  it.each([
    ['the agent left it out', { disposition: 'resolved', csat: false }],
    ['there was nothing to serve', { disposition: 'invalid' }],
  ])('are not asked for when %s', async (_why, end) => {
    const { shopper, handoffId } = await served(end);
    expect((await shopper.state()).csat).toBeUndefined();
    expect((await stars(shopper, { score: 5 })).status).toBe(409);
    expect(await rowOf(handoffId)).toBeUndefined();
  });

  it('are one to five, and late after a day', async () => {
    const { shopper, handoffId } = await served();
    for (const score of [0, 6, 4.5]) expect((await stars(shopper, { score })).status).toBe(400);
    const age = (column: string) =>
      inShop(server.database.pool, server.shopId, (tx) =>
        tx.query(`update csat set ${column} = now() - interval '25 hours' where handoff_id = $1`, [handoffId]),
      );
    await age('asked_at');
    expect((await shopper.state()).csat).toBeUndefined();
    expect((await stars(shopper, { score: 3 })).status).toBe(409);
  });

  it('of a shopper are in their own conversation; a rating is no one else’s', async () => {
    const { handoffId } = await served();
    const other = await enterShop(server.base);
    expect((await stars(other, { score: 1 })).status).toBe(409);
    expect((await rowOf(handoffId))!.score).toBeNull();
  });
});

describe('the shopper sees', () => {
  it('that the agent is writing', async () => {
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await agent.waiting(shopper.conversationId);
    await agent.post(`/api/handoffs/${row!.id}/claim`);
    const path = `/api/conversations/${shopper.conversationId}/presence`;
    await agent.post(path, { viewing: true, typing: true });
    expect((await shopper.state()).typing).toBe(true);
    await agent.post(path, { viewing: true, typing: false });
    expect((await shopper.state()).typing).toBeUndefined();
  });
});

describe('the frame', () => {
  it('of the shopper’s page is the admin’s list, and nothing but site addresses goes into it', async () => {
    const admin = await signIn(server.base, 'admin-a');
    expect((await agent.put('/api/widget', { origins: [] })).status).toBe(403);
    for (const bad of [
      "https://a.example; script-src 'unsafe-inline'",
      'javascript:alert(1)',
      'https://a.example/x',
      '*',
    ])
      expect((await admin.put('/api/widget', { origins: [bad] })).status, bad).toBe(400);
    const kept = await admin.put('/api/widget', { origins: ['https://Shop.example/', 'http://127.0.0.1:4000'] });
    expect(kept.body).toEqual({ origins: ['https://shop.example', 'http://127.0.0.1:4000'] });
    expect((await admin.get('/api/widget')).body).toEqual(kept.body);
    const audit = await admin.get<{ items: { subject: string; after: unknown }[] }>('/api/audit');
    expect(audit.body.items[0]).toMatchObject({ subject: '可以嵌入顾客页的网站', after: kept.body });
    await admin.put('/api/widget', { origins: [] });
  });
});
