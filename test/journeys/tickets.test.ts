// Tickets (工单): opened from a conversation, passed on, closed with a word to the shopper, over HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ticket, TicketMove, TicketNote } from '../../src/contract/ticket.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Whole = Ticket & { notes: TicketNote[]; steps: TicketMove[] };

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let editor: Agent;
let stranger: Agent;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  await server.addStaff('editor', 'editor');
  const { rows } = await server.database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  await saveStaff(server.database.pool, rows[0]!.id, {
    login: 'stranger',
    name: '别家客服',
    role: 'agent',
    teams: [],
    password: PASSWORD,
  });
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  editor = await signIn(server.base, 'editor');
  stranger = await signIn(server.base, 'stranger');
}, 180_000);
afterAll(() => server?.close());

const HOUR = 3_600_000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

async function arrived() {
  const shopper = await enterShop(server.base, { name: '小林' });
  await shopper.say('七天无理由怎么退');
  await shopper.hear(['bot']);
  return shopper;
}

const opened = async (conversationId: string, more: Record<string, unknown> = {}) =>
  (await anna.post<Ticket>('/api/tickets', { kind: 'repair', title: '拉链坏了', conversationId, ...more })).body;

describe('a ticket', () => {
  it('is opened from a conversation, stands in the lists, and has its whole track', async () => {
    const { conversationId } = await arrived();
    const dueAt = inMs(HOUR);
    const made = await opened(conversationId, {
      detail: '袖口拉链拉不上',
      priority: 'high',
      orderId: 'MH2026112000017',
      team: 'aftersale',
      dueAt,
    });
    expect(made).toMatchObject({
      state: 'open',
      shopper: '小林',
      overdue: false,
      told: false,
      createdBy: { name: 'anna' },
    });
    const items = async (query: string) =>
      (await bruno.get<{ items: Ticket[] }>(`/api/tickets?${query}`)).body.items.map((ticket) => ticket.id);
    expect(await items(`conversationId=${conversationId}`)).toEqual([made.id]);
    expect(await items('kind=repair')).toContain(made.id);
    expect(await items(`q=${encodeURIComponent('拉链')}`)).toContain(made.id);
    expect(await items('mine=true')).not.toContain(made.id);
    expect(await items('overdue=true')).not.toContain(made.id);

    await bruno.put(`/api/tickets/${made.id}`, { assigneeId: bruno.id, state: 'doing' });
    await bruno.post(`/api/tickets/${made.id}/notes`, { text: '已联系仓库' });
    const { body } = await anna.get<Whole>(`/api/tickets/${made.id}`);
    expect(body).toMatchObject({ state: 'doing', assignee: { name: 'bruno' } });
    expect(body.notes.map((note) => [note.author, note.what])).toEqual([
      ['anna', 'created'],
      ['bruno', 'changed'],
      ['bruno', 'note'],
    ]);
    expect(body.notes[1]!.text).toBe('状态：处理中；负责人：bruno');
    expect(await items('mine=true')).toContain(made.id);
  });

  it('closes once, and its shopper hears once how it ended, while the bot keeps the conversation', async () => {
    const shopper = await arrived();
    const { id } = await opened(shopper.conversationId);
    await shopper.hear(['bot', 'system'], 500);
    const close = () => bruno.post<Whole>(`/api/tickets/${id}/close`, { outcome: '已寄出新的拉链头', tell: true });
    const done = await close();
    expect(done.body).toMatchObject({
      state: 'done',
      told: true,
      outcome: '已寄出新的拉链头',
      assignee: { name: 'bruno' },
    });
    expect((await close()).body.notes.length).toBe(done.body.notes.length);
    const told = (await shopper.all()).filter((message) => message.text.includes('已寄出新的拉链头'));
    expect(told.map((message) => [message.from, message.text])).toEqual([
      ['system', `您的工单 #${id}「拉链坏了」已处理完成：已寄出新的拉链头`],
    ]);
    expect((await shopper.state()).state).toBe('with-bot');

    const late = await bruno.put<{ code: string }>(`/api/tickets/${id}`, { priority: 'urgent' });
    expect([late.status, late.body.code]).toEqual([409, 'wrong_state']);
    const again = await bruno.put<Whole>(`/api/tickets/${id}`, { state: 'doing' });
    expect(again.body).toMatchObject({ state: 'doing', outcome: null, told: false, closedAt: null });
    expect(again.body.notes.at(-1)!.what).toBe('reopened');
  });

  it('can be closed in silence, and says so', async () => {
    const shopper = await arrived();
    const { id } = await opened(shopper.conversationId);
    const before = (await shopper.all()).length;
    expect((await anna.post<Whole>(`/api/tickets/${id}/close`, { outcome: '顾客不用了', tell: false })).body.told).toBe(
      false,
    );
    expect((await shopper.all()).length).toBe(before);
  });

  it('never tells the shopper what the rules forbid, and stays open then', async () => {
    const shopper = await arrived();
    const { id } = await opened(shopper.conversationId);
    const refused = await anna.post<{ detail: string }>(`/api/tickets/${id}/close`, {
      outcome: '加我微信给您转账',
      tell: true,
    });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('微信');
    expect((await anna.get<Whole>(`/api/tickets/${id}`)).body.state).toBe('open');
  });

  it('takes people, teams and conversations of its own shop only, and no time that is over', async () => {
    const { conversationId } = await arrived();
    const asked = (body: Record<string, unknown>) =>
      anna.post<{ code: string }>('/api/tickets', { kind: 'callback', title: '回电', ...body });
    expect((await asked({ conversationId, assigneeId: stranger.id })).body.code).toBe('invalid_request');
    expect((await asked({ conversationId, assigneeId: editor.id })).body.code).toBe('invalid_request');
    expect((await asked({ conversationId, team: 'nobody' })).body.code).toBe('invalid_request');
    expect((await asked({ conversationId: '999999' })).status).toBe(404);
    expect((await asked({ conversationId, dueAt: inMs(-HOUR) })).status).toBe(400);
    expect((await asked({ conversationId, dueAt: '2026-13-01T00:00:00Z' })).status).toBe(400);
    expect((await editor.post('/api/tickets', { kind: 'other', title: 'x' })).status).toBe(403);
  });

  it('is nobody else’s: another shop neither reads nor changes it', async () => {
    const { conversationId } = await arrived();
    const { id } = await opened(conversationId);
    expect((await stranger.get(`/api/tickets/${id}`)).status).toBe(404);
    expect((await stranger.put(`/api/tickets/${id}`, { priority: 'high' })).status).toBe(404);
    expect((await stranger.post(`/api/tickets/${id}/notes`, { text: 'x' })).status).toBe(404);
    expect((await stranger.post(`/api/tickets/${id}/close`, { outcome: 'x', tell: true })).status).toBe(404);
    expect((await stranger.post('/api/tickets', { kind: 'other', title: 'x', conversationId })).status).toBe(404);
    expect((await stranger.get<{ items: unknown[] }>('/api/tickets')).body.items).toEqual([]);
  });

  it('lists page by page, the next due first', async () => {
    const { conversationId } = await arrived();
    const ids: string[] = [];
    for (const hours of [3, 1, 2])
      ids.push((await opened(conversationId, { title: `第${hours}`, dueAt: inMs(hours * HOUR) })).id);
    const page = async (cursor = '') =>
      (
        await anna.get<{ items: Ticket[]; next: string | null }>(
          `/api/tickets?conversationId=${conversationId}&limit=2${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
    const first = await page();
    expect(first.items.map((ticket) => ticket.title)).toEqual(['第1', '第2']);
    const second = await page(first.next!);
    expect(second).toMatchObject({ items: [{ title: '第3' }], next: null });
  });
});

describe('the ladder of a complaint', () => {
  it('is climbed by people, each step with its due time and its line in the track', async () => {
    const { conversationId } = await arrived();
    const { id } = await opened(conversationId, { kind: 'complaint', title: '质量投诉' });
    const move = (step: string, hours: number, reason: string, by = anna) =>
      by.post<Whole & { code: string }>(`/api/tickets/${id}/steps`, { step, dueAt: inMs(hours * HOUR), reason });
    expect((await anna.get<Whole>(`/api/tickets/${id}`)).body.steps).toEqual([]);
    const brand = await move('brand', 24, '检测报告要品牌方出');
    expect(brand.body).toMatchObject({
      state: 'doing',
      steps: [{ step: 'brand', by: 'anna', reason: '检测报告要品牌方出' }],
    });
    expect(Date.parse(brand.body.dueAt!)).toBe(Date.parse(brand.body.steps[0]!.dueAt));
    const platform = await move('platform', 48, '顾客申请平台介入', bruno);
    expect(platform.body.steps.map(({ step, by }) => [step, by])).toEqual([
      ['brand', 'anna'],
      ['platform', 'bruno'],
    ]);
    expect(
      platform.body.notes.filter(({ what }) => what === 'escalated').map(({ author, text }) => [author, text]),
    ).toEqual([
      ['anna', expect.stringMatching(/^店铺 → 品牌方，.+ 前要答复：检测报告要品牌方出$/)],
      ['bruno', expect.stringMatching(/^品牌方 → 平台介入，.+ 前要答复：顾客申请平台介入$/)],
    ]);
    expect((await move('platform', 1, '再来一次')).body.code).toBe('wrong_state');
    expect((await move('brand', -1, '过去的时间')).status).toBe(400);
    expect((await move('brand', 1, '别家店', stranger)).status).toBe(404);
    expect((await move('brand', 1, '编辑', editor)).status).toBe(403);
    await anna.post(`/api/tickets/${id}/close`, { outcome: '已退款', tell: false });
    expect((await move('shop', 1, '已经结束')).body.code).toBe('wrong_state');
  });

  it('is a complaint’s alone', async () => {
    const { conversationId } = await arrived();
    const { id } = await opened(conversationId);
    const moved = await anna.post<{ code: string }>(`/api/tickets/${id}/steps`, {
      step: 'brand',
      dueAt: inMs(HOUR),
      reason: 'x',
    });
    expect(moved.body.code).toBe('wrong_state');
  });
});
