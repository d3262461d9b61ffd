// The lists of the desk as an agent gets them: order, paging, search, what is unread, and what somebody should look at.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RootCauseHint } from '../../src/contract/root-cause.ts';
import type { DeskRow, DeskSummary } from '../../src/contract/routes/desk.ts';
import { inShop } from '../../src/db/transaction.ts';
import { likeliestCause } from '../../src/desk/root-cause.ts';
import { enterShop, signIn } from './people.ts';
import { PASSWORD, type RunningServer, startServer } from './server.ts';

interface Page {
  items: DeskRow[];
  next: string | null;
}

let server: RunningServer;
let agent: Awaited<ReturnType<typeof signIn>>;
let colleague: Awaited<ReturnType<typeof signIn>>;

const sql = (text: string, values: unknown[] = []) =>
  inShop(server.database.pool, server.shopId, (tx) => tx.query(text, values));
const list = async (query: string, by = agent) => (await by.get<Page>(`/api/desk/list?${query}`)).body;
const summary = async (by = agent) => (await by.get<DeskSummary>('/api/desk/summary')).body;

async function wait(name: string, text = '转人工') {
  const shopper = await enterShop(server.base, { name });
  await shopper.say(text);
  const row = await agent.waiting(shopper.conversationId);
  return { shopper, handoffId: row!.id!, conversationId: shopper.conversationId };
}

beforeAll(async () => {
  server = await startServer();
  await Promise.all([server.addStaff('lists-a'), server.addStaff('lists-b')]);
  agent = await signIn(server.base, 'lists-a');
  colleague = await signIn(server.base, 'lists-b');
});
afterAll(() => server.close());

