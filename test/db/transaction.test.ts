// Transactions in the name of a shop, on both kinds of database: who sees what, and what a broken one leaves behind.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commitWith, inShop, retryOnConflict, shopQuery } from '../../src/db/transaction.ts';
import { createRoles, failure, pause } from './harness.ts';
import { modes, type OpenedMode, openMode } from './modes.ts';

describe.each(modes)('%s', (mode) => {
  let opened: OpenedMode;
  const pool = () => opened.database.pool;

  beforeAll(async () => {
    opened = await openMode(mode, { poolSize: 4 });
    await createRoles(opened.database);
    await opened.database.ownerPool().query(`
      CREATE TABLE notes (id int PRIMARY KEY, shop_id text NOT NULL, text text);
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      ALTER TABLE notes FORCE ROW LEVEL SECURITY;
      CREATE POLICY shop ON notes USING (shop_id = nullif(current_setting('app.shop_id', true), ''));
      GRANT ALL ON notes TO jiebang_app`);
  }, 60_000);
  afterAll(() => opened.close());
  beforeEach(() => opened.database.ownerPool().query('TRUNCATE notes'));

  const add = (shop: string, id: number) =>
    inShop(pool(), shop, (client) => client.query('INSERT INTO notes VALUES ($1, $2)', [id, shop]));
  const ids = async (shop: string) =>
    (await shopQuery<{ id: number }>(pool(), shop, 'SELECT id FROM notes ORDER BY id')).rows.map((row) => row.id);

  test('each shop sees its own rows, and nobody without a shop sees any', async () => {
    await add('a', 1);
    await add('b', 2);
    expect(await ids('a')).toEqual([1]);
    expect(await ids('b')).toEqual([2]);
    expect((await pool().query('SELECT * FROM notes')).rows).toEqual([]);
    expect(
      (await failure(inShop(pool(), 'a', (client) => client.query("INSERT INTO notes VALUES (3, 'b')")))).code,
    ).toBe('42501');
  });

  test('shops never mix, however many work at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, at) => add(`shop-${at % 8}`, at)));
    const seen = await Promise.all(Array.from({ length: 80 }, (_, at) => ids(`shop-${at % 8}`)));
    for (const [at, list] of seen.entries()) expect(list.map((id) => id % 8)).toEqual(Array(5).fill(at % 8));
  });

  test('an error of the work rolls back and comes out as it was', async () => {
    const reason = new Error('changed my mind');
    const work = inShop(pool(), 'a', async (client) => {
      await client.query("INSERT INTO notes VALUES (1, 'a')");
      throw reason;
    });
    expect(await failure(work)).toBe(reason);
    expect(await ids('a')).toEqual([]);
    expect(pool().totalCount).toBeLessThanOrEqual(4);
  });

  test('an error of the database rolls back, and the client is used again', async () => {
    const before = pool().totalCount;
    for (let at = 0; at < 20; at++) {
      expect((await failure(inShop(pool(), 'a', (client) => client.query('SELECT 1/0')))).code).toBe('22012');
      expect((await failure(shopQuery(pool(), 'a', 'SELECT nope'))).code).toBe('42703');
    }
    expect(pool().totalCount).toBeLessThanOrEqual(Math.max(before, 1));
    await add('a', 1);
    expect(await ids('a')).toEqual([1]);
  });

  test('a swallowed error does not pass for a commit', async () => {
    const work = inShop(pool(), 'a', async (client) => {
      await client.query("INSERT INTO notes VALUES (1, 'a')");
      await client.query('SELECT 1/0').catch(() => {});
    });
    expect((await failure(work)).message).toContain('rolled back');
    expect(await ids('a')).toEqual([]);
  });

  test('what is written last is saved in the trip that brings it, and nothing is where one of it fails', async () => {
    const insert = (id: number) => ({ text: "INSERT INTO notes VALUES ($1, 'a')", values: [id] });
    const status = await inShop(pool(), 'a', async (client) => {
      await client.query(insert(1));
      await commitWith(client, [insert(2), insert(3)]);
      return client.getTransactionStatus();
    });
    expect(status).toBe('I');
    const twice = inShop(pool(), 'a', (client) => commitWith(client, [insert(4), insert(4), insert(5)]));
    expect((await failure(twice)).code).toBe('23505');
    const swallowed = inShop(pool(), 'a', async (client) => {
      await client.query('SELECT 1/0').catch(() => {});
      await commitWith(client, []);
    });
    expect((await failure(swallowed)).message).toContain('rolled back');
    expect(await ids('a')).toEqual([1, 2, 3]);
  });

  test('a connection that breaks is destroyed, and the next one works', async () => {
    const work = inShop(pool(), 'a', async (client) => {
      await client.query("INSERT INTO notes VALUES (1, 'a')");
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      await client.query('SELECT 1');
    });
    await failure(work);
    expect(await ids('a')).toEqual([]);
    await add('a', 2);
    expect(await ids('a')).toEqual([2]);
  });

  test('a read is in one transaction that cannot write', async () => {
    expect((await failure(shopQuery(pool(), 'a', "INSERT INTO notes VALUES (1, 'a')"))).code).toBe('25006');
    expect(await ids('a')).toEqual([]);
  });

  test('values pass as parameters, bigint stays a string', async () => {
    const odd = `'; DROP TABLE notes; --`;
    const { rows } = await shopQuery(
      pool(),
      odd,
      "SELECT $1::text AS t, current_setting('app.shop_id') AS shop, 9007199254740993::int8 AS id",
      [odd],
    );
    expect(rows).toEqual([{ t: odd, shop: odd, id: '9007199254740993' }]);
  });

  test('what loses against another transaction is run again, a bounded number of times', async () => {
    const tries: number[] = [];
    const lose = (code: string, times: number) => {
      tries.length = 0;
      return retryOnConflict(() =>
        inShop(pool(), 'a', async (client) => {
          tries.push(tries.length);
          if (tries.length <= times)
            await client.query(`DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '${code}'; END $$`);
          return 'won';
        }),
      );
    };
    expect(await lose('40001', 2)).toBe('won');
    expect(tries).toHaveLength(3);
    expect(await lose('40P01', 1)).toBe('won');
    expect((await failure(lose('40P01', 99))).code).toBe('40P01');
    expect(tries).toHaveLength(4);
    expect((await failure(lose('23505', 99))).code).toBe('23505');
    expect(tries).toHaveLength(1);
  });

  test.runIf(mode === 'server')('two that lock in opposite order both get through', async () => {
    await add('a', 1);
    await add('a', 2);
    const swap = (first: number, second: number) =>
      retryOnConflict(() =>
        inShop(pool(), 'a', async (client) => {
          await client.query('SELECT FROM notes WHERE id = $1 FOR UPDATE', [first]);
          await pause(50);
          await client.query('SELECT FROM notes WHERE id = $1 FOR UPDATE', [second]);
        }),
      );
    await Promise.all([swap(1, 2), swap(2, 1)]);
  });

  test('a read takes one round trip', async () => {
    await add('a', 1);
    const measure = async (work: () => Promise<unknown>) => {
      const times: number[] = [];
      for (let at = 0; at < 300; at++) {
        const began = performance.now();
        await work();
        times.push((performance.now() - began) * 1_000);
      }
      return times.sort((a, b) => a - b)[150] ?? 0;
    };
    const plain = await measure(() => pool().query('SELECT id FROM notes WHERE id = $1', [1]));
    const inOne = await measure(() => shopQuery(pool(), 'a', 'SELECT id FROM notes WHERE id = $1', [1]));
    const inThree = await measure(() =>
      inShop(pool(), 'a', (client) => client.query('SELECT id FROM notes WHERE id = $1', [1])),
    );
    console.log(
      `${mode}: median us per read, plain ${plain.toFixed(0)}, shopQuery ${inOne.toFixed(0)}, inShop ${inThree.toFixed(0)}`,
    );
    expect(inOne).toBeLessThan(plain * 20);
  });
});
