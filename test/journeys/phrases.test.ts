// Canned responses, drafts, the look at words before they are sent, notes, the shopper's card and orders: what agents write with, over HTTP.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Phrase } from '../../src/contract/phrase.ts';
import type { OrderDetail, ShopperCard } from '../../src/contract/shopper.ts';
import { inShop } from '../../src/db/transaction.ts';
import { SAMPLE_PHRASES } from '../../src/phrases/sample.ts';
import { checkOutgoing } from '../../src/policy/check.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let boss: Agent;
let stranger: Agent;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  await server.addStaff('boss', 'supervisor');
  const { rows } = await server.database
    .ownerPool()
    .query<{ id: string }>(`select ensure_shop('other', '别家店', false)::text as id`);
  await saveStaff(server.database.pool, rows[0]!.id, {
    login: 'stranger',
    name: '别家主管',
    role: 'supervisor',
    teams: [],
    password: PASSWORD,
  });
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  boss = await signIn(server.base, 'boss');
  stranger = await signIn(server.base, 'stranger');
}, 180_000);
afterAll(() => server?.close());

const list = async (who: Agent, q = ''): Promise<Phrase[]> =>
  (await who.get<{ items: Phrase[] }>(`/api/phrases?q=${encodeURIComponent(q)}`)).body.items;
const titles = async (who: Agent, q: string) => (await list(who, q)).map((phrase) => phrase.title);

