// After a person has taken over, the bot is silent: taking over while it composes, on a channel that pulls and on one that is pushed to.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop, shopQuery } from '../../src/db/transaction.ts';
import type { Writer } from '../../src/providers/language-model.ts';
import { type Bridge, bridgeSettings, openBridge, postAs } from './bridge.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const TRIES = Number(process.env.TAKEOVER_TRIES ?? 40);
/** Tries at once: enough to be quick, few enough that turns are not starved by each other. */
const AT_ONCE = 8;
const WEB_BURST_MS = 300;
const WEBHOOK_BURST_MS = 600;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const between = (from: number, until: number): number => from + Math.random() * (until - from);

/** Gives the curated answer back after a while, so that only the time is faked. */
const slowWriter: Writer = {
  async reword({ answer }) {
    await pause(between(100, 400));
    return answer;
  },
  summarise: async () => null,
  secondOpinion: async () => ({ said: 'none' }),
};

let server: RunningServer;
let bridge: Bridge;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  bridge = await openBridge();
  bridge.answer = () => ({ status: 204, afterMs: between(0, 60) });
  server = await startServer({ env: bridgeSettings(bridge), app: { writer: slowWriter } });
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await bridge?.close();
});

async function inBatches<T>(count: number, run: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) results.push(await run(next++));
    }),
  );
  return results;
}

interface Fence {
  turns: string[];
  /** Bot messages written at or after the epoch the takeover began. */
  botSince: number;
}

/** What the rows say, once no turn of the conversation is under way. */
async function readFence(conversationId: string): Promise<Fence> {
  for (;;) {
    const { rows } = await shopQuery<{ turns: string[]; bot_since: string }>(
      server.database.pool,
      server.shopId,
      `select (select array_agg(t.state order by t.id) from turns t where t.conversation_id = c.id) as turns,
         (select count(*) from outbox o where o.conversation_id = c.id and o.author in ('bot', 'system')
           and o.epoch >= c.epoch and o.state <> 'cancelled')::text as bot_since
       from conversations c where c.id = $1`,
      [conversationId],
    );
    const { turns, bot_since } = rows[0]!;
    if (turns?.every((state) => state === 'done' || state === 'stale')) return { turns, botSince: Number(bot_since) };
    await pause(20);
  }
}

/** Every second try comes while a turn is surely under way, the others at any moment around it. */
async function untilTheMoment(n: number, conversationId: string, burstMs: number, spreadMs: number): Promise<void> {
  if (n % 2 === 1) return pause(between(burstMs, burstMs + spreadMs));
  for (const until = performance.now() + 5_000; performance.now() < until; await pause(10)) {
    const { rows } = await shopQuery<{ state: string }>(
      server.database.pool,
      server.shopId,
      'select state from turns where conversation_id = $1 order by id desc limit 1',
      [conversationId],
    );
    if (rows[0] && rows[0].state !== 'open') break;
  }
  await pause(between(0, 120));
}

const takeOver = (conversationId: string) =>
  agent.post<{ handoffId: string }>(`/api/conversations/${conversationId}/takeover`, { reason: '主动接管' });

