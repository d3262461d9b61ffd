// Child of the bench: the whole product, and beside it on the same pool the two floors it is compared with. Knows nothing of the load.
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { type App, createApp } from '../../src/app.ts';
import { shopDay } from '../../src/bot/clock-words.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { shopQuery } from '../../src/db/transaction.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { createKnowledgeBase } from '../../src/jobs/release.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../../src/shop.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { answerCalls } from './child.ts';
import { median } from './rows.ts';

export type ServerCalls = {
  start: {
    args: { databaseUrl: string; redisUrl: string; dataDir: string; secret: string; deliverUrl: string };
    /** Addresses of the product and of the floors. */
    result: { product: string; floors: string };
  };
  /** What the product still has to do, and what it has done. */
  progress: { args: null; result: { openTurns: number; unsent: number; turnsDone: number; waiting: number } };
  addAgents: { args: { logins: string[]; password: string }; result: null };
  /** Median of understanding one message, warm and alone; and of its steps. */
  understand: { args: { texts: string[]; times: number }; result: { us: number; steps: Record<string, number> } };
  modelBytes: { args: null; result: number };
  startProfile: { args: null; result: null };
  stopProfile: { args: { file: string }; result: null };
};

interface Running {
  app: App;
  database: Database;
  floors: FastifyInstance;
  shopId: string;
  config: ReturnType<typeof loadConfig>;
}

let running: Running | null = null;
let profiler: Session | null = null;

const current = (): Running => {
  if (running === null) throw new Error('not started');
  return running;
};

const addressOf = (server: FastifyInstance): string =>
  `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;

/** Both floors read the same body as the product and answer as it does; one stores nothing, the other one row. */
async function openFloors(database: Database): Promise<FastifyInstance> {
  await database.ownerPool().query(`create table bench_floor (id bigint generated always as identity primary key,
    external_id text not null, text text not null, created_at timestamptz not null default now())`);
  await database.ownerPool().query('grant insert, select on bench_floor to jiebang_app');
  const app = Fastify();
  app.post('/empty', async (_request, reply) => reply.code(202).send({ seq: 1 }));
  app.post('/insert', async (request, reply) => {
    const { clientMessageId, text } = request.body as { clientMessageId: string; text: string };
    const { rows } = await database.pool.query<{ id: string }>({
      name: 'bench-floor',
      text: 'insert into bench_floor (external_id, text) values ($1, $2) returning id',
      values: [clientMessageId, text],
    });
    return reply.code(202).send({ seq: Number(rows[0]!.id) });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

async function start({ databaseUrl, redisUrl, dataDir, secret, deliverUrl }: ServerCalls['start']['args']) {
  const env = {
    PORT: '0',
    LOG_LEVEL: 'error',
    SERVICE_HOURS: '00:00-24:00', // the figures are the same at night
    SHOPPER_BURST: '0', // few shoppers send for many
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    DATA_DIR: dataDir,
    WEBHOOK_SECRET: secret,
    WEBHOOK_DELIVER_URL: deliverUrl,
  };
  const config = loadConfig([], env, '/nonexistent/.env');
  const content = await loadShopContent(config);
  const database = await openDatabase(databaseUrl ? { url: databaseUrl } : { dataDir: config.DATA_DIR });
  await migrate(database);
  const app = await createApp({ config, database, content, onProgress: (line) => console.error(line) });
  await app.listen();
  const shop = await ensureDefaultShop(database, config);
  running = { app, database, floors: await openFloors(database), shopId: shop.id, config };
  return { product: addressOf(app.server), floors: addressOf(running.floors) };
}

async function progress() {
  const { database, shopId } = current();
  const { rows } = await shopQuery<ServerCalls['progress']['result']>(
    database.pool,
    shopId,
    `select (select count(*)::int from turns where state in ('open', 'leased')) as "openTurns",
       (select count(*)::int from outbox where state in ('new', 'sending')) as unsent,
       (select count(*)::int from turns where state not in ('open', 'leased')) as "turnsDone",
       (select count(*)::int from handoffs where state = 'waiting') as waiting`,
  );
  return rows[0]!;
}

async function understand({ texts, times }: ServerCalls['understand']['args']) {
  const { database, shopId, config } = current();
  const onError = (error: unknown) => console.error(error);
  const { pool } = database;
  const base = await createKnowledgeBase({ pool, config, learned: createLearned(pool), onError }, [shopId]);
  const context = { shopId, channel: 'web', today: shopDay(new Date()) };
  const us: number[] = [];
  const steps = new Map<string, number[]>();
  const ask = (i: number) => base.of(shopId).understand(texts[i % texts.length]!, context);
  for (let i = 0; i < times; i++) await ask(i); // the compiler's share
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    const { timings } = await ask(i);
    us.push((performance.now() - began) * 1_000);
    for (const [name, ms] of Object.entries(timings)) steps.set(name, [...(steps.get(name) ?? []), ms * 1_000]);
  }
  base.close();
  return { us: median(us), steps: Object.fromEntries([...steps].map(([name, all]) => [name, median(all)])) };
}

answerCalls<ServerCalls>({
  start,
  progress,
  understand,
  async addAgents({ logins, password }) {
    const { database, shopId } = current();
    for (const login of logins)
      await saveStaff(database.pool, shopId, { login, name: login, role: 'agent', teams: [], password });
    return null;
  },
  async modelBytes() {
    const { database, shopId } = current();
    const { rows } = await shopQuery<{ bytes: number }>(
      database.pool,
      shopId,
      `select sum(length(m.bytes))::int as bytes from faq_models m join faq_releases r on r.models_id = m.id
       join shops s on s.current_release_id = r.id`,
    );
    return rows[0]!.bytes;
  },
  async startProfile() {
    profiler = new Session();
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.start');
    return null;
  },
  async stopProfile({ file }) {
    const { profile } = await profiler!.post('Profiler.stop');
    profiler!.disconnect();
    await writeFile(file, JSON.stringify(profile));
    return null;
  },
});

process.on('SIGTERM', () => {
  void (async () => {
    await running?.floors.close();
    await running?.app.close();
    process.exit(0);
  })();
});
