// Opens the one database in either way to run, a PostgreSQL server or PGlite inside this process, and hands out
// ordinary `pg` pools; it knows nothing of tables. The rest of the product cannot tell the two ways apart.
import pg from 'pg';
import { openEmbedded } from './embedded.ts';
import { checkServer, notAnAddress } from './fitness.ts';
import { createListener, type ListenOptions } from './listener.ts';

export interface DatabaseOptions {
  /** A PostgreSQL server, `postgres://user:password@host:port/name`. Wins over `dataDir`. */
  url?: string;
  /** Directory of the embedded database, not safe against a loss of power. Neither of the two: one in memory. */
  dataDir?: string;
  /** Connections of `pool`. */
  poolSize?: number;
  /** Told about connections that broke while nobody was waiting on them, and of a stopped engine (`fatal`). */
  onError?: (error: Error, fatal: boolean) => void;
}

export interface Database {
  readonly mode: 'server' | 'embedded';
  /** Every request of the product; sessions run as the role `jiebang_app`, under row-level security. */
  readonly pool: pg.Pool;
  /** Migrations: the login user of the server, the superuser of the embedded engine. */
  ownerPool(): pg.Pool;
  /** BullMQ's tables: role `jiebang_queue`, search_path `bullmq, public`. */
  queuePool(): pg.Pool;
  /**
   * Calls back for each notification on a channel, over restarts of the server; what was sent while it was away is
   * lost, so `onReconnect` should look at the rows. Returns the function that stops it.
   */
  listen(channel: string, onPayload: (payload: string) => void, options?: ListenOptions): Promise<() => Promise<void>>;
  /** Payload below 8,000 bytes; equal payloads of one transaction arrive once, so send ids. */
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** Where connections come from, and what is left to close after the pools. */
interface Source {
  mode: Database['mode'];
  /** Settings for a connection as the owner, or as one of the product's roles. */
  config(role?: string, settings?: Record<string, string>): pg.ClientConfig;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
/** Nothing can be out of reach inside of one process; a connection only waits for its turn, behind a long statement. */
const turnTimeoutMs = 30_000;
/** How long closing waits for a client that somebody has not given back. */
const closeTimeoutMs = 5_000;
/** The same limit in both modes; a transaction waits for nothing but the database. */
const idleTransactionMs = 15_000;
const poolSizeDefault = 10;
const ownerPoolSize = 2;

/**
 * @throws DatabaseFailure `DATABASE_UNREACHABLE`, `DATABASE_UNFIT`, `DATA_DIR_IN_USE`, `DATA_DIR_NOT_WRITABLE`
 */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const onError = options.onError ?? (() => {});
  const source = options.url
    ? await openServer(options.url)
    : await openEngine(options.dataDir, (error) => onError(error, true));
  const pools: pg.Pool[] = [];
  const createPool = (config: pg.PoolConfig) => {
    const pool = new pg.Pool(config);
    // Without a listener a broken connection would end the process, in the pool and in somebody's hands alike.
    pool.on('connect', (client) => client.on('error', (error) => onError(error, false)));
    pool.on('error', () => {}); // the client has told already
    pools.push(pool);
    return pool;
  };
  const listener = createListener(
    () => new pg.Client(source.config()),
    (error) => onError(error, false),
  );
  const max = options.poolSize ?? poolSizeDefault;
  const pool = createPool({ ...source.config('jiebang_app'), max, pipeline: true });
  let ownerPool: pg.Pool | undefined;
  let queuePool: pg.Pool | undefined;
  let closing: Promise<void> | undefined;
  return {
    mode: source.mode,
    pool,
    ownerPool() {
      ownerPool ??= createPool({ ...source.config(), max: ownerPoolSize });
      return ownerPool;
    },
    queuePool() {
      // BullMQ keeps one client for LISTEN per queue and worker, besides the queries of its jobs.
      queuePool ??= createPool({ ...source.config('jiebang_queue', { search_path: 'bullmq,public' }), max: max + 20 });
      return queuePool;
    },
    listen: (channel, onPayload, options) => listener.listen(channel, onPayload, options),
    async notify(channel, payload) {
      await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    },
    close() {
      closing ??= (async () => {
        await withinMs(closeTimeoutMs, Promise.all([listener.close(), ...pools.map((one) => one.end())]));
        await source.close();
      })();
      return closing;
    },
  };
}

async function openServer(url: string): Promise<Source> {
  const { connectionString, options } = splitOptions(url);
  const source: Source = {
    mode: 'server',
    config(role, settings = {}) {
      const all = role
        ? { role, idle_in_transaction_session_timeout: String(idleTransactionMs), ...settings }
        : settings;
      return {
        connectionString,
        options: `${options} ${optionWords(all)}`.trim(),
        keepAlive: true,
        connectionTimeoutMillis: connectTimeoutMs,
      };
    },
    async close() {},
  };
  await checkServer(() => new pg.Client(source.config()));
  return source;
}

/** `pg` lets `options` of the URL win over the ones passed beside it, so they are taken out and joined. */
function splitOptions(url: string): { connectionString: string; options: string } {
  if (!/^postgres(?:ql)?:\/\//i.test(url)) throw notAnAddress();
  const mark = url.indexOf('?');
  if (mark < 0) return { connectionString: url, options: '' };
  const query = new URLSearchParams(url.slice(mark + 1));
  const options = query.get('options') ?? '';
  query.delete('options');
  const rest = query.toString();
  return { connectionString: url.slice(0, mark) + (rest ? `?${rest}` : ''), options };
}

async function openEngine(dataDir: string | undefined, onFatal: (error: Error) => void): Promise<Source> {
  const { wire, close } = await openEmbedded(dataDir, { idleTransactionMs, onFatal });
  return {
    mode: 'embedded',
    config: (role, settings = {}) => ({
      // A session that starts as the role cannot climb out of it with RESET ROLE.
      user: role ?? 'postgres',
      database: 'postgres',
      host: 'localhost',
      ssl: false,
      options: optionWords(settings),
      connectionTimeoutMillis: turnTimeoutMs,
      stream: () => wire.connect() as never,
    }),
    close,
  };
}

function optionWords(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

async function withinMs(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
