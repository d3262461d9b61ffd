// Live streams lose nothing and double nothing while lines are cut. `scripts/stream-soak.ts` does the same with 200 streams and looks at the memory.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReader } from '../../scripts/stream-soak/reader.ts';
import { storm } from '../../scripts/stream-soak/storm.ts';
import { inShop } from '../../src/db/transaction.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.addStaff('agent-streams');
}, 180_000);
afterAll(async () => {
  await server?.close();
});

test('each message comes once and in order across three cuts', { timeout: 90_000 }, async () => {
  const report = await storm({
    base: server.base,
    agent: await signIn(server.base, 'agent-streams'),
    conversations: 2,
    readersEach: 10,
    desks: 4,
    messagesEach: 40,
    cuts: 3,
    cut: async () => server.app.server.server.closeAllConnections(),
  });
  expect(report.problems).toEqual([]);
  expect(report.deliveries).toBe(2 * 10 * 40);
  expect(report.deskEvents).toBeGreaterThan(0);
  expect(report.reconnects).toBeGreaterThanOrEqual(3 * 24);
});

test('a desk that comes back after many events is told them by number, not by letter, and once', async () => {
  const agent = await signIn(server.base, 'agent-streams');
  const { rows } = await inShop(server.database.pool, server.shopId, (tx) =>
    tx.query<{ seq: string }>(`select coalesce(max(seq), 0)::text as seq from events where topic = 'desk'`),
  );
  const before = Number(rows[0]!.seq);
  // over two pages, and past a number with one digit more
  const count = 1_020 - before;
  await inShop(server.database.pool, server.shopId, (tx) =>
    tx.query(`select append_event($1, 'desk', 'test', jsonb_build_object('n', n)) from generate_series(1, $2::int) n`, [
      server.shopId,
      count,
    ]),
  );
  const after = String(Math.max(before, 100));
  const desk = openReader(`${server.base}/api/stream?topics=desk`, { headers: { cookie: agent.cookie }, after });
  await expect.poll(() => desk.heard.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(1_020 - Number(after));
  await desk.close();
  expect(desk.heard.map(({ id }) => Number(id))).toEqual(
    Array.from({ length: 1_020 - Number(after) }, (_, i) => Number(after) + 1 + i),
  );
});
