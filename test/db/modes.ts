// One suite, both ways to run: an embedded database in memory, and one of its own on the test server.
import { afterAll, beforeAll, describe } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createServerDatabase, serverUrl } from './harness.ts';

export const modes: Database['mode'][] = serverUrl ? ['embedded', 'server'] : ['embedded'];

export interface OpenedMode {
  database: Database;
  /** A second program on the same database; the embedded mode has only one. */
  openAnother(): Promise<Database>;
  close(): Promise<void>;
}

export async function openMode(mode: Database['mode'], options: { poolSize?: number } = {}): Promise<OpenedMode> {
  const made = mode === 'server' ? await createServerDatabase() : undefined;
  const open = () => openDatabase({ ...options, ...(made ? { url: made.url } : {}) });
  const database = await open();
  const others: Database[] = [];
  return {
    database,
    async openAnother() {
      if (!made) return database;
      const other = await open();
      others.push(other);
      return other;
    },
    async close() {
      for (const other of others) await other.close();
      await database.close();
      await made?.drop();
    },
  };
}

const OPEN_WITHIN_MS = 120_000;

/** The same tests in every mode, each on a database of its own that has all tables. It is there once the tests run. */
export function eachMode(suite: (database: () => Database, mode: Database['mode']) => void): void {
  describe.each(modes)('%s', (mode) => {
    let opened: OpenedMode;
    beforeAll(async () => {
      opened = await openMode(mode);
      await migrate(opened.database);
    }, OPEN_WITHIN_MS);
    afterAll(() => opened?.close());
    suite(() => opened.database, mode);
  });
}
