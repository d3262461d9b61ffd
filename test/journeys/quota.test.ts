// Random conversations on a platform that counts: nothing is refused, everybody is answered or with a person, and the word that a person comes gets through.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { eventXml, genuinePost, messageXml, type WechatParty } from '../channels/wechat-client.ts';
import { signIn } from './people.ts';
import { openQuotaPlatform, type QuotaPlatform } from './quota-platform.ts';
import { type RunningServer, startServer } from './server.ts';

const CONVERSATIONS = Number(process.env.QUOTA_CONVERSATIONS ?? '150');
const AT_ONCE = 12;
const PARTY: WechatParty = { token: 'quotatoken1', aesKey: '', appId: 'wx1234567890abcdef', mode: 'plain' };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** mulberry32: the same number gives the same conversations. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ASKED = ['七天无理由怎么退', '什么时候发货', '运费谁出', '有优惠券吗', '快递几天到', '能开发票吗', '尺码偏大吗'];
const ODD = ['嗯', '？？？', '阿斯顿发', '[微笑]', '这个和那个哪个好呀我也不知道', '2', '第二个'];
const GRAVE = ['转人工', '我要投诉你们', '衣服起火了我手烫伤了', '再不处理我就去12315'];

interface Standing {
  id: string;
  owner_kind: string;
  handoff: string | null;
  said: string;
  answered: string;
}

let server: RunningServer;
let platform: QuotaPlatform;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  platform = await openQuotaPlatform();
  server = await startServer({
    env: {
      WECHAT_OA_TOKEN: PARTY.token,
      WECHAT_OA_APPID: PARTY.appId,
      WECHAT_OA_MODE: 'plain',
      WECHAT_OA_APP_SECRET: 'app-secret',
      WECHAT_OA_API_BASE: platform.url,
    },
  });
  await server.addStaff('anna', 'supervisor');
  agent = await signIn(server.base, 'anna');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await platform?.close();
});

const rowsOf = <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
  inShop(server.database.pool, server.shopId, async (tx) => (await tx.query<T>(text, values)).rows);

const standingOf = async (user: string): Promise<Standing | undefined> =>
  (
    await rowsOf<Standing>(
      `select c.id::text, c.owner_kind, (select h.id::text from handoffs h where h.conversation_id = c.id and h.state <> 'resolved') as handoff,
         (select coalesce(max(seq), 0)::text from messages m where m.conversation_id = c.id and m.author = 'shopper') as said,
         (select coalesce(max(message_seq), 0)::text from outbox o where o.conversation_id = c.id and o.state = 'sent') as answered
       from conversations c join shoppers s on s.id = c.shopper_id where s.platform_id = $1`,
      [user],
    )
  )[0];

async function post(xml: string): Promise<void> {
  const { query, body } = genuinePost(PARTY, xml);
  const url = `${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`;
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
  expect(response.status).toBe(200);
}

/** Answered after their last word, or somebody has them or will. */
async function untilServed(user: string): Promise<Standing> {
  for (const until = performance.now() + 60_000; performance.now() < until; await pause(150)) {
    const standing = await standingOf(user);
    if (standing === undefined) continue;
    if (standing.owner_kind !== 'bot' || Number(standing.answered) > Number(standing.said)) return standing;
  }
  throw new Error(`${user} was left alone`);
}

/** What was looked at before the jump is let arrive: no clock jumps two days between a look and the call. */
async function untilArrived(conversationId: string): Promise<void> {
  const underWay = `select 1 from outbox where conversation_id = $1 and state in ('new', 'sending')`;
  for (const until = performance.now() + 20_000; performance.now() < until; await pause(50))
    if ((await rowsOf(underWay, [conversationId])).length === 0) return;
}

