// A queue that is emptied while its jobs run loses hints only, and nobody is told of an error that is none.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProductionServers, startProductionServers } from '../../scripts/production-servers.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';

let servers: ProductionServers;
let queues: Queues;
const told: string[] = [];
beforeAll(async () => {
  const own = await startProductionServers({ own: true });
  if ('skipped' in own) throw new Error(`no servers of our own: ${own.skipped}`);
  servers = own;
  queues = await openQueues({ kind: 'redis', url: servers.redisUrl }, (error) => told.push(error.message));
}, 120_000);
afterAll(async () => {
  await queues?.close();
  await servers?.stop();
}, 60_000);

/** A worker renews the lock of what it works at after half of its 30 s. */
const PAST_A_RENEWAL_MS = 17_000;

it('jobs that were running end quietly, long ones too, what really fails is told, and the next job runs', {
  timeout: 90_000,
}, async () => {
  const ran: string[] = [];
  const timer = async ({ kind }: { kind: string }) => {
    if (kind === 'emptied') {
      await servers.flushRedis();
      await new Promise((resolve) => setTimeout(resolve, PAST_A_RENEWAL_MS));
    }
    ran.push(kind);
    if (kind === 'fails') throw new Error('planted');
  };
  const idle = async () => {};
  queues.work({ timer, handoff: idle, delivery: idle, hooks: idle });
  for (const kind of ['emptied', 'fails', 'after']) {
    await expect.poll(() => queues.add('timer', { kind, shopId: '1', id: kind }), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => ran, { timeout: 30_000 }).toContain(kind);
  }
  await expect.poll(() => told, { timeout: 10_000 }).toContain('planted');
  expect(told).toEqual(['planted']);
});
