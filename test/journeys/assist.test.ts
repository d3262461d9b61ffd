// A person owns the conversation and the bot only drafts: over HTTP, on the real database, with what the shop has learned.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelOutcome, Suggestions } from '../../src/contract/assist.ts';
import { inShop } from '../../src/db/transaction.ts';
import { listen } from './listen.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Shopper = Awaited<ReturnType<typeof enterShop>>;
interface Label {
  conversationId: string;
  forSeq: number;
  outcome: LabelOutcome;
  draft: number | null;
  distance: number;
}
interface DeskMessage {
  seq: number;
  from: string;
  kind: string;
  text: string;
  payload: { assist?: { suggestion: string; edited: boolean; distance: number }; whisper?: { to: string } };
}

let server: RunningServer;
let anna: Agent;
let bruno: Agent;
let boss: Agent;
beforeAll(async () => {
  server = await startServer();
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  await server.addStaff('boss', 'supervisor');
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
  boss = await signIn(server.base, 'boss');
}, 180_000);
afterAll(() => server?.close());

/** A shopper whom Anna has taken on. */
async function withAnna(): Promise<{ shopper: Shopper; id: string; handoffId: string }> {
  const shopper = await enterShop(server.base);
  await shopper.say('转人工');
  const row = await anna.waiting(shopper.conversationId);
  expect((await anna.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
  return { shopper, id: shopper.conversationId, handoffId: row!.id! };
}

const suggestionsOf = async (id: string, by = anna) =>
  (await by.get<Suggestions>(`/api/conversations/${id}/suggestions`)).body;

/** The drafts for a message, as soon as they are there. */
async function draftsFor(id: string, seq: number): Promise<Suggestions> {
  await expect.poll(async () => (await suggestionsOf(id)).forSeq, { timeout: 15_000 }).toBeGreaterThanOrEqual(seq);
  return suggestionsOf(id);
}

const messagesOf = async (id: string) =>
  (await anna.get<{ messages: DeskMessage[] }>(`/api/conversations/${id}/messages`)).body.messages;

const labelOf = async (id: string, forSeq: number) => {
  const { body } = await boss.get<{ items: Label[] }>('/api/suggestions/labels?limit=500');
  return body.items.find((l) => l.conversationId === id && l.forSeq === forSeq);
};

const botSince = async (id: string, seq: number) =>
  (await messagesOf(id)).filter((m) => m.seq > seq && (m.from === 'bot' || m.from === 'system'));

const accept = (by: Agent, id: string, n: number, forSeq: number, clientMessageId: string = randomUUID()) =>
  by.post<{ seq: number; code?: string }>(`/api/conversations/${id}/suggestions/${n}/accept`, {
    clientMessageId,
    forSeq,
  });

describe('another team’s matter', () => {
  it('is said to whoever does not care for such matters, until it is there; not to those of all teams', {
    timeout: 30_000,
  }, async () => {
    await server.addStaff('seller');
    const sql = (text: string, values: unknown[] = []) =>
      inShop(server.database.pool, server.shopId, (tx) => tx.query(text, values));
    await sql(`update staff set teams = '{presale}' where login = 'seller'`);
    const seller = await signIn(server.base, 'seller');
    const shopper = await enterShop(server.base, { name: '小美' });
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    await seller.post(`/api/handoffs/${row!.id}/claim`);
    const said = await shopper.say('怎么申请退货');
    const { elsewhere } = await draftsFor(shopper.conversationId, said.seq);
    expect(elsewhere).toMatchObject({ team: 'aftersale', about: expect.stringContaining('退') });
    await seller.post(`/api/handoffs/${row!.id}/transfer`, { to: { team: 'aftersale' }, reason: '专业问题' });
    expect((await suggestionsOf(shopper.conversationId)).elsewhere).toBeNull();
    await anna.post(`/api/handoffs/${row!.id}/claim`);
    expect((await suggestionsOf(shopper.conversationId)).elsewhere).toBeNull();
  });
});

describe('the tone of a reply', () => {
  it('is looked at where the writer wants it held; whoever has thought twice may say it', async () => {
    const { id } = await withAnna();
    const text = '不是跟您说过了吗，急什么急';
    const checked = await anna.post<{ findings: unknown[]; tone: { rule: string; instead: string }[] }>(
      '/api/policy/check',
      { text, conversationId: id },
    );
    expect(checked.body.findings).toEqual([]);
    expect(checked.body.tone).toMatchObject([{ rule: 'impatient', instead: expect.stringContaining('您的心情') }]);
    const say = (tone: string) =>
      anna.post<{ code?: string }>(`/api/conversations/${id}/messages`, {
        clientMessageId: randomUUID(),
        kind: 'reply',
        text,
        tone,
      });
    expect(await say('hold')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await messagesOf(id)).map((m) => m.text)).not.toContain(text);
    expect((await say('meant')).status).toBe(201);
  });
});

describe('drafts while a person owns the conversation', () => {
  it('follow every message, with source, revision and confidence; the stream tells; the bot says nothing', {
    timeout: 30_000,
  }, async () => {
    const { shopper, id } = await withAnna();
    const stream = await listen(server.base, anna.cookie, `desk,conversation:${id}`);
    const said = await shopper.say('七天无理由怎么退');
    const first = await draftsFor(id, said.seq);
    expect(first).toMatchObject({ forSeq: said.seq, answered: false, failed: false });
    expect(first.drafts.length).toBeGreaterThan(0);
    expect(first.drafts.length).toBeLessThanOrEqual(3);
    expect(first.drafts[0]).toMatchObject({ id: `${said.seq}-1`, source: { kind: 'faq' } });
    expect(first.drafts[0]!.source!.revisionId).toMatch(/^\d+$/);
    expect(first.drafts[0]!.confidence).toBeGreaterThan(0.3);
    expect(first.drafts.map((d) => d.text).join('')).toMatch(/七天|7 ?天|无理由/);
    await expect.poll(() => stream.of('suggestions').at(-1)?.forSeq, { timeout: 8_000 }).toBe(said.seq);
    expect(stream.of('suggestions').at(-1)).toMatchObject({ conversationId: id, drafts: first.drafts });

    const next = await shopper.say('你们发什么快递');
    const second = await draftsFor(id, next.seq);
    // both are still unanswered, and both have a draft
    expect(second.drafts.map((d) => d.text).join('')).toMatch(/快递|顺丰|中通|圆通|韵达/);
    expect(second.drafts.map((d) => d.source!.id)).toContain(first.drafts[0]!.source!.id);
    expect(await botSince(id, said.seq)).toEqual([]);
    await stream.close();
  });

  it('say what the bot would have looked up, too', { timeout: 30_000 }, async () => {
    const shopper = await enterShop(server.base, { name: '小林' });
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    await anna.post(`/api/handoffs/${row!.id}/claim`);
    const { seq } = await shopper.say('帮我查下物流到哪了');
    const { drafts } = await draftsFor(shopper.conversationId, seq);
    const order = drafts.find((d) => d.source?.kind === 'order');
    expect(order?.text).toContain('您的订单');
    expect((await accept(anna, shopper.conversationId, drafts.indexOf(order!) + 1, seq)).status).toBe(201);
  });

  it('are there for whoever has just taken over, and for nobody while the bot has the conversation', {
    timeout: 30_000,
  }, async () => {
    const shopper = await enterShop(server.base);
    const said = await shopper.say('你们发什么快递');
    await shopper.hear(['bot']);
    await new Promise((r) => setTimeout(r, 600));
    expect(await suggestionsOf(shopper.conversationId)).toMatchObject({ forSeq: null, drafts: [] });
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    const more = await shopper.say('算了就问下退货运费谁出');
    expect((await anna.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect((await draftsFor(shopper.conversationId, more.seq)).drafts.length).toBeGreaterThan(0);
    expect(more.seq).toBeGreaterThan(said.seq);
  });

  it('come by the reconciler when the hint was lost', { timeout: 40_000 }, async () => {
    const { shopper, id } = await withAnna();
    await draftsFor(id, 1); // those for what was said before the claim
    const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query<{ seq: string }>(
        `select a.seq::text from conversations c join shoppers s on s.id = c.shopper_id,
           lateral admit($1, c.channel_account_id, $3, s.platform_id, null, '七天无理由怎么退', '{}', 300) a where c.id = $2`,
        [server.shopId, id, randomUUID()],
      ),
    );
    const drafts = await draftsFor(id, Number(rows[0]!.seq));
    expect(drafts.drafts.length).toBeGreaterThan(0);
    expect((await shopper.state()).state).toBe('with-agent');
  });
});

describe('what the agent makes of a draft', () => {
  it('accept sends it in one step, once, as the owner’s own reply', { timeout: 30_000 }, async () => {
    const { shopper, id } = await withAnna();
    const { seq } = await shopper.say('七天无理由怎么退');
    const { drafts, forSeq } = await draftsFor(id, seq);
    expect((await accept(bruno, id, 1, forSeq!)).body.code).toBe('not_owner');
    expect((await accept(anna, id, 1, forSeq! - 1)).body.code).toBe('wrong_state');
    expect((await accept(anna, id, 9, forSeq!)).status).toBe(400);
    const clientMessageId = randomUUID();
    const sent = await accept(anna, id, 1, forSeq!, clientMessageId);
    expect(sent.status).toBe(201);
    const heard = (await shopper.hear(['agent'])).at(-1)!;
    expect(heard).toMatchObject({ seq: sent.body.seq, from: 'agent', text: drafts[0]!.text });
    // the answer was lost on its way and the button is pressed again, after the shopper went on
    const next = await shopper.say('那换货呢');
    await draftsFor(id, next.seq);
    expect((await accept(anna, id, 1, forSeq!, clientMessageId)).body).toEqual({ seq: sent.body.seq });
    const reply = (await messagesOf(id)).find((m) => m.seq === sent.body.seq)!;
    expect(reply.payload.assist).toEqual({ suggestion: drafts[0]!.id, edited: false, distance: 0 });
    expect(await labelOf(id, forSeq!)).toMatchObject({ outcome: 'accepted', draft: 1, distance: 0 });
    expect((await messagesOf(id)).filter((m) => m.from === 'agent')).toHaveLength(1);
  });

  it('an edited one is a label with its distance, also when newer drafts have come meanwhile', {
    timeout: 30_000,
  }, async () => {
    const { shopper, id } = await withAnna();
    const { seq } = await shopper.say('七天无理由怎么退');
    const { drafts, forSeq } = await draftsFor(id, seq);
    const newer = await shopper.say('在吗');
    await draftsFor(id, newer.seq);
    const edited = await anna.post<{ seq: number }>(`/api/conversations/${id}/messages`, {
      clientMessageId: randomUUID(),
      text: `${drafts[0]!.text}您先看看～`,
      kind: 'reply',
      suggestionId: drafts[0]!.id,
    });
    expect(edited.status).toBe(201);
    expect(await labelOf(id, forSeq!)).toMatchObject({ outcome: 'edited', draft: 1, distance: 5 });
    const reply = (await messagesOf(id)).find((m) => m.seq === edited.body.seq)!;
    expect(reply.payload.assist).toEqual({ suggestion: drafts[0]!.id, edited: true, distance: 5 });
  });

  it('words of their own are the label ignored, and no assisted reply', { timeout: 30_000 }, async () => {
    const { shopper, id } = await withAnna();
    const { seq } = await shopper.say('七天无理由怎么退');
    const { forSeq, drafts } = await draftsFor(id, seq);
    const own = await anna.reply(id, '稍等，我问一下仓库的同事');
    expect(own.status).toBe(201);
    expect(await labelOf(id, forSeq!)).toMatchObject({ outcome: 'ignored', draft: null });
    expect((await messagesOf(id)).find((m) => m.seq === own.body.seq)!.payload.assist).toBeUndefined();
    expect((await suggestionsOf(id)).answered).toBe(true);
    // used after all
    expect((await accept(anna, id, 1, forSeq!)).status).toBe(201);
    expect(await labelOf(id, forSeq!)).toMatchObject({ outcome: 'accepted', draft: 1 });
    expect(drafts.length).toBeGreaterThan(0);
  });

  it('are for the shop’s own people to read, and the figures for who answers for them', async () => {
    const { id } = await withAnna();
    expect((await anna.get('/api/suggestions/labels')).status).toBe(403);
    expect((await anna.get(`/api/conversations/${id}/suggestions`)).status).toBe(200);
    expect(await suggestionsOf('999999')).toMatchObject({ forSeq: null, drafts: [] });
  });
});

describe('500 messages to a conversation that a person owns', () => {
  it('bring no bot message, and the newest drafts at the end', { timeout: 120_000 }, async () => {
    const { shopper, id } = await withAnna();
    const [claimedAt] = (await messagesOf(id)).slice(-1);
    const texts = ['转人工', '七天无理由怎么退', '我要投诉你们', '查物流', '在吗', '衣服掉色，我皮肤过敏了'];
    let n = 0;
    let last = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (n < 500) {
          const said = await shopper.say(texts[n++ % texts.length]!);
          expect(said.status).toBe(202);
          last = Math.max(last, said.seq);
        }
      }),
    );
    await draftsFor(id, last);
    const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query<{ said: string; bot: string; turns: string; sets: string }>(
        `select (select count(*) from messages where conversation_id = $1 and author = 'shopper' and seq > $2) as said,
           (select count(*) from messages where conversation_id = $1 and author <> 'shopper' and seq > $2) as bot,
           (select count(*) from turns where conversation_id = $1 and first_seq > $2) as turns,
           (select count(*) from suggestions where conversation_id = $1) as sets`,
        [id, claimedAt!.seq],
      ),
    );
    expect(rows[0]).toMatchObject({ said: '500', bot: '0', turns: '0' });
    // one at a time and the newest wins: a burst is not drafted for message by message
    expect(Number(rows[0]!.sets)).toBeLessThan(100);
    console.info(`500 shopper messages: 0 bot messages, drafts made ${rows[0]!.sets} times`);
  });
});

