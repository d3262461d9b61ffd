// One suite, both ways to run: an embedded database in memory, and one of its own on the test server.
import { type Database, openDatabase } from '../../src/db/database.ts';
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
