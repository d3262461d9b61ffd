// What shoppers ask of the shop besides talking, over HTTP: to be called back, to be made an offer; and products as agents look them up.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Commitment } from '../../src/contract/commitment.ts';
import type { ProductFacts } from '../../src/contract/shopper.ts';
import type { BookedCall, CallWindow, Ticket, TicketNote } from '../../src/contract/ticket.ts';
import { inShop } from '../../src/db/transaction.ts';
import { DEFAULT_TEAMS, saveTeam } from '../../src/handoff/teams.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Shopper = Awaited<ReturnType<typeof enterShop>>;
type Whole = Ticket & { notes: TicketNote[] };
interface Calls {
  windows: CallWindow[];
  booked: BookedCall | null;
}

const PHONE = '13812345678';
const MASKED = '138****5678';

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let stranger: Agent;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  const { rows } = await server.database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  const other = { login: 'stranger', name: '别家客服', role: 'agent' as const, teams: [], password: PASSWORD };
  await saveStaff(server.database.pool, rows[0]!.id, other);
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  stranger = await signIn(server.base, 'stranger');
}, 180_000);
afterAll(() => server?.close());

async function ask<T>(shopper: Shopper, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const response = await fetch(server.base + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${shopper.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

async function waits(name: string, words = '转人工') {
  const shopper = await enterShop(server.base, { name });
  await shopper.say(words);
  const heard = await shopper.hear();
  return { shopper, heard };
}

const calls = async ({ conversationId }: Shopper, by = anna): Promise<Whole[]> => {
  const { body } = await by.get<{ items: Ticket[] }>(`/api/tickets?kind=callback&conversationId=${conversationId}`);
  return Promise.all(body.items.map(async ({ id }) => (await by.get<Whole>(`/api/tickets/${id}`)).body));
};
const promises = async ({ conversationId }: Shopper): Promise<Commitment[]> =>
  (await anna.get<{ items: Commitment[] }>(`/api/commitments?conversationId=${conversationId}`)).body.items;

describe('a call back by the form', () => {
  it('is a ticket with a reminder, and the shopper is told', { timeout: 40_000 }, async () => {
    const { shopper } = await waits('阿电');
    const { body } = await ask<Calls>(shopper, '/api/shop/callback');
    expect(body.booked).toBeNull();
    const window = body.windows[1]!;
    const booked = await ask<BookedCall>(shopper, '/api/shop/callback', { phone: '138 1234 5678', from: window.from });
    expect(booked).toMatchObject({ status: 200, body: { ...window, phone: MASKED } });
    const notice = (await shopper.hear(['system'])).at(-1)!;
    expect(notice.text).toContain('已为您预约电话回访');
    expect(notice.text).not.toContain(PHONE);

    const [ticket, ...more] = await calls(shopper);
    expect(more).toEqual([]);
    expect(ticket).toMatchObject({ kind: 'callback', state: 'open', createdBy: null, phone: MASKED, shopper: '阿电' });
    expect(Date.parse(ticket!.dueAt!)).toBe(Date.parse(window.until));
    expect(ticket!.notes).toMatchObject([{ author: null, what: 'created' }]);
    const [promise] = await promises(shopper);
    expect(promise).toMatchObject({ state: 'open', saidBy: 'bot', holder: null, task: ticket!.title });
    expect(Date.parse(promise!.dueAt!)).toBe(Date.parse(window.until));

    // asked again: the same ticket at another time
    const other = body.windows[2]!;
    await ask(shopper, '/api/shop/callback', { phone: '13900001111', from: other.from });
    const [changed, ...none] = await calls(shopper);
    expect(none).toEqual([]);
    expect(changed).toMatchObject({ id: ticket!.id, phone: '139****1111' });
    expect(Date.parse((await promises(shopper))[0]!.dueAt!)).toBe(Date.parse(other.until));
    expect((await ask<Calls>(shopper, '/api/shop/callback')).body.booked).toMatchObject({ phone: '139****1111' });
  });

  it('shows the number to whoever has the ticket, and to nobody else', { timeout: 40_000 }, async () => {
    const { shopper } = await waits('阿密');
    const { body } = await ask<Calls>(shopper, '/api/shop/callback');
    await ask(shopper, '/api/shop/callback', { phone: PHONE, from: body.windows[0]!.from });
    const [{ id }] = (await calls(shopper)) as [Whole];
    expect((await anna.put<Whole>(`/api/tickets/${id}`, { assigneeId: anna.id })).body.phone).toBe(PHONE);
    expect((await anna.get<Whole>(`/api/tickets/${id}`)).body.phone).toBe(PHONE);
    expect((await bruno.get<Whole>(`/api/tickets/${id}`)).body.phone).toBe(MASKED);
    const listed = await anna.get<{ items: Ticket[] }>(`/api/tickets?conversationId=${shopper.conversationId}`);
    expect(listed.body.items[0]!.phone).toBe(MASKED);
    expect((await stranger.get(`/api/tickets/${id}`)).status).toBe(404);
    expect(JSON.stringify((await anna.get<Whole>(`/api/tickets/${id}`)).body.notes)).not.toContain(PHONE);

    // the reminder goes where the ticket goes, and ends with it
    expect((await promises(shopper))[0]).toMatchObject({ holder: { name: 'anna' }, state: 'open' });
    await anna.post(`/api/tickets/${id}/close`, { outcome: '已回电说明', tell: false });
    const settled = await anna.get<{ items: Commitment[] }>(
      `/api/commitments?conversationId=${shopper.conversationId}&state=kept`,
    );
    expect(settled.body.items).toMatchObject([{ state: 'kept', holder: { name: 'anna' } }]);
  });

  it('takes a number that can be called and a time that is offered', { timeout: 40_000 }, async () => {
    const { shopper } = await waits('阿错');
    const { body } = await ask<Calls>(shopper, '/api/shop/callback');
    const { from } = body.windows[0]!;
    expect((await ask(shopper, '/api/shop/callback', { phone: '12345', from })).status).toBe(400);
    expect((await ask(shopper, '/api/shop/callback', { phone: PHONE, from: '2020-01-01T00:00:00.000Z' })).status).toBe(
      400,
    );
    expect(await calls(shopper)).toEqual([]);
    const nobody = { ...shopper, token: 'x' };
    expect((await ask(nobody, '/api/shop/callback', { phone: PHONE, from })).status).toBe(401);
  });
});

describe('a call back by words', () => {
  it('is offered with the notice, chosen by number, and agreed on with the telephone', {
    timeout: 60_000,
  }, async () => {
    const { shopper, heard } = await waits('阿话', '能不能给我回个电话');
    const offer = heard.find((message) => message.form === 'callback')!;
    expect(offer.text).toContain('回电');
    const second = offer.choices![1]!;
    expect(second.value).toMatch(/^call:/);
    await shopper.say('2');
    expect((await shopper.hear())[0]!.text).toBe(`好的，${second.label}给您回电。请直接回复手机号。`);
    await shopper.say(`我的手机 ${PHONE}`);
    expect((await shopper.hear())[0]!.text).toContain(`已为您预约电话回访：${second.label}`);
    const [ticket] = await calls(shopper);
    expect(ticket).toMatchObject({ phone: MASKED, facts: { from: second.value.slice(5) } });
    expect((await shopper.state()).state).toBe('waiting');
  });

  it('may be asked for while one waits, and needs no choice of a time', { timeout: 60_000 }, async () => {
    const { shopper, heard } = await waits('阿等');
    expect(heard.flatMap((message) => message.choices ?? []).map(({ value }) => value)).toContain('callback');
    await shopper.tap({ value: 'callback', label: '电话回访' });
    expect((await shopper.hear())[0]).toMatchObject({ form: 'callback' });
    await shopper.say('订单号 12345678901');
    await shopper.say(PHONE);
    expect((await shopper.hear())[0]!.text).toContain('已为您预约电话回访');
    expect(await calls(shopper)).toHaveLength(1);
  });

  it('outside of hours is for the next ones', { timeout: 60_000 }, async () => {
    const { database, shopId } = server;
    const shift: [string, string][] = [['03:00', '03:40']];
    const days = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, shift]));
    const open = (hours: { days: typeof days; closed: string[]; special: Record<string, never> } | null) =>
      inShop(database.pool, shopId, async (tx) => {
        for (const team of DEFAULT_TEAMS) await saveTeam(tx, shopId, { ...team, hours });
      });
    for (const agent of [anna, bruno]) await agent.put('/api/me/presence', { state: 'offline' });
    await open({ days, closed: [], special: {} });
    try {
      const { shopper } = await waits('夜电', '转人工');
      const { windows } = (await ask<Calls>(shopper, '/api/shop/callback')).body;
      expect(windows.length).toBeGreaterThan(0);
      for (const { from, until } of windows) {
        expect(new Date(from).toISOString().slice(11, 16)).toBe('19:00');
        expect(Date.parse(until) - Date.parse(from)).toBe(40 * 60_000);
      }
      await shopper.say('打电话给我');
      expect((await shopper.hear())[0]!.choices!.map(({ value }) => value)).toEqual(
        windows.map(({ from }) => `call:${from}`),
      );
    } finally {
      await open(null);
      for (const agent of [anna, bruno]) await agent.put('/api/me/presence', { state: 'online' });
    }
  });
});

