// The little that is read from SQL: refusals, LISTEN and lasting settings, and nothing from literals and comments.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanSql, splitStatements } from '../../src/db/sql-scan.ts';

const skeletons = (sql: string) => splitStatements(sql).map((one) => one.skeleton.replace(/\s+/g, ' '));

describe('splitting', () => {
  test.each([
    ['SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ["SELECT ';'; SELECT 'it''s; fine'", ["SELECT ''", "SELECT ''''"]],
    ['SELECT ";"', ['SELECT ";"']],
    ["SELECT E'a\\'; b', 1", ["SELECT '', 1"]],
    ["SELECT name'x'", ["SELECT name''"]],
    ['SELECT 1 -- one; two\n, 2', ['SELECT 1 , 2']],
    ['SELECT /* a /* b; */ c; */ 1', ['SELECT 1']],
    ['DO $$ BEGIN; END $$; SELECT 1', ["DO ''", 'SELECT 1']],
    ['DO $a$ x $$ ; $b$ $a$; SELECT $1', ["DO ''", 'SELECT $1']],
    ['SELECT a$b$c; SELECT 2', ['SELECT a$b$c', 'SELECT 2']],
    ["SELECT 'open; end", ["SELECT ''"]],
    ['SELECT /* open; end', ['SELECT']],
    ['DO $$ open; end', ["DO ''"]],
    [' ;; ; ', []],
  ])('%s', (sql, expected) => expect(skeletons(sql)).toEqual(expected));

  test('a literal of 20 MB is no trouble', () => {
    const began = performance.now();
    expect(skeletons(`SELECT 'set ${'x'.repeat(20_000_000)}'; SELECT 2`)).toHaveLength(2);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('no text makes it throw or run away', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      '--',
      '/*',
      '*/',
      '\n',
      ';',
      'E',
      '\\',
      'set ',
      'listen x',
      'copy',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        scanSql(`set ${pieces.join('')}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('commands inside of literals are never seen, whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const quoted = `'${text.replaceAll("'", "''")}; COPY t FROM STDIN; LISTEN x; SET a = 1'`;
        const scan = scanSql(`SELECT ${quoted}`);
        expect(scan).toMatchObject({ listens: [], changesSettings: false });
        expect(scan.refusal).toBeUndefined();
      }),
    );
  });
});

describe('settings that last', () => {
  test.each([
    ["SET work_mem = '1MB'", true],
    ['set session work_mem to default', true],
    ['RESET ALL', true],
    ['SELECT 1; SET ROLE clerk', true],
    ["SELECT set_config('a.b', $1, false)", true],
    ['SELECT set_config($1, $2, $3)', true],
    ["SELECT set_config('a.b', 'x', true), set_config('a.b', 'x', false)", true],
    ["DO $$ BEGIN SET work_mem = '1MB'; END $$", true],
    ["SELECT set_config('app.shop_id', $1, true)", false],
    ["SELECT pg_catalog.set_config( 'app.shop_id' , $1 , TRUE )", false],
    ["SET LOCAL work_mem = '1MB'", false],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', false],
    ['SET CONSTRAINTS ALL DEFERRED', false],
    ['UPDATE t SET a = 1', false],
    ['INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1', false],
  ])('%s: %s', (sql, expected) => expect(scanSql(sql).changesSettings).toBe(expected));

  test('names with a dot are kept, as the engine cannot list them', () => {
    expect(scanSql("SELECT set_config('App.Shop_id', '1', false)").customNames).toContain('app.shop_id');
    expect(scanSql('SET app.locale = x').customNames).toEqual(['app.locale']);
  });
});

describe('channels', () => {
  test.each([
    ['LISTEN jobs', [['listen', 'jobs']]],
    ['listen "Jobs ""x"""', [['listen', 'Jobs "x"']]],
    [
      'UNLISTEN *; LISTEN A; unlisten b',
      [
        ['unlisten', '*'],
        ['listen', 'a'],
        ['unlisten', 'b'],
      ],
    ],
    ['-- about\nLISTEN bullmq_jobs;\n', [['listen', 'bullmq_jobs']]],
    [`LISTEN ${'客'.repeat(30)}`, [['listen', '客'.repeat(21)]]],
    ["SELECT 'LISTEN x'", []],
    ['SELECT listen FROM t', []],
  ])('%s', (sql, expected) => {
    expect(scanSql(sql).listens.map(({ kind, channel }) => [kind, channel])).toEqual(expected);
  });
});
