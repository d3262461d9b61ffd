// The private servers of the production tests are real: PostgreSQL with pgvector and an ordinary login, Redis that forgets, and both come back after a kill.
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProductionServers, startProductionServers } from '../../scripts/production-servers.ts';

let servers: ProductionServers;

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  const started = await startProductionServers({ own: true, durable: true });
  if ('skipped' in started) throw new Error(started.skipped);
  servers = started;
}, 300_000);

afterAll(() => servers?.stop());

test('PostgreSQL 15 or newer, pgvector with half vectors, and a login that is no superuser', async () => {
  const [facts] = await ask(
    servers.databaseUrl,
    `select current_setting('server_version_num')::int as version, current_user as login, rolsuper, rolcreaterole, rolbypassrls,
       pg_get_userbyid(datdba) as owner, '[1,2,3]'::halfvec(3) <-> '[1,2,5]'::halfvec(3) as distance
     from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
  );
  expect(facts).toMatchObject({
    login: 'jiebang_login',
    owner: 'jiebang_login',
    rolsuper: false,
    rolcreaterole: true,
    rolbypassrls: false,
    distance: 2,
  });
  expect(facts?.version).toBeGreaterThanOrEqual(150_000);
});

test('every further database has vectors too, whoever makes it', async () => {
  const made = await servers.createDatabase('second');
  await ask(servers.databaseUrl, 'create database third');
  for (const url of [made, servers.databaseUrl.replace(/\/jiebang$/, '/third')]) {
    await ask(
      url,
      'create extension if not exists vector; create table v (e vector(2)); create index on v using hnsw (e vector_l2_ops)',
    );
  }
});

test('what was committed is there after every process was killed', async () => {
  await ask(servers.databaseUrl, 'create table kept (n int); insert into kept values (1)');
  const open = new pg.Client({ connectionString: servers.databaseUrl });
  open.on('error', () => undefined);
  await open.connect();
  await open.query('begin; insert into kept values (2)');

  await servers.killPostgres();
  await expect(ask(servers.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  await servers.restartPostgres();
  expect(await ask(servers.databaseUrl, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a restart cuts connections and keeps the address', async () => {
  const open = new pg.Client({ connectionString: servers.databaseUrl });
  // It hears twice: what the server said, and that the connection is gone.
  const cut = new Promise((resolve) => open.on('error', resolve));
  await open.connect();
  await servers.restartPostgres();
  await cut;
  expect(await ask(servers.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('Redis answers, is flushed, and forgets everything when it is stopped', async () => {
  const redis = new Redis(servers.redisUrl);
  redis.on('error', () => undefined);
  try {
    expect(await redis.ping()).toBe('PONG');
    await redis.set('a', '1');
    await servers.flushRedis();
    expect(await redis.get('a')).toBeNull();
    await redis.set('b', '1');
    await servers.stopRedis();
    await servers.startRedis();
    expect(await redis.get('b')).toBeNull();
    expect(await redis.config('GET', 'maxmemory-policy')).toContain('noeviction');
  } finally {
    redis.disconnect();
  }
});
