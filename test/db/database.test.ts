// The embedded database as the product opens it: where it lives, who may use it, and what survives its process.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createRoles, failure, pause, until, value } from './harness.ts';

const crashWriter = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
let directory: string;
let opened: Database[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jiebang-data-'));
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(options: Parameters<typeof openDatabase>[0] = {}): Promise<Database> {
  const database = await openDatabase(options);
  opened.push(database);
  return database;
}

describe('in memory', () => {
  test('three pools are three kinds of sessions; roles may come after opening', async () => {
    const database = await open();
    expect(database.mode).toBe('embedded');
    expect((await failure(database.pool.query('SELECT 1'))).message).toContain('role "jiebang_app" does not exist');
    await createRoles(database);
    const who = 'SELECT current_user AS user, session_user AS login';
    expect((await database.pool.query(who)).rows).toEqual([{ user: 'jiebang_app', login: 'jiebang_app' }]);
    expect((await database.queuePool().query(who)).rows).toEqual([{ user: 'jiebang_queue', login: 'jiebang_queue' }]);
    expect((await database.ownerPool().query(who)).rows).toEqual([{ user: 'postgres', login: 'postgres' }]);
    expect(await value(database.queuePool(), 'SHOW search_path')).toBe('bullmq,public');
    expect(await value(database.ownerPool(), "SELECT name FROM pg_available_extensions WHERE name = 'vector'")).toBe(
      'vector',
    );
    expect(database.ownerPool()).toBe(database.ownerPool());
    expect(await value(database.pool, 'SELECT 9007199254740993::int8')).toBe('9007199254740993');
  });

  test('notifications: several listeners, several channels, stopping one', async () => {
    const database = await open();
    await createRoles(database);
    const heard: string[] = [];
    const stopFirst = await database.listen('Desk', (payload) => heard.push(`first ${payload}`));
    await database.listen('Desk', (payload) => heard.push(`second ${payload}`));
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => database.listen(`many_${at}`, (payload) => heard.push(`many ${payload}`))),
    );
    await database.listen('Desk', () => {
      throw new Error('a callback that throws disturbs nobody');
    });
    await database.notify('Desk', '1');
    await database.notify('many_7', '客服');
    await until(() => heard.length === 3);
    await stopFirst();
    await stopFirst();
    await database.notify('Desk', '2');
    await until(() => heard.length === 4);
    expect(heard.toSorted()).toEqual(['first 1', 'many 客服', 'second 1', 'second 2']);
    expect((await failure(database.notify('Desk', 'x'.repeat(8_000)))).message).toContain('too long');
  });

  test('a client somebody holds and that breaks does not end the process', async () => {
    const errors: Error[] = [];
    const database = await open({ onError: (error) => errors.push(error) });
    await createRoles(database);
    const client = await database.pool.connect();
    (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(
      new Error('cut'),
    );
    await until(() => errors.length > 0);
    expect(errors[0]?.message).toBe('cut');
    client.release(true);
    expect(await value(database.pool, 'SELECT 1')).toBe(1);
  });

  test('close ends everything, even a client that was never given back, and can be called twice', async () => {
    const database = await open();
    const held = await database.ownerPool().connect();
    await held.query('BEGIN');
    const began = performance.now();
    await Promise.all([database.close(), database.close()]);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect((await failure(held.query('SELECT 1'))).message).toBeTruthy();
  }, 30_000);

  test('an open transaction of one request makes the others wait for their turn, not fail', async () => {
    const database = await open({ poolSize: 3 });
    await createRoles(database);
    const client = await database.pool.connect();
    await client.query('BEGIN');
    const others = Array.from({ length: 10 }, (_, at) => value(database.pool, 'SELECT $1::int', [at]));
    await pause(50);
    await client.query('COMMIT');
    client.release();
    expect(await Promise.all(others)).toEqual(Array.from({ length: 10 }, (_, at) => at));
  });
});

describe('in a directory', () => {
  test('rows are there after closing and opening again', async () => {
    const dataDir = join(directory, '客服 data');
    const first = await open({ dataDir });
    await first
      .ownerPool()
      .query("CREATE EXTENSION vector; CREATE TABLE kept (v vector(2)); INSERT INTO kept VALUES ('[1,2]')");
    await first.close();
    expect(existsSync(join(dataDir, 'pg', 'PG_VERSION'))).toBe(true);
    const second = await open({ dataDir });
    expect(await value(second.ownerPool(), 'SELECT v FROM kept')).toBe('[1,2]');
  });

  test('only one may open it, and a failed opening frees the lock', async () => {
    const first = await open({ dataDir: directory });
    expect(await failure(open({ dataDir: directory }))).toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await first.close();
    rmSync(join(directory, 'pg'), { recursive: true });
    writeFileSync(join(directory, 'pg'), 'no directory');
    const error = await failure(open({ dataDir: directory }));
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(error.message).toContain(directory);
    rmSync(join(directory, 'pg'));
    await open({ dataDir: directory });
  });

  test('a first start that was killed half way is done again', async () => {
    mkdirSync(join(directory, 'pg.new', 'base'), { recursive: true });
    writeFileSync(join(directory, 'pg.new', 'PG_VERSION'), '18');
    const database = await open({ dataDir: directory });
    expect(await value(database.ownerPool(), 'SELECT 1')).toBe(1);
    expect(existsSync(join(directory, 'pg.new'))).toBe(false);
  });

  test('files of another version are refused in one sentence, and left alone', async () => {
    await (await open({ dataDir: directory })).close();
    const version = join(directory, 'pg', 'PG_VERSION');
    writeFileSync(version, '16\n');
    expect(await failure(open({ dataDir: directory }))).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    writeFileSync(version, '18\n');
    await open({ dataDir: directory });
  });

  test('kill -9 loses no acknowledged row', async () => {
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [crashWriter, directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (data: Buffer) => {
        output += data.toString();
      });
      const exited = new Promise((resolve) => child.once('close', resolve));
      await until(() => output.split('\n').length > 200 + round * 150, 60_000);
      child.kill('SIGKILL');
      await exited;
      const acknowledged = output
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== 'open');
      const database = await open({ dataDir: directory });
      const { rows } = await database.ownerPool().query<{ id: string }>('SELECT id FROM promises');
      const stored = new Set(rows.map((row) => row.id));
      expect(acknowledged.length).toBeGreaterThan(100);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
      await database.close();
    }
  }, 180_000);
});
