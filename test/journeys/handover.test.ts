// What goes from hand to hand: summaries of transfers, what asks for my word, coming back to the same agent, the protocol's events.
import { type Activity, HandoffEventNames, type Transcript } from 'botbuilder';
import { validateAndFixActivity } from 'botbuilder/lib/activityValidator.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TransferSummary } from '../../src/handoff/transfer-summary.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
interface Note {
  by: string;
  reason: string;
  note: string | null;
  summary: TransferSummary | null;
}
interface Handoff {
  id: string;
  state: string;
  previousId: string | null;
  offeredTo: { id: string } | null;
  owner: { id: string } | null;
  transfer: Note | null;
  takenFrom: Note | null;
}

let server: RunningServer;
let boss: Agent;
let anna: Agent;
let bruno: Agent;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('boss', 'supervisor');
  boss = await signIn(server.base, 'boss');
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  const skills = { teams: ['insale', 'aftersale'], skills: [], languages: ['zh'], capacity: 4, channelCapacity: {} };
  for (const agent of [anna, bruno]) await boss.put(`/api/staff/${agent.id}/skills`, skills);
}, 180_000);
afterAll(() => server?.close());
beforeEach(async () => {
  for (const agent of [anna, bruno]) await agent.put('/api/me/presence', { state: 'online' });
});

const setMode = (mode: 'pull' | 'offer') =>
  boss.put('/api/teams/aftersale', { label: '售后', mode, offerSeconds: 600, overflow: null, hours: null });

const read = async (id: string) => (await boss.get<Handoff>(`/api/handoffs/${id}`)).body;
const forMe = async (agent: Agent, more = '') =>
  (await agent.get<{ items: Handoff[] }>(`/api/handoffs?for=me${more}`)).body.items.map((h) => h.id);
const resolve = (agent: Agent, id: string) => agent.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' });

async function takenBy(agent: Agent) {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId);
  expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
  return { shopper, id: shopper.conversationId, handoffId: row!.id! };
}

describe('a transfer with its summary', () => {
  it('tells whoever accepts what is wanted, promised and open, and stays with their work', {
    timeout: 40_000,
  }, async () => {
    const { shopper, id, handoffId } = await takenBy(anna);
    await shopper.say('鞋子收到了有点挤脚，想换大一码');
    await anna.reply(id, '您好，我帮您申请换货，两小时内给您回复。');
    await anna.reply(id, '主管说可以免运费', 'note');
    await shopper.say('那运费谁出？');
    await shopper.say('谢谢');
    const asked = await anna.post(`/api/handoffs/${handoffId}/transfer`, {
      to: { agent: bruno.id },
      reason: '专业问题',
      note: '已核对订单',
    });
    expect(asked.status).toBe(200);
    const summary = {
      wants: expect.stringContaining('鞋子收到了有点挤脚，想换大一码；那运费谁出？'),
      promised: ['您好，我帮您申请换货，两小时内给您回复。'],
      said: '您好，我帮您申请换货，两小时内给您回复。',
      open: '那运费谁出？',
    };
    const note = { by: anna.id, reason: '专业问题', note: '已核对订单', summary };
    expect((await read(handoffId)).transfer).toMatchObject(note);
    expect((await bruno.post(`/api/handoffs/${handoffId}/claim`)).status).toBe(200);
    const after = await read(handoffId);
    expect(after.transfer).toBeNull();
    expect(after.takenFrom).toMatchObject(note);
    expect(JSON.stringify(await shopper.all())).not.toContain('专业问题');
    await resolve(bruno, handoffId);
  });
});