describe('whispers', () => {
  it('go from a supervisor to the owner, are marked, and never reach the shopper', { timeout: 30_000 }, async () => {
    const { shopper, id, handoffId } = await withAnna();
    const whispered = await boss.reply(id, '可以给她免运费', 'whisper');
    expect(whispered.status).toBe(201);
    expect((await bruno.reply(id, '我也说一句', 'whisper')).status).toBe(403);
    const seen = (await messagesOf(id)).find((m) => m.seq === whispered.body.seq)!;
    expect(seen).toMatchObject({ kind: 'note', from: 'agent', payload: { whisper: { to: anna.id } } });
    expect(await shopper.all()).not.toContainEqual(expect.objectContaining({ text: '可以给她免运费' }));
    expect((await anna.post(`/api/handoffs/${handoffId}/resolve`, { disposition: 'resolved' })).status).toBe(200);
    expect((await boss.reply(id, '人呢', 'whisper')).body.code).toBe('wrong_state');
    await shopper.say('谢谢');
    await shopper.hear();
    expect(JSON.stringify(await shopper.all())).not.toContain('免运费');
  });
});

describe('who is looking', () => {
  it('is told on the conversation’s stream and forgotten after seconds; the shopper’s typing too', {
    timeout: 40_000,
  }, async () => {
    const { shopper, id } = await withAnna();
    const stream = await listen(server.base, anna.cookie, `conversation:${id}`);
    const look = (by: Agent, viewing: boolean, typing: boolean) =>
      by.post(`/api/conversations/${id}/presence`, { viewing, typing });
    expect((await look(anna, true, true)).status).toBe(204);
    expect((await look(bruno, true, true)).status).toBe(204);
    const both = { conversationId: id, viewers: [{ id: bruno.id, name: 'bruno', typing: true }], shopperTyping: false };
    await expect.poll(() => stream.of('presence').at(-1), { timeout: 6_000 }).toEqual(both);
    const typing = await fetch(`${server.base}/api/shop/typing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${shopper.token}` },
      body: JSON.stringify({ typing: true }),
    });
    expect(typing.status).toBe(204);
    await expect.poll(() => stream.of('presence').at(-1)?.shopperTyping, { timeout: 6_000 }).toBe(true);
    // nobody says anything any more: typing ends after six seconds
    await expect
      .poll(() => stream.of('presence').at(-1), { timeout: 12_000 })
      .toEqual({ ...both, viewers: [{ id: bruno.id, name: 'bruno', typing: false }] });
    expect((await look(bruno, false, false)).status).toBe(204);
    await expect.poll(() => stream.of('presence').at(-1)?.viewers, { timeout: 6_000 }).toEqual([]);
    expect((await bruno.get(`/api/conversations/${id}/presence`)).body).toMatchObject({
      viewers: [{ id: anna.id, typing: false }],
    });
    expect((await anna.post('/api/conversations/999999/presence', { viewing: true, typing: false })).status).toBe(404);
    await stream.close();
  });
});