describe(`taking over while the bot composes, ${TRIES} tries`, () => {
  it('web: the shopper reads no bot message after the takeover was answered', {
    timeout: 60_000 + TRIES * 500,
  }, async () => {
    const tries = await inBatches(TRIES, async (n) => {
      const shopper = await enterShop(server.base);
      await shopper.say('七天无理由怎么退');
      await untilTheMoment(n, shopper.conversationId, WEB_BURST_MS, 260);
      const taken = await takeOver(shopper.conversationId);
      const atOnce = await shopper.all();
      const reply = await agent.reply(shopper.conversationId, '您好，我是人工客服小美');
      const fence = await readFence(shopper.conversationId);
      await pause(100);
      const later = await shopper.all();
      const count = (messages: typeof later) => messages.filter((m) => m.from === 'bot' || m.from === 'system').length;
      const afterAgent = later.slice(later.findIndex((m) => m.from === 'agent') + 1);
      return {
        statuses: [taken.status, reply.status],
        more: count(later) - count(atOnce),
        afterAgent: count(afterAgent),
        ...fence,
      };
    });
    expect(tries.map((t) => t.statuses)).toEqual(tries.map(() => [200, 201]));
    expect(tries.filter((t) => t.more > 0 || t.afterAgent > 0 || t.botSince > 0)).toEqual([]);
    const caught = tries.filter((t) => t.turns.includes('stale')).length;
    console.info(`web: ${TRIES} takeovers, ${caught} of them while the bot was composing, 0 bot messages afterwards`);
    expect(caught).toBeGreaterThan(TRIES / 10); // else the tries missed the moment they are about
  });

  it('webhook: no bot delivery starts after the takeover was answered', { timeout: 60_000 + TRIES * 600 }, async () => {
    const tries = await inBatches(TRIES, async (n) => {
      const who = `takeover-${n}`;
      const { body } = await postAs(server.base, who, '七天无理由怎么退');
      await untilTheMoment(n, body.conversation_id, WEBHOOK_BURST_MS, 320);
      const taken = await takeOver(body.conversation_id);
      const answeredAt = performance.now();
      const fence = await readFence(body.conversation_id);
      await pause(150);
      const bot = bridge.of(who).filter((d) => d.event.data.from !== 'agent');
      return {
        who,
        status: taken.status,
        late: bot.filter((d) => d.at > answeredAt).length,
        sent: bot.length,
        ...fence,
      };
    });
    expect(tries.map((t) => t.status)).toEqual(tries.map(() => 200));
    expect(tries.filter((t) => t.late > 0 || t.botSince > 0)).toEqual([]);
    const caught = tries.filter((t) => t.turns.includes('stale')).length;
    const before = tries.filter((t) => t.sent > 0).length;
    console.info(
      `webhook: ${TRIES} takeovers, ${caught} while composing, ${before} after the bot's delivery, 0 deliveries started later`,
    );
    expect(caught).toBeGreaterThan(TRIES / 10);
  });
});

describe('claiming a waiting handoff while the bot still talks', () => {
  it('webhook: no notice of the handoff starts after the claim was answered', {
    timeout: 60_000 + TRIES * 600,
  }, async () => {
    const tries = await inBatches(TRIES, async (n) => {
      const who = `claim-${n}`;
      const { body } = await postAs(server.base, who, '转人工');
      const row = await agent.waiting(body.conversation_id);
      const claimed = await agent.post(`/api/handoffs/${row!.id}/claim`);
      const answeredAt = performance.now();
      await pause(200);
      const late = bridge.of(who).filter((d) => d.event.data.from !== 'agent' && d.at > answeredAt);
      return { who, status: claimed.status, late: late.map((d) => d.event.data.text) };
    });
    expect(tries.map((t) => t.status)).toEqual(tries.map(() => 200));
    expect(tries.filter((t) => t.late.length > 0)).toEqual([]);
  });

  it('webhook: no news of the place in the queue starts after the claim was answered', {
    timeout: 120_000,
  }, async () => {
    const count = Math.min(TRIES, 60);
    const waiting = await inBatches(count, async (n) => {
      const { body } = await postAs(server.base, `place-${n}`, '转人工');
      const row = await agent.waiting(body.conversation_id);
      return { who: `place-${n}`, id: row!.id! };
    });
    await pause(300);
    // a minute ago they were told to be far behind: each has news to hear as soon as the queue is looked at
    await inShop(server.database.pool, server.shopId, (tx) =>
      tx.query(
        `update handoffs set told_at = now() - interval '61 seconds', told_position = 999 where id = any($1::bigint[])`,
        [waiting.map((w) => w.id)],
      ),
    );
    const before = bridge.received.length;
    const claims = await inBatches(count, async (n) => {
      const { who, id } = waiting[n]!;
      await pause(between(0, 4_000)); // the queue is looked at every three seconds at most
      const { status } = await agent.post(`/api/handoffs/${id}/claim`);
      return { who, status, answeredAt: performance.now() };
    });
    await pause(500);
    expect(claims.map((c) => c.status)).toEqual(claims.map(() => 200));
    const late = claims.filter((c) =>
      bridge.of(c.who).some((d) => d.event.data.from !== 'agent' && d.at > c.answeredAt),
    );
    console.info(
      `${bridge.received.length - before} notices were sent while ${count} were claimed, ${late.length} after the claim`,
    );
    expect(late).toEqual([]);
    expect(bridge.received.length - before).toBeGreaterThan(0);
  });
});
