// Live streams lose nothing and double nothing while lines are cut. `scripts/stream-soak.ts` does the same with 200 streams and looks at the memory.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storm } from '../../scripts/stream-soak/storm.ts';
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