describe('the desk', () => {
  it('lists who waits by deadline, page by page, each once, and finds them by name and by words', async () => {
    const names = ['列表甲', '列表乙', '列表丙', '列表丁', '列表戊'];
    for (const name of names) await wait(name, `转人工 ${name}的事`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list(`tab=waiting&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((row) => row.shopper.name!));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen.filter((name) => names.includes(name))).toEqual(names);
    expect((await list(`tab=all&q=${encodeURIComponent('列表丙')}`)).items.map((r) => r.shopper.name)).toEqual([
      '列表丙',
    ]);
    expect((await list(`tab=all&q=${encodeURIComponent('列表丁的事')}`)).items.map((r) => r.state)).toEqual([
      'waiting',
    ]);
    expect((await list('tab=all&q=%25')).items).toEqual([]);
    expect((await summary()).counts.waiting).toBeGreaterThanOrEqual(names.length);
  });

  it('says what I have not read, and since when an answer is missing', async () => {
    const { shopper, handoffId, conversationId } = await wait('未读的人');
    await agent.post(`/api/handoffs/${handoffId}/claim`);
    const mine = async () => (await list('tab=mine')).items.find((r) => r.conversationId === conversationId)!;
    expect(await mine()).toMatchObject({ unread: 1, awaitingReply: true, state: 'with-agent' });
    await agent.put(`/api/conversations/${conversationId}/read`, { seq: 1_000 });
    expect((await mine()).unread).toBe(0);
    await agent.reply(conversationId, '您好，请讲');
    expect(await mine()).toMatchObject({ awaitingReply: false, awaitingSince: null, dueAt: null });
    await shopper.say('我的第二句');
    await expect.poll(async () => (await mine()).unread).toBe(1);
    const row = await mine();
    expect(Date.parse(row.dueAt!) - Date.parse(row.awaitingSince!)).toBe(180_000);
    expect((await list('tab=colleagues', colleague)).items.map((r) => r.conversationId)).toContain(conversationId);
    const { unanswered, me } = await summary();
    expect(unanswered.map((u) => u.conversationId)).toContain(conversationId);
    expect(me.load).toBeGreaterThan(0);
  });

  it('asks for my word: a transfer to me, with names', async () => {
    const { handoffId, conversationId } = await wait('转接的人');
    await agent.post(`/api/handoffs/${handoffId}/claim`);
    await agent.post(`/api/handoffs/${handoffId}/transfer`, {
      to: { agent: colleague.id },
      reason: '专业问题',
      note: '看订单',
    });
    const { asked } = await summary(colleague);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      conversationId,
      transfer: { kind: 'agent', byName: 'lists-a', toName: 'lists-b', reason: '专业问题', note: '看订单' },
    });
    expect((await summary()).asked).toEqual([]);
    await colleague.post(`/api/handoffs/${handoffId}/claim`);
    expect((await summary(colleague)).asked).toEqual([]);
  });

  it('tells whoever is named in a note, until they have read it', async () => {
    const { conversationId } = await wait('被提到的人');
    await agent.reply(conversationId, '@lists-b 请帮忙看一下库存', 'note');
    const { mentions } = await summary(colleague);
    expect(mentions).toMatchObject([{ conversationId, by: 'lists-a', shopper: '被提到的人' }]);
    expect((await summary()).mentions).toEqual([]);
    await colleague.put(`/api/conversations/${conversationId}/read`, { seq: mentions[0]!.seq });
    expect((await summary(colleague)).mentions).toEqual([]);
  });

  it('shows which conversations of the bot want a look, and why', async () => {
    const shopper = await enterShop(server.base, { name: '机器人没答好的人' });
    await shopper.say('七天无理由怎么退');
    await shopper.hear(['bot']);
    const of = async (tab: string) =>
      (await list(`tab=${tab}`)).items.find((r) => r.conversationId === shopper.conversationId);
    expect(await of('bot')).toMatchObject({ state: 'with-bot', trouble: [] });
    expect(await of('trouble')).toBeUndefined();
    const memory = { misses: 2, moods: [{ name: 'angry', strength: 0.9 }] };
    await sql('update conversations set memory = memory || $2::jsonb where id = $1', [
      shopper.conversationId,
      JSON.stringify(memory),
    ]);
    expect(await of('trouble')).toMatchObject({ trouble: ['misses', 'anger'], emotion: 'angry' });
    await expect.poll(async () => (await summary()).counts.trouble).toBe(1);
  });

  it('knows how the shopper feels while a person has them: two messages long, so that a bare number is not calm', async () => {
    const { shopper, handoffId, conversationId } = await wait('越说越气的人');
    await agent.post(`/api/handoffs/${handoffId}/claim`);
    const feels = async () => ({
      row: (await list('tab=mine')).items.find((r) => r.conversationId === conversationId)?.emotion,
      head: (await agent.get<{ emotion: string | null }>(`/api/conversations/${conversationId}`)).body.emotion,
    });
    const both = (emotion: string | null) => ({ row: emotion, head: emotion });
    expect(await feels()).toEqual(both(null));
    await shopper.say('你们太过分了！气死我了！！');
    await expect.poll(feels, { timeout: 15_000 }).toEqual(both('angry'));
    const looked = async () =>
      (await agent.get<{ forSeq: number }>(`/api/conversations/${conversationId}/suggestions`)).body.forSeq;
    for (const [text, emotion] of [
      ['MH2026112000017', 'angry'],
      ['尺码是 M', null],
    ] as const) {
      // two bursts, each answered by itself
      await agent.reply(conversationId, '我在看');
      const before = await looked();
      await shopper.say(text);
      await expect.poll(looked, { timeout: 15_000 }).toBeGreaterThan(before);
      expect(await feels()).toEqual(both(emotion));
    }
  });

  it('says which words insult whoever reads them, and changes none', async () => {
    const said = '你们这群废物，转人工';
    const { shopper, handoffId, conversationId } = await wait('骂人的人', said);
    const row = (await list('tab=waiting')).items.find((r) => r.conversationId === conversationId)!;
    expect(row).toMatchObject({ insult: true, lastText: said });
    const { body } = await agent.get<{ messages: { from: string; text: string; insult: boolean }[] }>(
      `/api/conversations/${conversationId}/messages`,
    );
    expect(body.messages[0]).toMatchObject({ text: said, insult: true });
    expect(body.messages.slice(1).some((m) => m.insult)).toBe(false);
    expect((await agent.get<{ insult: boolean }>(`/api/handoffs/${handoffId}`)).body.insult).toBe(true);
    expect((await shopper.all())[0]!.text).toBe(said);
    const calm = await wait('说垃圾袋的人', '转人工，垃圾袋买错了');
    expect((await list('tab=waiting')).items.find((r) => r.conversationId === calm.conversationId)!.insult).toBe(false);
  });

  it('counts very angry conversations in a row, until a calm one or a rest', async () => {
    await server.addStaff('lists-tired');
    const tired = await signIn(server.base, 'lists-tired');
    await tired.put('/api/me/presence', { state: 'online' });
    const inARow = async () => (await summary(tired)).me.hard.inARow;
    const serveAndEnd = async (text: string) => {
      const { handoffId } = await wait('一位顾客', text);
      await tired.post(`/api/handoffs/${handoffId}/claim`);
      await tired.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved', category: '其他' });
    };
    const bad = '你们这群废物，转人工';
    for (const n of [1, 2, 3]) {
      await serveAndEnd(bad);
      expect(await inARow()).toBe(n);
    }
    await serveAndEnd('转人工，谢谢');
    expect(await inARow()).toBe(0);
    await serveAndEnd(bad);
    const rest = async (minutes: number) => {
      await tired.put('/api/me/presence', { state: 'away' });
      await sql(`update staff set presence_since = presence_since - $2::int * interval '1 minute' where login = $1`, [
        'lists-tired',
        minutes,
      ]);
      await tired.put('/api/me/presence', { state: 'online' });
    };
    await rest(1);
    expect(await inARow()).toBe(1);
    await rest(5);
    expect(await inARow()).toBe(0);
  });

  it('keeps what lay behind a case: proposed by what was asked, chosen by the agent, counted on the board', async () => {
    const { shopper, handoffId, conversationId } = await wait('快递停了的人');
    await agent.post(`/api/handoffs/${handoffId}/claim`);
    await shopper.say('快递好几天没动了，卡在路上了');
    const hint = async () => (await agent.get<RootCauseHint>(`/api/handoffs/${handoffId}/root-causes`)).body;
    await expect.poll(async () => (await hint()).suggested?.cause, { timeout: 15_000 }).toBe('courier_delay');
    const { groups, suggested } = await hint();
    expect(suggested).toMatchObject({ category: 'logistics', because: expect.stringMatching(/./) });
    expect(groups.map((group) => group.category)).toContain('quality');
    const end = (cause: string) =>
      agent.post<{ code?: string }>(`/api/handoffs/${handoffId}/resolve`, {
        disposition: 'resolved',
        category: '物流与配送',
        cause,
        causeNote: '中转站爆仓',
      });
    expect(await end('no_such_cause')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await end('courier_delay')).status).toBe(200);
    const { rows } = await sql('select root_cause, root_note, category from handoffs where id = $1', [handoffId]);
    expect(rows).toEqual([{ root_cause: 'courier_delay', root_note: '中转站爆仓', category: '物流与配送' }]);

    await server.addStaff('lists-boss', 'supervisor');
    const boss = await signIn(server.base, 'lists-boss');
    const board = await boss.get<{ causes: { cause: string; n: number }[] }>('/api/metrics/board');
    expect(board.body.causes).toEqual([{ cause: 'courier_delay', n: 1 }]);
    const behind = await boss.get<{ count: number; items: { conversationId: string }[] }>(
      '/api/metrics/conversations?measure=causes&reason=courier_delay',
    );
    expect(behind.body).toMatchObject({ count: 1, items: [{ conversationId }] });
  });

  it('proposes the cause that was spoken of most, of several the last, and none where any is possible', () => {
    const heard = (...intents: string[]) => likeliestCause(intents.map((intent) => ({ intent, label: intent })))?.cause;
    expect(heard('size_not_fit', 'refund_status', 'refund_status')).toBe('refund_slow');
    expect(heard('size_not_fit', 'refund_status')).toBe('size');
    expect(heard('return_request', 'greeting')).toBeUndefined();
  });

  it('reads a long conversation backwards', async () => {
    const { conversationId } = await wait('话多的人');
    for (let i = 1; i <= 12; i++) await agent.reply(conversationId, `备注 ${i}`, 'note', randomUUID());
    const of = async (query: string) =>
      (
        await agent.get<{ messages: { seq: number; text: string }[] }>(
          `/api/conversations/${conversationId}/messages?${query}`,
        )
      ).body.messages;
    const last = await of('before=100000&limit=5');
    expect(last.map((m) => m.text)).toEqual([8, 9, 10, 11, 12].map((n) => `备注 ${n}`));
    const earlier = await of(`before=${last[0]!.seq}&limit=5`);
    expect(earlier.map((m) => m.text)).toEqual([3, 4, 5, 6, 7].map((n) => `备注 ${n}`));
  });

  it('keeps to the shop of whoever asks', async () => {
    const owner = server.database.ownerPool();
    const made = await owner.query<{ id: string }>(`select ensure_shop('lists-other', '别家店', false)::text as id`);
    const other = made.rows[0]!.id;
    const { saveStaff } = await import('../../src/staff/accounts.ts');
    const { pool } = server.database;
    await saveStaff(pool, other, { login: 'lists-x', name: '外人', role: 'agent', teams: [], password: PASSWORD });
    const stranger = await signIn(server.base, 'lists-x');
    const { conversationId } = await wait('本店的人');
    for (const tab of ['waiting', 'mine', 'colleagues', 'asked', 'trouble', 'bot', 'ended', 'all'])
      expect((await list(`tab=${tab}`, stranger)).items, tab).toEqual([]);
    expect((await summary(stranger)).counts).toEqual({ waiting: 0, mine: 0, colleagues: 0, trouble: 0, bot: 0 });
    const { handoffId } = (await list('tab=waiting')).items[0]!;
    expect((await stranger.get(`/api/handoffs/${handoffId}/root-causes`)).status).toBe(404);
    expect((await stranger.put(`/api/conversations/${conversationId}/read`, { seq: 1 })).status).toBe(404);
  });
});
