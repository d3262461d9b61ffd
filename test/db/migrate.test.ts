// Forward-only migrations: order, atomicity, two starters at once, and files that contradict the database.
import { mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { failure } from './harness.ts';
import { modes, type OpenedMode, openMode } from './modes.ts';

describe.each(modes)('%s', (mode) => {
  let opened: OpenedMode;
  let directory: string;

  beforeAll(async () => {
    opened = await openMode(mode);
    directory = mkdtempSync(join(tmpdir(), 'jiebang-migrations-'));
  }, 60_000);
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await opened.close();
  });
  beforeEach(async () => {
    for (const file of readdirSync(directory)) unlinkSync(join(directory, file));
    await opened.database.ownerPool().query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });

  const write = (file: string, sql: string) => writeFileSync(join(directory, file), sql);
  const run = () => migrate(opened.database, directory);
  const query = async (sql: string) => (await opened.database.ownerPool().query(sql)).rows;

  test('applies what is missing, in order, and records it', async () => {
    write('0002-second.sql', 'ALTER TABLE a ADD COLUMN more int;');
    write('0001-first.sql', 'CREATE TABLE a (id int);');
    expect(await run()).toEqual({ applied: ['0001-first.sql', '0002-second.sql'], version: 2 });
    expect(await run()).toEqual({ applied: [], version: 2 });
    write('0003-third-one.sql', 'INSERT INTO a VALUES (1, 2);');
    expect(await run()).toEqual({ applied: ['0003-third-one.sql'], version: 3 });
    expect(
      await query('SELECT version, name, length(checksum) AS length FROM schema_migrations ORDER BY version'),
    ).toEqual([
      { version: 1, name: 'first', length: 64 },
      { version: 2, name: 'second', length: 64 },
      { version: 3, name: 'third-one', length: 64 },
    ]);
  });

  test('a file holds many statements, functions and every kind of quote', async () => {
    write(
      '0001-many.sql',
      `-- begin; a comment that ends nothing
      CREATE TABLE a (id int, note text DEFAULT 'x; COMMIT;');
      CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $fn$
      BEGIN
        NEW.id := NEW.id + 1; -- begin
        RETURN NEW;
      END $fn$;
      CREATE TRIGGER bump BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION bump();
      DO $$ BEGIN INSERT INTO a (id) VALUES (1); END $$;`,
    );
    await run();
    expect(await query('SELECT id, note FROM a')).toEqual([{ id: 2, note: 'x; COMMIT;' }]);
  });

  test('a file that fails leaves nothing of itself, and names its line', async () => {
    write('0001-first.sql', 'CREATE TABLE a (id int);');
    write('0002-bad.sql', 'CREATE TABLE b (id int);\n\nSELECT nope FROM a;');
    const error = await failure(run());
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/0002-bad\.sql line 3 .*"nope"/),
    });
    expect(await query("SELECT to_regclass('b') AS b, count(*)::int AS done FROM schema_migrations")).toEqual([
      { b: null, done: 1 },
    ]);
    write('0002-bad.sql', 'CREATE TABLE b (id int);');
    expect((await run()).applied).toEqual(['0002-bad.sql']);
  });

  test('what a file sets for its session is gone after it', async () => {
    write('0001-first.sql', 'CREATE SCHEMA s; SET search_path TO s; CREATE TABLE a (id int);');
    write('0002-second.sql', 'CREATE TABLE public.b (id int);');
    await run();
    expect(
      await query("SELECT to_regclass('s.a')::text AS a, current_setting('search_path') LIKE '%public' AS path"),
    ).toEqual([{ a: 's.a', path: true }]);
    await query('DROP SCHEMA s CASCADE');
  });

  test('a changed file is refused, other line ends are not a change', async () => {
    write('0001-first.sql', 'CREATE TABLE a (\n  id int\n);\n');
    await run();
    write('0001-first.sql', '\uFEFFCREATE TABLE a (\r\n  id int\r\n);\r\n');
    expect((await run()).applied).toEqual([]);
    write('0001-first.sql', 'CREATE TABLE a (\n  id bigint\n);\n');
    expect(await failure(run())).toMatchObject({
      code: 'MIGRATION_MISMATCH',
      message: expect.stringContaining('0001-first.sql was changed after it had been applied'),
    });
  });

  test('a database newer than the program is refused', async () => {
    write('0001-first.sql', 'CREATE TABLE a (id int);');
    write('0002-second.sql', 'CREATE TABLE b (id int);');
    await run();
    unlinkSync(join(directory, '0002-second.sql'));
    expect(await failure(run())).toMatchObject({
      code: 'MIGRATION_MISMATCH',
      message: expect.stringContaining('0002-second.sql, which this version of the program does not know'),
    });
  });

  test('a file slipped in between, or renamed, is refused', async () => {
    write('0001-first.sql', 'SELECT 1;');
    write('0003-third.sql', 'SELECT 1;');
    await run();
    write('0002-second.sql', 'SELECT 1;');
    expect(await failure(run())).toMatchObject({
      code: 'MIGRATION_MISMATCH',
      message: expect.stringContaining('new ones come last'),
    });
    unlinkSync(join(directory, '0002-second.sql'));
    unlinkSync(join(directory, '0003-third.sql'));
    write('0003-renamed.sql', 'SELECT 1;');
    expect(await failure(run())).toMatchObject({ code: 'MIGRATION_MISMATCH' });
  });

  test.each([
    ['1-short.sql', 'SELECT 1;', 'not named like'],
    ['0001-Upper.sql', 'SELECT 1;', 'not named like'],
    ['0001-ends.sql', 'CREATE TABLE a (id int); COMMIT; SELECT 1', 'holds "COMMIT"'],
  ])('%s is refused before anything runs', async (file, sql, reason) => {
    write(file, sql);
    expect(await failure(run())).toMatchObject({
      code: 'MIGRATION_MISMATCH',
      message: expect.stringContaining(reason),
    });
    expect(await query("SELECT to_regclass('schema_migrations') AS there")).toEqual([{ there: null }]);
  });

  test('two with the same number are refused', async () => {
    write('0001-one.sql', 'SELECT 1;');
    write('0001-two.sql', 'SELECT 1;');
    expect(await failure(run())).toMatchObject({
      code: 'MIGRATION_MISMATCH',
      message: expect.stringContaining('same number'),
    });
  });

  test('several programs starting together all succeed, and each file runs once', async () => {
    write('0001-first.sql', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1); SELECT pg_sleep(0.1);');
    write('0002-second.sql', 'INSERT INTO a VALUES (2);');
    const others = [await opened.openAnother(), await opened.openAnother()];
    const results = await Promise.all([run(), ...others.map((other) => migrate(other, directory))]);
    expect(results.flatMap((one) => one.applied).toSorted()).toEqual(['0001-first.sql', '0002-second.sql']);
    expect(await query('SELECT id FROM a ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
