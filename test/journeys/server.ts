// Starts the real product inside the test: an embedded database of its own, or the servers named by the environment.
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { type App, type AppOptions, createApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { shopQuery } from '../../src/db/transaction.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../../src/shop.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { copySeeded } from './seed.ts';

export interface RunningServer {
  base: string;
  app: App;
  database: Database;
  shopId: string;
  /** Reads rows of the shop, in the name of the shop: also where the owner of the tables may not look. */
  rows<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  addStaff(login: string, role?: 'agent' | 'supervisor' | 'editor' | 'admin'): Promise<void>;
  close(): Promise<void>;
}

export const PASSWORD = 'Correct-Horse-9-Battery';
let databases = 0;

/** Each server gets a database of its own, so that tests can run side by side. */
export async function freshDatabaseUrl(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `journey_${process.pid}_${Date.now()}_${++databases}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    url: own.toString(),
    async drop() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      // autovacuum may be looking at it, and only a superuser may send that away: it goes by itself
      for (let tries = 1; ; tries++) {
        try {
          await client.query(`drop database if exists ${name} with (force)`);
          break;
        } catch (error) {
          if ((error as { code?: string }).code !== '42501' || tries === 40) throw error;
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      }
      await client.end();
    },
  };
}

export interface StartOptions {
  /** Where an embedded database lies that this server may change; without it there is a new one, embedded or a server's. */
  dataDir?: string;
  env?: Record<string, string>;
  app?: Partial<Pick<AppOptions, 'now' | 'writer' | 'history' | 'channels'>>;
}

export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const given = options.dataDir === undefined ? process.env.TEST_DATABASE_URL : undefined;
  const own = given ? await freshDatabaseUrl(given) : null;
  const copy =
    options.dataDir === undefined && own === null
      ? await copySeeded(async (folder) => (await startServer({ dataDir: folder })).close())
      : null;
  const dataDir = options.dataDir ?? copy?.folder;
  const env: Record<string, string> = {
    PORT: '0',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
    // no story depends on the hour at which it is told; those about the night say so
    SERVICE_HOURS: '00:00-24:00',
    // some shoppers here say more than anybody can type; the story of the limit sets it
    SHOPPER_BURST: '0',
    ...options.env,
  };
  if (own) {
    env.DATABASE_URL = own.url;
    if (process.env.TEST_REDIS_URL) env.REDIS_URL = process.env.TEST_REDIS_URL;
  }
  const config: Config = { ...loadConfig([], env, '/nonexistent/.env', options.app?.channels), DATA_DIR: '' };
  const database = await openDatabase(own ? { url: own.url } : dataDir === undefined ? {} : { dataDir });
  await migrate(database);
  const content = await loadShopContent(config);
  const app = await createApp({ config, database, content, onProgress: () => {}, ...options.app });
  await app.listen();
  const { port } = app.server.server.address() as AddressInfo;
  const shop = await ensureDefaultShop(database, config);
  return {
    base: `http://127.0.0.1:${port}`,
    app,
    database,
    shopId: shop.id,
    rows: (sql, values = []) => shopQuery(database.pool, shop.id, sql, values),
    async addStaff(login, role = 'agent') {
      await saveStaff(database.pool, shop.id, { login, name: login, role, teams: [], password: PASSWORD });
    },
    async close() {
      await app.close();
      await own?.drop();
      await copy?.remove();
    },
  };
}
