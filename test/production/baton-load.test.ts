// Agents and a long queue in short, on real servers of its own; the full length is `scripts/baton-load.ts` (docs/promises.md).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBatonLoad } from '../../scripts/baton-load.ts';
import { type ProductionServers, startProductionServers } from '../../scripts/production-servers.ts';

let servers: ProductionServers;
beforeAll(async () => {
  // its own, because it empties the queue
  const started = await startProductionServers({ own: true });
  if ('skipped' in started) throw new Error(started.skipped);
  servers = started;
}, 240_000);
afterAll(() => servers?.stop());

describe('agents who come, go, decline and forget, and a queue that is emptied', () => {
  it('no conversation is unowned and unqueued, no offer goes to who cannot take it', { timeout: 240_000 }, async () => {
    const run = await runBatonLoad({ servers, agents: 20, waiting: 150, seconds: 30, wipes: 2, say: () => {} });
    expect(run).toMatchObject({ strays: 0, absent: 0, overfull: 0, outOfOrder: 0, twice: 0, wipes: 2 });
    expect(run.offers).toBeGreaterThan(40);
    expect(run.accepted).toBeGreaterThan(20);
    expect(run.samples).toBeGreaterThan(30);
  });
});
