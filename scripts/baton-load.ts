// Many agents and a long queue: 200 agents who accept, decline, lapse, disconnect and take breaks, 5,000 shoppers who wait, more arriving. The product runs whole; a witness in the database judges.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createApp } from '../src/app.ts';
import { type Database, openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { inShop } from '../src/db/transaction.ts';
import { saveTeam } from '../src/handoff/teams.ts';
import { loadConfig } from '../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../src/shop.ts';
import { addAgents } from './baton-load/agents.ts';
import { liveBeside } from './baton-load/agents-beside.ts';
import { arrive, TEAMS } from './baton-load/arrivals.ts';
import { installWitness, judgeOffers, type OfferFindings, offerLatencies, strays } from './baton-load/witness.ts';
import { type ProductionServers, startProductionServers } from './production-servers.ts';

export interface BatonLoadOptions {
  servers: Pick<ProductionServers, 'databaseUrl' | 'redisUrl' | 'flushRedis'>;
  agents: number;
  waiting: number;
  seconds: number;
  wipes: number;
  say(line: string): void;
}

interface Latency {
  p50: number;
  p99: number;
  n: number;
}

export interface BatonLoad extends OfferFindings {
  agents: number;
  waiting: number;
  arrived: number;
  accepted: number;
  resolved: number;
  samples: number;
  /** Samples in which a conversation and its handoff did not agree. */
  strays: number;
  latencyMs: Latency;
  /** Without the opening, when all agents come within seconds and 5,000 wait. */
  settledMs: Latency;
  wipes: number;
  /** The longest time after a wipe until the next offer. */
  resumedMs: number;
}

const SAMPLE_EVERY_MS = 250;
const ARRIVALS_PER_SECOND = 4;
/** Until every agent has come and has had the first shoppers. */
const OPENING_MS = 20_000;
const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

const latencyOf = (ms: readonly number[]): Latency => ({
  p50: Math.round(at(ms, 0.5)),
  p99: Math.round(at(ms, 0.99)),
  n: ms.length,
});

async function lastOffer(database: Database): Promise<number> {
  const { rows } = await database.ownerPool().query<{ n: number }>('select count(*)::int as n from witness_offers');
  return rows[0]!.n;
}

/** Empties the queue and waits for the next offer. Milliseconds. */
async function wipe(database: Database, servers: BatonLoadOptions['servers']): Promise<number> {
  const before = await lastOffer(database);
  await servers.flushRedis();
  const began = performance.now();
  while (performance.now() - began < 30_000) {
    if ((await lastOffer(database)) > before) break;
    await pause(20);
  }
  return performance.now() - began;
}

export async function runBatonLoad(options: BatonLoadOptions): Promise<BatonLoad> {
  const { servers, say } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-baton-load-'));
  const env = { PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl };
  const config = { ...loadConfig([], env, '/nonexistent/.env'), DATA_DIR: folder };
  const database = await openDatabase({ url: servers.databaseUrl });
  await migrate(database);
  const app = await createApp({ config, database, content: await loadShopContent(config), onProgress: () => {} });
  await app.listen();
  const shop = await ensureDefaultShop(database, config);
  const owner = database.ownerPool();
  await installWitness(owner);
  for (const name of TEAMS)
    await inShop(database.pool, shop.id, (tx) =>
      saveTeam(tx, shop.id, {
        name,
        label: name,
        mode: 'offer',
        offerSeconds: 8,
        overflow: null,
        hours: null,
      }),
    );
  const base = `http://127.0.0.1:${(app.server.server.address() as { port: number }).port}`;
  try {
    say(`${options.waiting} shoppers begin to wait`);
    await arrive(database.pool, shop.id, options.waiting);
    const agents = await addAgents(database.pool, shop.id, options.agents);
    const openedAt = Date.now();
    const people = liveBeside({ base, databaseUrl: servers.databaseUrl, shopId: shop.id, agents });
    let arrived = 0;
    let bad = 0;
    let samples = 0;
    let resumedMs = 0;
    const until = performance.now() + options.seconds * 1_000;
    const arrivals = (async () => {
      while (performance.now() < until) {
        await pause((-Math.log(1 - Math.random()) * 1_000) / ARRIVALS_PER_SECOND);
        await arrive(database.pool, shop.id, 1);
        arrived += 1;
      }
    })();
    const sampling = (async () => {
      while (performance.now() < until) {
        if ((await strays(owner)) > 0) bad += 1;
        samples += 1;
        await pause(SAMPLE_EVERY_MS);
      }
    })();
    const wiping = (async () => {
      for (let n = 0; n < options.wipes; n++) {
        await pause((options.seconds * 1_000) / (options.wipes + 1));
        resumedMs = Math.max(resumedMs, await wipe(database, servers));
      }
    })();
    await Promise.all([arrivals, sampling, wiping]);
    const { came, accepted, resolved } = await people.stop();
    return {
      agents: options.agents,
      waiting: options.waiting,
      arrived,
      accepted,
      resolved,
      samples,
      strays: bad + ((await strays(owner)) > 0 ? 1 : 0),
      ...(await judgeOffers(owner)),
      latencyMs: latencyOf(await offerLatencies(owner, came, new Date(0))),
      settledMs: latencyOf(await offerLatencies(owner, came, new Date(openedAt + OPENING_MS))),
      wipes: options.wipes,
      resumedMs: Math.round(resumedMs),
    };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      agents: { type: 'string', default: '200' },
      waiting: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '180' },
      wipes: { type: 'string', default: '0' },
    },
  });
  const servers = await startProductionServers({ own: true });
  if ('skipped' in servers) {
    console.error(`已跳过 / SKIPPED: ${servers.skipped}`);
    process.exit(0);
  }
  try {
    const done = await runBatonLoad({
      servers,
      agents: Number(values.agents),
      waiting: Number(values.waiting),
      seconds: Number(values.seconds),
      wipes: Number(values.wipes),
      say: (line) => console.error(line),
    });
    console.log(JSON.stringify(done));
    if (done.strays + done.absent + done.overfull + done.outOfOrder + done.twice > 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}
