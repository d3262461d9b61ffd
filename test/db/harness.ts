// Engines, pools and databases for the tests of this room.
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import pg from 'pg';
import type { Database } from '../../src/db/database.ts';
import { openWire, type Wire, type WireOptions } from '../../src/db/wire.ts';

export interface Lab {
  engine: PGlite;
  wire: Wire;
  pool: pg.Pool;
  createPool(config?: pg.PoolConfig): pg.Pool;
  /** A client of its own, ended with the lab. */
  createClient(config?: pg.ClientConfig): Promise<pg.Client>;
  close(): Promise<void>;
}

/** One engine in memory behind the wire, and pools on it. */
export async function openLab(options: WireOptions = {}): Promise<Lab> {
  const engine = await PGlite.create('memory://', { extensions: { vector } });
  const wire = await openWire(engine, options);
  const pools: pg.Pool[] = [];
  const base = {
    user: 'postgres',
    database: 'postgres',
    host: 'localhost',
    ssl: false,
    stream: () => wire.connect() as never,
  };
  const createPool = (config: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ max: 10, ...base, ...config });
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    pools.push(pool);
    return pool;
  };
  return {
    engine,
    wire,
    pool: createPool(),
    createPool,
    async createClient(config = {}) {
      const client = new pg.Client({ ...base, ...config });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    async close() {
      for (const pool of pools) if (!pool.ended) void pool.end().catch(() => {});
      await wire.close();
      await engine.close();
    },
  };
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until something holds, and fails after `limitMs`. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 5_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await pause(5);
  }
}

type Queryable = Pick<pg.Client, 'query'> | pg.Pool;

/** The first column of the first row. */
export async function value(client: Queryable, sql: string, values?: unknown[]): Promise<unknown> {
  const { rows } = await (client as pg.Pool).query({ text: sql, values, rowMode: 'array' } as pg.QueryArrayConfig);
  return rows[0]?.[0];
}

/** The error of a promise that must fail. */
export async function failure(work: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it should have failed');
}

/** The roles that migration 0001 creates, for tests without it. */
export async function createRoles(database: Database): Promise<void> {
  for (const role of ['jiebang_app', 'jiebang_queue']) {
    const { rowCount } = await database.ownerPool().query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount === 0) await database.ownerPool().query(`CREATE ROLE ${role} NOLOGIN`);
  }
}

/** A real server, if one is given. */
export const serverUrl = process.env.TEST_DATABASE_URL;

if (!serverUrl)
  console.warn('\n*** TEST_DATABASE_URL is not set: the tests on a real PostgreSQL server are SKIPPED ***\n');

/** A database of its own on the test server; the returned function drops it. */
export async function createServerDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `jiebang_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl as string);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    async drop() {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