/** A shopper whom anna is serving. */
async function served(as: { name?: string; orderId?: string } = {}) {
  const shopper = await enterShop(server.base, as);
  await shopper.say('转人工');
  const { id } = (await anna.waiting(shopper.conversationId))!;
  expect((await anna.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
  return { shopper, conversationId: shopper.conversationId };
}

describe('canned responses', () => {
  it('come with the sample shop, and each of them may be sent', async () => {
    expect(SAMPLE_PHRASES.length).toBeGreaterThanOrEqual(30);
    for (const { title, text } of SAMPLE_PHRASES)
      expect(checkOutgoing(text, { channel: 'web', author: 'agent', allowedHosts: [] }), title).toEqual({ ok: true });
    expect(await titles(anna, '')).toEqual(expect.arrayContaining(SAMPLE_PHRASES.map((phrase) => phrase.title)));
  });

  it('are found by words, by pinyin and by its initials', async () => {
    expect(await titles(anna, 'fhsj')).toContain('发货时间');
    expect(await titles(anna, 'qitian')).toContain('七天无理由');
    expect(await titles(anna, '运费')).toContain('运费说明');
    expect(await titles(anna, '100%_')).toEqual([]);
  });

  it('one’s own are one’s own; the shop’s are the supervisor’s to change', async () => {
    const words = { group: '我的', title: '绿色女装', text: '您好{顾客昵称}，绿色这款还有货。' };
    const own = await anna.post<Phrase>('/api/phrases', { ...words, shared: false });
    expect(own.body).toMatchObject({ ...words, shared: false, initials: 'lsnz', pinyin: 'lvsenvzhuang', uses: 0 });
    expect(await titles(bruno, '绿色女装')).toEqual([]);
    const { id } = own.body;
    expect((await bruno.put(`/api/phrases/${id}`, words)).status).toBe(404);
    expect((await boss.delete(`/api/phrases/${id}`)).status).toBe(404);
    expect((await anna.post('/api/phrases', { ...words, shared: true })).status).toBe(403);

    const shared = await boss.post<Phrase>('/api/phrases', { ...words, title: '全店的', shared: true });
    expect(await titles(bruno, '全店的')).toEqual(['全店的']);
    expect((await bruno.put(`/api/phrases/${shared.body.id}`, words)).status).toBe(403);
    expect((await bruno.post(`/api/phrases/${shared.body.id}/used`)).status).toBe(200);
    expect((await list(anna, '全店的'))[0]).toMatchObject({ uses: 1 });
    expect((await boss.put(`/api/phrases/${shared.body.id}`, { ...words, title: '改过的' })).status).toBe(200);
    expect((await boss.delete(`/api/phrases/${shared.body.id}`)).status).toBe(200);
    expect(await titles(anna, '改过的')).toEqual([]);
    expect((await anna.post(`/api/phrases/${shared.body.id}/used`)).status).toBe(404);
  });

  it('what could never be sent is not kept, and the rule says why', async () => {
    const forbidden = { group: '价格', title: '不行', text: '全网最低价，加我微信', shared: false };
    const refused = await anna.post<{ detail: string; findings: { source: string }[] }>('/api/phrases', forbidden);
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('广告法');
    expect(refused.body.findings.length).toBeGreaterThanOrEqual(2);
    const unknown = await anna.post<{ detail: string }>('/api/phrases', { ...forbidden, text: '您的{订单编号}' });
    expect(unknown.status).toBe(400);
    expect(unknown.body.detail).toContain('{订单编号}');
  });

  it('another shop sees none of them and finds none of them', async () => {
    expect(await list(stranger)).toEqual([]);
    const [first] = await list(anna);
    expect((await stranger.put(`/api/phrases/${first!.id}`, { group: 'x', title: 'x', text: 'x' })).status).toBe(404);
    expect((await stranger.delete(`/api/phrases/${first!.id}`)).status).toBe(404);
    expect((await stranger.post(`/api/phrases/${first!.id}/used`)).status).toBe(404);
  });
});

describe('writing', () => {
  it('a draft follows its writer and nobody else', async () => {
    const { conversationId } = await served();
    const path = `/api/conversations/${conversationId}/draft`;
    expect((await anna.put(path, { kind: 'reply', text: '写到一半' })).status).toBe(200);
    expect((await anna.put(path, { kind: 'note', text: '写到一半的备注' })).status).toBe(200);
    const drafts = async (who: Agent) => (await who.get<{ items: unknown[] }>('/api/drafts')).body.items;
    expect(await drafts(anna)).toEqual([
      expect.objectContaining({ conversationId, kind: 'note', text: '写到一半的备注' }),
    ]);
    expect(await drafts(bruno)).toEqual([]);
    expect((await stranger.put(path, { kind: 'reply', text: 'x' })).status).toBe(404);
    expect((await anna.put(path, { kind: 'reply', text: '' })).status).toBe(200);
    expect(await drafts(anna)).toEqual([]);
  });

  it('the rules say before sending what they say when it is sent, and what will be noted as a promise', async () => {
    const { conversationId } = await served();
    type Checked = { findings: { rule: string; source: string }[]; promises: { kind: string; dueAt: string | null }[] };
    const check = async (text: string) =>
      (await anna.post<Checked>('/api/policy/check', { text, conversationId })).body;
    const bad = '这款全网最低价，您加我微信';
    const { findings } = await check(bad);
    const refused = await anna.reply(conversationId, bad);
    expect(refused.status).toBe(400);
    expect((refused.body as unknown as Checked).findings).toEqual(findings);
    expect(findings.every((finding) => finding.source !== '')).toBe(true);

    const fine = await check('好的，我明天下午三点前给您发出');
    expect(fine.findings).toEqual([]);
    expect(fine.promises).toEqual([expect.objectContaining({ kind: 'shipment', dueAt: expect.any(String) })]);
    expect((await stranger.post('/api/policy/check', { text: 'x', conversationId })).status).toBe(404);
  });

  it('a note can be pinned; a message of the shopper cannot', async () => {
    const { conversationId } = await served();
    const first = (await anna.reply(conversationId, '先来的备注', 'note')).body.seq;
    await anna.reply(conversationId, '后来的备注', 'note', randomUUID());
    const notes = async () =>
      (await bruno.get<{ items: { text: string; pinned: boolean }[] }>(`/api/conversations/${conversationId}/notes`))
        .body.items;
    expect((await notes()).map((note) => note.text)).toEqual(['后来的备注', '先来的备注']);
    const pin = `/api/conversations/${conversationId}/notes/${first}/pin`;
    expect((await bruno.put(pin, undefined)).status).toBe(200);
    expect((await bruno.put(pin, undefined)).status).toBe(200);
    expect((await notes())[0]).toMatchObject({ text: '先来的备注', pinned: true });
    expect((await anna.put(`/api/conversations/${conversationId}/notes/1/pin`, undefined)).status).toBe(404);
    expect((await stranger.put(pin, undefined)).status).toBe(404);
    expect((await bruno.delete(pin)).status).toBe(200);
    expect((await notes()).map((note) => note.pinned)).toEqual([false, false]);
    expect((await stranger.get(`/api/conversations/${conversationId}/notes`)).status).toBe(404);
  });
});

describe('who the shopper is', () => {
  it('the card counts what the shop system knows; the remark stays', async () => {
    const { conversationId } = await served({ name: '小周' });
    const card = async () => (await anna.get<ShopperCard>(`/api/conversations/${conversationId}/shopper`)).body;
    const { id, orders90, vip, remark, visits } = await card();
    expect({ vip, remark, visits }).toEqual({ vip: false, remark: null, visits: [] });
    expect(orders90).toBeGreaterThanOrEqual(3);
    expect((await anna.put(`/api/shoppers/${id}/remark`, { remark: ' 只收顺丰 ' })).body).toEqual({
      remark: '只收顺丰',
    });
    expect((await card()).remark).toBe('只收顺丰');
    expect((await stranger.put(`/api/shoppers/${id}/remark`, { remark: 'x' })).status).toBe(404);
    expect((await stranger.get(`/api/conversations/${conversationId}/shopper`)).status).toBe(404);
  });

  it('orders come with the whole way of the parcel, and are found by number and by telephone', async () => {
    const { conversationId } = await served({ name: '阿伟' });
    const { items } = (await anna.get<{ items: OrderDetail[] }>(`/api/conversations/${conversationId}/orders`)).body;
    expect(items[0]!.logistics?.stillForHours).toBeGreaterThanOrEqual(72);
    expect(items[0]!.trace.length).toBeGreaterThan(0);
    const find = async (q: string) => (await anna.get<{ items: OrderDetail[] }>(`/api/orders?q=${q}`)).body.items;
    expect((await find(items[0]!.id)).map((order) => [order.id, order.customer])).toEqual([[items[0]!.id, '阿伟']]);
    expect((await find(items[0]!.id.slice(-8))).map((order) => order.id)).toEqual([items[0]!.id]);
    expect((await find('5896')).map((order) => order.id)).toContain(items[0]!.id);
    expect(await find('0000')).toEqual([]);
    expect((await stranger.get<{ items: unknown[] }>(`/api/orders?q=${items[0]!.id}`)).body.items).toEqual([]);
    expect((await stranger.get(`/api/conversations/${conversationId}/orders`)).status).toBe(404);
  });

  it('names what was before with the same customer, on another visit too', async () => {
    const before = await served({ name: '小林' });
    const open = (await anna.get<{ handoff: { id: string } }>(`/api/conversations/${before.conversationId}`)).body;
    await anna.post(`/api/handoffs/${open.handoff.id}/resolve`, { disposition: 'resolved', category: '物流与配送' });
    const again = await served({ name: '小林' });
    const { visits } = (await anna.get<ShopperCard>(`/api/conversations/${again.conversationId}/shopper`)).body;
    expect(visits[0]).toMatchObject({
      conversationId: before.conversationId,
      agent: 'anna',
      disposition: 'resolved',
      category: '物流与配送',
    });
  });

  it('a phrase that was deleted stays away after the next start', async () => {
    const [first] = await list(boss, 'kcwh');
    await boss.delete(`/api/phrases/${first!.id}`);
    const { seedSamplePhrases } = await import('../../src/phrases/store.ts');
    await seedSamplePhrases(server.database.pool, server.shopId);
    expect(await titles(boss, 'kcwh')).toEqual([]);
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query('update phrases set deleted_at = null where id = $1', [first!.id]),
    );
  });
});