describe('what asks for my word', () => {
  it('is an offer to me, a transfer to me or to a team of mine, and nothing else', { timeout: 40_000 }, async () => {
    const first = await takenBy(anna);
    const second = await takenBy(anna);
    const other = await takenBy(anna);
    const ask = (handoffId: string, to: unknown) =>
      anna.post(`/api/handoffs/${handoffId}/transfer`, { to, reason: '交接' });
    expect((await ask(first.handoffId, { agent: bruno.id })).status).toBe(200);
    expect((await ask(second.handoffId, { team: 'aftersale' })).status).toBe(200);
    expect((await ask(other.handoffId, { team: 'complaint' })).status).toBe(200);
    expect(await forMe(bruno)).toEqual([first.handoffId, second.handoffId]);
    expect(await forMe(anna)).toEqual([]);
    expect(await forMe(boss)).toEqual([second.handoffId, other.handoffId]); // of no team, and so of all

    await anna.put('/api/me/presence', { state: 'busy' });
    await setMode('offer');
    const shopper = await enterShop(server.base);
    await shopper.say('转人工');
    const row = await bruno.waiting(shopper.conversationId);
    await expect.poll(() => forMe(bruno, '&state=waiting'), { timeout: 10_000 }).toEqual([row!.id]);
    expect(await forMe(bruno, '&state=with-agent')).toEqual([first.handoffId, second.handoffId]);
    expect(new Set(await forMe(bruno))).toEqual(new Set([row!.id, first.handoffId, second.handoffId]));
    expect((await bruno.get('/api/handoffs?for=you')).status).toBe(400);

    for (const id of [row!.id!, first.handoffId, second.handoffId]) {
      expect((await bruno.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
      await resolve(bruno, id);
    }
    expect(await forMe(bruno)).toEqual([]);
    await resolve(anna, other.handoffId);
    await setMode('pull');
  });
});

describe('coming back within a day', () => {
  it('is linked to the handoff before and offered to the same agent, though another has more room', {
    timeout: 40_000,
  }, async () => {
    const { shopper, id, handoffId } = await takenBy(anna);
    await anna.reply(id, '已经给您登记了');
    await resolve(anna, handoffId);
    // Anna has work and Bruno none: without the acquaintance he would be asked
    const load = await takenBy(anna);
    await setMode('offer');
    await shopper.say('转人工');
    const row = await boss.waiting(id);
    expect(row!.id).not.toBe(handoffId);
    await expect.poll(async () => (await read(row!.id!)).offeredTo?.id, { timeout: 10_000 }).toBe(anna.id);
    expect((await read(row!.id!)).previousId).toBe(handoffId);

    const stranger = await enterShop(server.base);
    await stranger.say('转人工');
    const fresh = await boss.waiting(stranger.conversationId);
    await expect.poll(async () => (await read(fresh!.id!)).offeredTo?.id, { timeout: 10_000 }).toBe(bruno.id);
    expect((await read(fresh!.id!)).previousId).toBeNull();
    await anna.post(`/api/handoffs/${row!.id}/claim`);
    await bruno.post(`/api/handoffs/${fresh!.id}/claim`);
    for (const one of [row!.id!, load.handoffId]) await resolve(anna, one);
    await resolve(bruno, fresh!.id!);
    await setMode('pull');
  });
});

describe('the handoff as Bot Framework events', () => {
  const eventsOf = async (handoffId: string) => {
    const { body } = await boss.get<{ items: Activity[] }>(`/api/handoffs/${handoffId}/events`);
    return body.items.map((event) => validateAndFixActivity(event));
  };

  it('begins with packet and transcript, then accepted, then completed', { timeout: 30_000 }, async () => {
    const shopper = await enterShop(server.base);
    await shopper.say('你们发什么快递');
    await shopper.hear(['bot']);
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    const [started, ...none] = await eventsOf(row!.id!);
    expect(none).toEqual([]);
    expect(started).toMatchObject({ type: 'event', name: HandoffEventNames.InitiateHandoff, channelId: 'web' });
    expect(started!.value).toMatchObject({ reason: 'asked_for_human', summary: expect.any(Array) });
    const { activities } = started!.attachments![0]!.content as Transcript;
    expect(activities.map((a) => [a.from!.role, a.conversation!.id])).toEqual(
      ['user', 'bot', 'user'].map((role) => [role, started!.conversation.id]),
    );
    expect(activities[0]!.text).toBe('你们发什么快递');

    await anna.post(`/api/handoffs/${row!.id}/claim`);
    await anna.reply(shopper.conversationId, '您好');
    await anna.reply(shopper.conversationId, '内部的话', 'note');
    await resolve(anna, row!.id!);
    const events = await eventsOf(row!.id!);
    expect(events.map((e) => [e.name, e.value?.state, e.value?.message])).toEqual([
      [HandoffEventNames.InitiateHandoff, undefined, undefined],
      [HandoffEventNames.HandoffStatus, 'accepted', 'anna'],
      [HandoffEventNames.HandoffStatus, 'completed', 'resolved'],
    ]);
    expect(new Set(events.map((e) => e.conversation.id)).size).toBe(1);
    const times = events.map((e) => e.timestamp!.getTime());
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(JSON.stringify(events)).not.toContain('内部的话');
    expect((await eventsOf(row!.id!)).map((e) => e.id)).toEqual(events.map((e) => e.id));
    expect((await boss.get('/api/handoffs/999999/events')).status).toBe(404);
  });

  it('every new route is in the published description', async () => {
    const api = (await (await fetch(`${server.base}/api/openapi.json`)).json()) as { paths: Record<string, object> };
    const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'get /api/conversations/{id}/suggestions',
        'post /api/conversations/{id}/suggestions/{n}/accept',
        'get /api/suggestions/labels',
        'get /api/conversations/{id}/presence',
        'post /api/conversations/{id}/presence',
        'put /api/staff/{id}/presence',
        'put /api/me/away-words',
        'get /api/handoffs/{id}/events',
        'post /api/shop/typing',
      ]),
    );
  });
});
