// What a server must have, said in one sentence that tells what to do and never the password.
import { inspect } from 'node:util';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { checkServer } from '../../src/db/fitness.ts';
import { failure } from './harness.ts';

const serverWith = (found: { version: number; vector: string | null; installed: boolean }) =>
  checkServer(
    () =>
      ({ on() {}, async connect() {}, async end() {}, query: async () => ({ rows: [found] }) }) as unknown as pg.Client,
  );

describe('fitness', () => {
  test.each([
    [{ version: 14, vector: '0.8.0', installed: false }, /PostgreSQL 14 is too old: version 15/],
    [{ version: 16, vector: null, installed: false }, /install the package postgresql-16-pgvector/],
    [
      { version: 16, vector: '0.7.4', installed: false },
      /pgvector 0\.7\.4 is too old: install version 0\.8 or newer\.$/,
    ],
    [{ version: 16, vector: '0.5.1', installed: true }, /run ALTER EXTENSION vector UPDATE/],
  ])('%o', async (found, sentence) => {
    expect(await failure(serverWith(found))).toMatchObject({
      code: 'DATABASE_UNFIT',
      message: expect.stringMatching(sentence),
    });
  });

  test.each(['0.8', '0.8.0', '0.10.1', '1.0'])('pgvector %s will do', async (vector) => {
    await serverWith({ version: 15, vector, installed: false });
  });
});

describe('reach', () => {
  test.each([
    ['postgres://boss:s3cret@127.0.0.1:1/shop', /PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED/],
    [
      'postgres://boss:s3cret@no-such-host.invalid:5433/shop?sslmode=disable',
      /no-such-host\.invalid:5433 cannot be reached/,
    ],
    ['postgres://boss:s3cret@[bad/shop', /DATABASE_URL is not a PostgreSQL address/],
    ['mysql://boss:s3cret@127.0.0.1/shop', /DATABASE_URL is not a PostgreSQL address/],
  ])('%s', async (url, sentence) => {
    const error = await failure(openDatabase({ url }));
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', message: expect.stringMatching(sentence) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s3cret');
  });
});
