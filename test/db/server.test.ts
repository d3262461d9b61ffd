// On a real PostgreSQL server: roles and options, and a server that goes away and comes back.
import { connect, createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createListener } from '../../src/db/listener.ts';
import { createRoles, createServerDatabase, failure, pause, serverUrl, until, value } from './harness.ts';

/** Stands between program and server, so that the server can be restarted or fall silent for this test alone. */
async function openGate(target: URL) {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const create = () =>
    createServer((near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('data', (data) => isSilent || to.write(data));
        from.on('error', () => {});
        from.on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
      }
    });
  const listen = (server: Server, port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  let server = create();
  await listen(server, 0);
  const { port } = server.address() as { port: number };
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.toString(),
    stop,
    async start() {
      server = create();
      await listen(server, port);
    },
    /** Connections stay open and nothing passes any more, as after a pulled cable. */
    silence() {
      isSilent = true;
    },
    speak() {
      isSilent = false;
    },
  };
}

describe.runIf(serverUrl)('server', () => {
  let gate: Awaited<ReturnType<typeof openGate>>;
  let database: Database;
  let drop: () => Promise<void>;
  const errors: Error[] = [];

  beforeAll(async () => {
    const made = await createServerDatabase();
    drop = made.drop;
    gate = await openGate(new URL(made.url));
    database = await openDatabase({ url: gate.url, poolSize: 3, onError: (error) => errors.push(error) });
    await createRoles(database);
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await gate.stop();
    await drop();
  });

  test('the pools have their roles and paths, and options of the URL are kept', async () => {
    expect(database.mode).toBe('server');
    expect(await value(database.pool, 'SELECT current_user')).toBe('jiebang_app');
    expect(await value(database.pool, 'SHOW idle_in_transaction_session_timeout')).toBe('15s');
    expect(await value(database.queuePool(), 'SELECT current_user')).toBe('jiebang_queue');
    expect(await value(database.queuePool(), 'SHOW search_path')).toBe('bullmq,public');
    expect(await value(database.ownerPool(), 'SELECT current_user = session_user')).toBe(true);
    const url = new URL(gate.url);
    url.searchParams.set('options', '-c work_mem=9MB -c statement_timeout=7s');
    url.searchParams.set('application_name', 'desk & co');
    const other = await openDatabase({ url: url.toString() });
    expect(
      await value(
        other.pool,
        "SELECT current_setting('work_mem') || current_setting('statement_timeout') || current_setting('application_name') || current_user",
      ),
    ).toBe('9MB7sdesk & cojiebang_app');
    await other.close();
  });

  test('a wrong password and a missing database are told without the password', async () => {
    const url = new URL(serverUrl as string);
    url.password = 's3cret-but-wrong';
    const error = await failure(openDatabase({ url: url.toString() }));
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.stringContaining(url.host) });
    expect(error.message).not.toContain('s3cret-but-wrong');
    const nowhere = new URL(serverUrl as string);
    nowhere.pathname = '/no_such_database';
    expect((await failure(openDatabase({ url: nowhere.toString() }))).message).toContain('does not exist');
  });

  test('a server that does not answer is given up after five seconds', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const began = performance.now();
    const error = await failure(openDatabase({ url: `postgres://boss:s3cret@127.0.0.1:${port}/shop` }));
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(performance.now() - began).toBeGreaterThan(4_500);
    expect(performance.now() - began).toBeLessThan(8_000);
    mute.close();
  }, 15_000);

  test('a restart is survived: queries fail while it is away, and work when it is back', async () => {
    const heard: string[] = [];
    let reconnects = 0;
    await database.listen('desk', (payload) => heard.push(payload), { onReconnect: () => reconnects++ });
    await database.notify('desk', 'before');
    await until(() => heard.length === 1);
    const held = await database.pool.connect();
    await held.query('BEGIN');
    await gate.stop();
    await failure(held.query('SELECT 1'));
    held.release(true);
    expect((await failure(database.pool.query('SELECT 1'))).message).toBeTruthy();
    await pause(600);
    await gate.start();
    await until(async () => (await value(database.pool, 'SELECT 1').catch(() => 0)) === 1);
    expect(await Promise.all([1, 2, 3, 4, 5].map((at) => value(database.pool, 'SELECT $1::int', [at])))).toEqual([
      1, 2, 3, 4, 5,
    ]);
    await until(() => reconnects === 1, 10_000);
    await database.notify('desk', 'after');
    await until(() => heard.length === 2);
    expect(heard).toEqual(['before', 'after']);
    expect(errors.length).toBeGreaterThan(0);
  }, 30_000);

  test('sessions ended by the administrator are replaced', async () => {
    const heard: string[] = [];
    let reconnects = 0;
    await database.listen('desk_2', (payload) => heard.push(payload), { onReconnect: () => reconnects++ });
    await Promise.all([1, 2, 3].map(() => database.pool.query('SELECT pg_sleep(0.05)')));
    const admin = new pg.Client({ connectionString: serverUrl });
    await admin.connect();
    const name = new URL(gate.url).pathname.slice(1);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await admin.end();
    await until(async () => (await value(database.pool, 'SELECT 1').catch(() => 0)) === 1);
    await until(() => reconnects === 1, 10_000);
    await database.notify('desk_2', 'x');
    await until(() => heard.length === 1);
  }, 30_000);

  test('a listening connection that falls silent is noticed and replaced', async () => {
    const lost: Error[] = [];
    const heard: string[] = [];
    let reconnects = 0;
    const timing = { retryMinMs: 50, retryMaxMs: 200, pingEveryMs: 100, pingTimeoutMs: 150 };
    const listener = createListener(
      () => new pg.Client({ connectionString: gate.url, connectionTimeoutMillis: 300 }),
      (error) => lost.push(error),
      timing,
    );
    await listener.listen('desk_3', (payload) => heard.push(payload), { onReconnect: () => reconnects++ });
    gate.silence();
    await until(() => lost.some((error) => error.message.includes('does not answer')));
    gate.speak();
    await until(() => reconnects === 1);
    await until(async () => (await value(database.pool, 'SELECT 1').catch(() => 0)) === 1);
    await database.notify('desk_3', 'x');
    await until(() => heard.length === 1);
    await listener.close();
  }, 30_000);
});