describe('an offer for a business', () => {
  const WORDS = '单位要订工服 卫衣五十件 给个报价单';
  const quotes = async ({ conversationId }: Shopper) => {
    const { body } = await anna.get<{ items: Ticket[] }>(`/api/tickets?kind=quote&conversationId=${conversationId}`);
    return body.items;
  };

  it('is asked for with a form, and its facts are in the packet and in a ticket', { timeout: 60_000 }, async () => {
    const { shopper, heard } = await waits('采购员', WORDS);
    expect(heard.find((message) => message.form === 'quote')!.text).toContain('商品、数量、公司名称、联系方式');
    const wish = { product: '云朵连帽卫衣', quantity: '50 件', company: '启明学校', contact: PHONE };
    expect((await ask(shopper, '/api/shop/quote', wish)).status).toBe(200);
    expect((await shopper.hear(['system'])).at(-1)!.text).toContain('报价需求已收到');
    const [quote] = await quotes(shopper);
    expect(quote).toMatchObject({
      createdBy: null,
      phone: MASKED,
      team: 'presale',
      title: '企业报价 云朵连帽卫衣 50 件',
      facts: { product: '云朵连帽卫衣', quantity: '50 件', company: '启明学校' },
    });
    const row = (await anna.waiting(shopper.conversationId))!;
    const { body } = await anna.get<{ packet: { slots: Record<string, string[]> } }>(`/api/handoffs/${row.id}`);
    expect(body.packet.slots).toMatchObject({ product: ['云朵连帽卫衣'], quantity: ['50 件'], company: ['启明学校'] });
    expect(JSON.stringify(body.packet)).not.toContain(PHONE);
    // changed, not doubled
    await ask(shopper, '/api/shop/quote', { ...wish, quantity: '80 件' });
    expect((await quotes(shopper)).map(({ id, facts }) => [id, facts.quantity])).toEqual([[quote!.id, '80 件']]);
  });

  it('is made from plain words where nobody fills in a form', { timeout: 60_000 }, async () => {
    const { shopper } = await waits('采购二', WORDS);
    await shopper.say(`云朵卫衣 60 件，城南中学，电话 ${PHONE}`);
    expect((await shopper.hear())[0]!.text).toContain('报价需求已收到');
    const [quote] = await quotes(shopper);
    expect(quote).toMatchObject({ phone: MASKED, facts: { words: '云朵卫衣 60 件，城南中学，电话 〔手机号〕' } });
  });

  it('belongs to a case: nobody else is made a ticket', { timeout: 40_000 }, async () => {
    const shopper = await enterShop(server.base, { name: '路人' });
    const wish = { product: 'x', quantity: '1', contact: PHONE };
    expect((await ask(shopper, '/api/shop/quote', wish)).status).toBe(409);
    expect(await quotes(shopper)).toEqual([]);
  });
});

