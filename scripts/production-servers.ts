// Real PostgreSQL + pgvector and real Redis for tests: those named in the environment, or private ones on this machine. Knows nothing of the product.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { canInstallOnDebian, debianWithPostgres, installPackages } from './servers/debian.ts';
import { installedPostgres, type PrivatePostgres, postgresInside, startPostgres } from './servers/postgres.ts';
import { flush, type PrivateRedis, redisInstalled, startRedis } from './servers/redis.ts';

export interface ProductionServers {
  /** Database `jiebang`, owned by a role that may create roles and databases but is no superuser; the vector extension is there. */
  databaseUrl: string;
  /** Empty when the database was given from outside. */
  superuserUrl: string;
  redisUrl: string;
  /** Stops and starts PostgreSQL, or starts it after `killPostgres`. */
  restartPostgres(): Promise<void>;
  /** SIGKILL to every process of PostgreSQL; it stays down until `restartPostgres`. */
  killPostgres(): Promise<void>;
  /** SIGKILL: all queues are lost. */
  stopRedis(): Promise<void>;
  startRedis(): Promise<void>;
  flushRedis(): Promise<void>;
  /** One more empty database beside `jiebang`, same owner, vector included; only on a private server. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

export interface ProductionServerOptions {
  /** Private servers even where TEST_DATABASE_URL / TEST_REDIS_URL are set: for tests that kill them. */
  own?: boolean;
  /** Real fsync, for tests that measure or promise durability; the default is fast. */
  durable?: boolean;
  say?: (line: string) => void;
}

/**
 * Gives `{ skipped }` with a sentence for people where real servers cannot be had; throws only when servers that
 * should work do not.
 */
export async function startProductionServers(
  options: ProductionServerOptions = {},
): Promise<ProductionServers | { skipped: string }> {
  const say = options.say ?? ((line: string) => console.error(line));
  const given = {
    database: options.own ? '' : process.env.TEST_DATABASE_URL,
    redis: options.own ? '' : process.env.TEST_REDIS_URL,
  };
  const programs = given.database ? undefined : (installedPostgres() ?? (await fromDebian(say)));
  if (programs && 'skipped' in programs) return programs;
  const missing = given.redis ? undefined : await ensureRedis(say);
  if (missing) return missing;

  const postgres = programs && (await startPostgres(programs, options.durable ?? false));
  let redis: PrivateRedis | undefined;
  try {
    redis = given.redis ? undefined : await startRedis();
    const shop = postgres && (await prepareLogin(postgres.superuserUrl));
    return servers(postgres, redis, {
      databaseUrl: shop?.databaseUrl ?? given.database ?? '',
      redisUrl: redis?.url ?? given.redis ?? '',
      ...(shop ? { createDatabase: shop.createDatabase } : {}),
    });
  } catch (error) {
    await redis?.stop();
    await postgres?.stop();
    throw error;
  }
}

async function fromDebian(say: (line: string) => void) {
  if (!canInstallOnDebian()) {
    return {
      skipped:
        '本机没有带 pgvector（0.8 以上）的 PostgreSQL 15+，也不是可以自动准备的 Debian root 环境；可设置 TEST_DATABASE_URL 指定一个。',
    };
  }
  try {
    return postgresInside(await debianWithPostgres(say));
  } catch (error) {
    return { skipped: `没能准备好 PostgreSQL + pgvector：${reason(error)}。可设置 TEST_DATABASE_URL 指定一个。` };
  }
}

async function ensureRedis(say: (line: string) => void): Promise<{ skipped: string } | undefined> {
  if (redisInstalled()) return undefined;
  if (!canInstallOnDebian()) return { skipped: '本机没有 redis-server；请安装，或设置 TEST_REDIS_URL 指定一个。' };
  say('正在安装 redis-server（不启动系统服务）…');
  try {
    await installPackages('redis-server');
  } catch (error) {
    return { skipped: `没能安装 redis-server：${reason(error)}。可设置 TEST_REDIS_URL 指定一个。` };
  }
  return redisInstalled() ? undefined : { skipped: 'redis-server 装好了却运行不了。' };
}

const reason = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').slice(-2).join(' ');

/** A real shop's database is not run by a superuser, so neither are the tests: a missing grant must show here. */
async function prepareLogin(superuserUrl: string) {
  const password = randomBytes(18).toString('base64url');
  const urlOf = (name: string): string => {
    const url = new URL(superuserUrl);
    Object.assign(url, { username: 'jiebang_login', password, pathname: `/${name}` });
    return url.href;
  };
  const createDatabase = async (name: string): Promise<string> => {
    if (!/^[a-z][a-z0-9_]{0,50}$/.test(name)) throw new Error(`not a plain database name: ${name}`);
    await ask(superuserUrl, `create database ${name} owner jiebang_login`);
    return urlOf(name);
  };
  // In the template, so that every database the login creates has it: only a superuser may add an untrusted extension.
  const template = new URL(superuserUrl);
  template.pathname = '/template1';
  await ask(template.href, 'create extension vector');
  await ask(
    superuserUrl,
    `create role jiebang_login login createrole createdb nosuperuser nobypassrls password '${password}'`,
  );
  return { databaseUrl: await createDatabase('jiebang'), createDatabase };
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function servers(
  postgres: PrivatePostgres | undefined,
  redis: PrivateRedis | undefined,
  facts: Pick<ProductionServers, 'databaseUrl' | 'redisUrl'> & Partial<Pick<ProductionServers, 'createDatabase'>>,
): ProductionServers {
  const notOurs = (what: string) => () =>
    Promise.reject(new Error(`${what} was given from outside and is not ours to stop; ask for own servers`));
  return {
    createDatabase: notOurs('PostgreSQL'),
    ...facts,
    superuserUrl: postgres?.superuserUrl ?? '',
    restartPostgres: postgres?.restart ?? notOurs('PostgreSQL'),
    killPostgres: postgres?.kill ?? notOurs('PostgreSQL'),
    stopRedis: redis?.kill ?? notOurs('Redis'),
    startRedis: redis?.start ?? notOurs('Redis'),
    flushRedis: () => flush(facts.redisUrl),
    async stop() {
      await Promise.all([redis?.stop(), postgres?.stop()]);
    },
  };
}