async function pass(user: string, ms: number): Promise<void> {
  const { id } = (await standingOf(user)) ?? {};
  if (id === undefined) return;
  const back = `- $2 * interval '1 ms'`;
  for (const change of [
    `update messages set created_at = created_at ${back} where conversation_id = $1`,
    `update outbox set created_at = created_at ${back}, ended_at = ended_at ${back} where conversation_id = $1`,
    `update handoffs set told_at = told_at ${back} where conversation_id = $1 and state <> 'resolved'`,
    `update handoffs set queued_at = queued_at ${back} where conversation_id = $1`,
    `update turns set done_at = done_at ${back} where conversation_id = $1`,
  ])
    await rowsOf(change, [id, ms]);
  await untilArrived(id);
  platform.pass(user, ms);
}

const counts = { said: 0, replies: 0, tooMany: 0 };

async function shopperSays(user: string, texts: readonly string[]): Promise<Standing> {
  for (const text of texts) {
    platform.did(user, 'message');
    await post(messageXml({ from: user, text }));
    counts.said += 1;
  }
  return untilServed(user);
}

async function agentReplies(user: string, times: number): Promise<void> {
  const standing = await standingOf(user);
  if (standing?.handoff == null) return;
  const claimed = await agent.post(`/api/handoffs/${standing.handoff}/claim`);
  expect([200, 409]).toContain(claimed.status);
  for (let n = 0; n < times; n++) {
    const before = await agent.get<{ quota: { left: number; until: string | null } }>(
      `/api/conversations/${standing.id}`,
    );
    const { status } = await agent.reply(standing.id, `您好，第 ${n + 1} 句，我在为您核实`);
    if (status === 201) counts.replies += 1;
    else counts.tooMany += 1;
    // what the desk was told is what happens
    expect(status).toBe(before.body.quota.left > 0 ? 201 : 409);
  }
}

async function story(n: number): Promise<void> {
  const user = `oQuota${n}`;
  const random = randomFrom(n);
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  await shopperSays(user, [oneOf(ASKED)]);
  for (let steps = 2 + Math.floor(random() * 5); steps > 0; steps--) {
    const what = random();
    if (what < 0.3) await shopperSays(user, [oneOf(ASKED)]);
    else if (what < 0.4) await shopperSays(user, [oneOf(ODD), oneOf(ASKED), oneOf(ODD)]);
    else if (what < 0.5) await shopperSays(user, [oneOf(ODD)]);
    else if (what < 0.65) await shopperSays(user, [oneOf(GRAVE)]);
    else if (what < 0.72) {
      platform.did(user, 'follow');
      await post(eventXml('subscribe', user, Math.floor(Date.now() / 1000) - Math.floor(random() * 200)));
      await untilServed(user);
      counts.said += 1;
    } else if (what < 0.8) await pass(user, oneOf([30_000, 61_000, 185_000, 10 * 3_600_000, 49 * 3_600_000]));
    else if (what < 0.88) {
      await pass(user, 200_000);
      await pause(3_500); // the line is gone over meanwhile
    } else await agentReplies(user, 1 + Math.floor(random() * 7));
  }
}

