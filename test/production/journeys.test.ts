// The spine on PostgreSQL and Redis, and what happens to it when either is taken away in the middle: a delay, never a loss.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProductionServers, startProductionServers } from '../../scripts/production-servers.ts';
import { inShop } from '../../src/db/transaction.ts';
import { type Bridge, bridgeSettings, openBridge, postAs } from '../journeys/bridge.ts';
import { enterShop } from '../journeys/people.ts';
import { type RunningServer, startServer } from '../journeys/server.ts';
import { tellSpineStory } from '../journeys/spine-story.ts';

const RECOVERS_WITHIN_MS = 10_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('on the given servers', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    expect(server.database.mode).toBe('server');
    await server.addStaff('agent-a');
    await server.addStaff('agent-b');
  }, 240_000);
  afterAll(() => server?.close());
  tellSpineStory(() => server);
});

describe('servers that go away', () => {
  let servers: ProductionServers;
  let bridge: Bridge;
  let server: RunningServer;
  beforeAll(async () => {
    const own = await startProductionServers({ own: true });
    if ('skipped' in own) throw new Error(`no servers of our own: ${own.skipped}`);
    servers = own;
    bridge = await openBridge();
    // the helper opens what the environment names; this file has a process of its own
    process.env.TEST_DATABASE_URL = servers.databaseUrl;
    process.env.TEST_REDIS_URL = servers.redisUrl;
    server = await startServer({ env: bridgeSettings(bridge) });
  }, 300_000);
  afterAll(async () => {
    await server?.close();
    await bridge?.close();
    await servers?.stop();
  }, 60_000);

  /** Shoppers who write all the time until told to stop; what was acknowledged and how the rest was answered. */
  function keepWriting(prefix: string) {
    let on = true;
    let n = 0;
    const acknowledged: string[] = [];
    const refused = new Map<number | string, number>();
    const write = async () => {
      while (on) {
        const who = `${prefix}-${n++}`;
        const status = await postAs(server.base, who, '七天无理由怎么退', { id: who }).then(
          (posted) => posted.status,
          (error: unknown) => String(error),
        );
        if (status === 202) acknowledged.push(who);
        else refused.set(status, (refused.get(status) ?? 0) + 1);
        await pause(60);
      }
    };
    const writers = Promise.all([write(), write()]);
    return {
      acknowledged,
      refused,
      async stop() {
        on = false;
        await writers;
      },
    };
  }

  const answered = (who: string): boolean => bridge.of(who).some((d) => d.event.data.from === 'bot');

  async function untilServed(): Promise<number> {
    const started = performance.now();
    for (;;) {
      const response = await fetch(`${server.base}/readyz`).catch(() => null);
      await response?.arrayBuffer();
      if (response?.ok) return performance.now() - started;
      if (performance.now() - started > 60_000) throw new Error('not ready within a minute');
      await pause(50);
    }
  }

  for (const how of ['restarted', 'killed'] as const) {
    it(`PostgreSQL ${how}: 503 while away, nothing acknowledged is lost, back by itself`, {
      timeout: 180_000,
    }, async () => {
      const writing = keepWriting(`pg-${how}`);
      await pause(2_000);
      const before = writing.acknowledged.length;
      if (how === 'killed') {
        await servers.killPostgres();
        await pause(1_500);
        const away = await fetch(`${server.base}/readyz`);
        expect(away.status).toBe(503);
        const shopper = await fetch(`${server.base}/api/shop/visitors`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        });
        expect(shopper.status).toBe(503);
        expect(shopper.headers.get('retry-after')).toBeTruthy();
        expect((await shopper.json()) as object).toMatchObject({ status: 503 });
        expect((await fetch(`${server.base}/healthz`)).status).toBe(200);
      }
      await servers.restartPostgres();
      const backMs = await untilServed();
      await pause(1_500);
      await writing.stop();
      const { acknowledged, refused } = writing;
      const served = await bridge.until(() => acknowledged.every(answered), 30_000);
      const missing = acknowledged.filter((who) => !answered(who));
      console.info(
        `PostgreSQL ${how}: ${acknowledged.length} acknowledged (${before} before), refused ${JSON.stringify([...refused])}, ready again after ${backMs.toFixed(0)} ms, ${missing.length} unanswered`,
      );
      expect(served, `unanswered: ${missing.join(', ')}`).toBe(true);
      expect(backMs).toBeLessThan(RECOVERS_WITHIN_MS);
      expect(acknowledged.length).toBeGreaterThan(before);
      expect([...refused.keys()].filter((status) => status !== 503)).toEqual([]);
      const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
        tx.query<{ n: number }>('select count(*)::int as n from inbound_ids where external_id = any($1)', [
          acknowledged,
        ]),
      );
      expect(rows[0]!.n).toBe(acknowledged.length);
      const twice = acknowledged.filter((who) => new Set(bridge.of(who).map((d) => d.headers['webhook-id'])).size > 1);
      expect(twice).toEqual([]);
    });
  }

  it('Redis flushed, then killed and started again: delay only', { timeout: 120_000 }, async () => {
    // what waits in Redis is a retry; with the queue wiped the rows have to bring it back
    bridge.answer = (d) => ({ status: bridge.of(d.event.data.user.id).length === 1 ? 503 : 204 });
    const writing = keepWriting('redis');
    await pause(1_500);
    await servers.flushRedis();
    await pause(1_500);
    await servers.stopRedis();
    await pause(2_000);
    await servers.startRedis();
    await pause(1_500);
    await writing.stop();
    const { acknowledged, refused } = writing;
    const took = (who: string) => bridge.of(who).length >= 2;
    const started = performance.now();
    const served = await bridge.until(() => acknowledged.every(took), 60_000);
    const missing = acknowledged.filter((who) => !took(who));
    console.info(
      `Redis: ${acknowledged.length} acknowledged, refused ${JSON.stringify([...refused])}, all delivered ${(performance.now() - started).toFixed(0)} ms after the last, ${missing.length} missing`,
    );
    expect([...refused]).toEqual([]);
    expect(served, `not delivered: ${missing.join(', ')}`).toBe(true);
    // afterwards everything is as before
    bridge.answer = () => ({ status: 204 });
    const shopper = await enterShop(server.base);
    await shopper.say('七天无理由怎么退');
    expect((await shopper.hear())[0]!.source).toMatchObject({ title: '七天无理由怎么退' });
  });
});