describe('a product looked up beside the talk', () => {
  it('is found by word or number with what one asks of it, and sent as a card once', { timeout: 60_000 }, async () => {
    const find = async (q: string, by = anna) =>
      (await by.get<{ items: ProductFacts[] }>(`/api/products?q=${encodeURIComponent(q)}`)).body.items;
    const [hoodie] = await find('p1001');
    expect(hoodie).toMatchObject({ id: 'P1001', title: '云朵连帽卫衣', price: 159, sizes: ['S', 'M', 'L', 'XL'] });
    expect(hoodie!.stock).toBeGreaterThan(0);
    expect((await find('雾蓝')).map(({ id }) => id)).toContain('P1001');
    expect(await find('100%_没有')).toEqual([]);
    expect(await find('卫衣', stranger)).toEqual([]);

    const { shopper } = await waits('看货');
    const row = (await anna.waiting(shopper.conversationId))!;
    const path = `/api/conversations/${shopper.conversationId}/products`;
    const body = { productId: 'P1001', clientMessageId: 'card-once' };
    expect((await anna.post(path, body)).status).toBe(409);
    await anna.post(`/api/handoffs/${row.id}/claim`);
    const sent = await anna.post<{ seq: number }>(path, body);
    expect((await anna.post<{ seq: number }>(path, body)).body.seq).toBe(sent.body.seq);
    const heard = await shopper.hear(['agent']);
    expect(heard).toMatchObject([{ text: '', card: { kind: 'product', id: 'P1001', price: 159 } }]);
    expect((await anna.post(path, { productId: 'P9', clientMessageId: 'none' })).status).toBe(404);
    expect((await stranger.post(path, { ...body, clientMessageId: 's' })).status).toBe(404);
    await anna.post(`/api/handoffs/${row.id}/resolve`, { disposition: 'resolved' });
  });
});

describe('campaigns at the desk', () => {
  it('are the shop’s own entries with what shoppers are told; another shop has none of them', async () => {
    type Row = { id: string; title: string; text: string; until: string | null };
    const { items } = (await anna.get<{ items: Row[] }>('/api/campaigns')).body;
    expect(items.map(({ id }) => id)).toContain('gift-with-purchase-page');
    expect(items.every(({ title, text }) => title !== '' && text !== '')).toBe(true);
    expect((await stranger.get<{ items: Row[] }>('/api/campaigns')).body.items).toEqual([]);
  });
});