describe('a platform that counts', () => {
  it(`refuses nothing in ${CONVERSATIONS} random conversations`, { timeout: 3_000_000 }, async () => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < CONVERSATIONS) await story(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await expect
      .poll(async () => (await rowsOf(`select 1 from outbox where state in ('new', 'sending')`)).length, {
        timeout: 60_000,
      })
      .toBe(0);
    expect(platform.refused).toEqual([]);
    // what time overtook between the commit and the call was not attempted, and a person has its conversation
    const lost = await rowsOf(
      `select o.state, o.last_error, m.text from outbox o join messages m on m.conversation_id = o.conversation_id and m.seq = o.message_seq
       where o.state in ('failed', 'unknown') and not (o.last_error like 'quota:%' and exists
         (select from handoffs h where h.conversation_id = o.conversation_id and coalesce(h.resolved_at, now()) >= o.created_at))`,
    );
    expect(lost).toEqual([]);
    // every handoff that a turn made was said to its shopper, unless an agent was there before the word could leave, or the
    // platform takes nothing at all any more (a follow that was told minutes late, days after the last word)
    const unsaid = await rowsOf(
      `select t.id from turns t where t.state = 'done' and t.receipt->'decision'->>'kind' = 'handoff'
         and exists (select from handoffs h where h.conversation_id = t.conversation_id and h.queued_at = t.done_at)
         and not exists (select from outbox o where o.turn_id = t.id and (o.state = 'sent'
           or (o.state = 'cancelled' and o.last_error = 'a person took over')))
         and exists (select from messages m where m.conversation_id = t.conversation_id and m.author = 'shopper'
           and m.created_at <= t.done_at and least(m.created_at, (m.payload->>'sentAt')::timestamptz) > t.done_at
             - case when m.payload->>'opening' is null then interval '48 hours' else interval '55 seconds' end)`,
    );
    expect(unsaid).toEqual([]);
    const [{ handoffs }] = (await rowsOf<{ handoffs: string }>('select count(*)::text as handoffs from handoffs')) as [
      { handoffs: string },
    ];
    const taken = Array.from({ length: CONVERSATIONS }, (_, n) => platform.taken(`oQuota${n}`).length);
    const all = taken.reduce((sum, one) => sum + one, 0);
    process.stdout.write(
      `${CONVERSATIONS} conversations: ${counts.said} messages, ${all} sent, ${handoffs} handoffs, ${counts.replies} replies of agents, ` +
        `${counts.tooMany} not attempted\n`,
    );
    expect(Number(handoffs)).toBeGreaterThan(CONVERSATIONS / 10);
    expect(counts.tooMany).toBeGreaterThan(0);
  });
});

it('a long talk is counted from its newest message: the tenth reply leaves like the first', {
  timeout: 60_000,
}, async () => {
  const user = 'oTalksLong';
  const { id, handoff } = await shopperSays(user, ['转人工']);
  expect((await agent.post(`/api/handoffs/${handoff}/claim`)).status).toBe(200);
  for (let n = 1; n <= 10; n++) {
    await shopperSays(user, [`第 ${n} 个问题`]);
    expect((await agent.reply(id, `第 ${n} 个问题的答复`)).status, `reply ${n}`).toBe(201);
    // as people write: what leaves within seconds of the next message counts against that one too
    await untilArrived(id);
    await pass(user, 10_000);
  }
  expect(platform.taken(user).filter(({ text }) => text.includes('的答复'))).toHaveLength(10);
});

it('in the last minute of the window nothing is sent: the platform’s clock may be ahead', {
  timeout: 60_000,
}, async () => {
  const user = 'oLateReply';
  const { id, handoff } = await shopperSays(user, ['转人工']);
  expect((await agent.post(`/api/handoffs/${handoff}/claim`)).status).toBe(200);
  expect((await agent.reply(id, '早早的答复')).status).toBe(201);
  await untilArrived(id);
  await pass(user, 48 * 3_600_000 - 20_000);
  expect((await agent.reply(id, '太晚的答复')).status).toBe(409);
  expect(platform.taken(user).map(({ text }) => text)).not.toContain('太晚的答复');
  await shopperSays(user, ['还在吗']);
  expect((await agent.reply(id, '在的')).status).toBe(201);
});

it('what the platform refused until the shopper writes is not tried again before: the desk says so', {
  timeout: 60_000,
}, async () => {
  const user = 'oCountedElsewhere';
  const { id, handoff } = await shopperSays(user, ['转人工']);
  expect((await agent.post(`/api/handoffs/${handoff}/claim`)).status).toBe(200);
  const left = async () => (await agent.get<{ quota: { left: number } }>(`/api/conversations/${id}`)).body.quota.left;
  const refused = platform.refused.length;
  platform.pass(user, 49 * 3_600_000); // only the platform knows
  expect(await left()).toBeGreaterThan(0);
  expect((await agent.reply(id, '平台不再收的话')).status).toBe(201);
  await untilArrived(id);
  expect(await left()).toBe(0);
  expect((await agent.reply(id, '再试一次')).status).toBe(409);
  expect(platform.refused).toHaveLength(refused + 1);
  await shopperSays(user, ['还在吗']);
  expect(await left()).toBeGreaterThan(0);
  expect((await agent.reply(id, '在的')).status).toBe(201);
});
