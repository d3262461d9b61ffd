// Sets the stage for a browser story: pages built from the sources as they are, and a server for them.
import type { Browser } from 'playwright-core';
import { inShop } from '../../src/db/transaction.ts';
import { type RunningServer, type StartOptions, startServer } from '../journeys/server.ts';

/** As before the first file: nobody has spoken to the shop, nobody is at work, and no team has rules of its own. */
export async function tidy({ database, shopId }: RunningServer): Promise<void> {
  await database.ownerPool().query('select clear_sample_shop($1)', [shopId]);
  await inShop(database.pool, shopId, async (tx) => {
    await tx.query(`update staff set presence = 'offline'`);
    await tx.query('delete from teams');
  });
}

export interface Stage {
  base: string;
  browser: Browser;
  /** Null for a server that was there before (STORY_URL). */
  server: RunningServer | null;
  close(): Promise<void>;
}

/** A server that nobody else plays against. STORY_URL names one that runs already. */
export async function setStage(browser: Browser, options: StartOptions = {}): Promise<Stage> {
  const given = process.env.STORY_URL;
  if (given) return { base: given, browser, server: null, async close() {} };
  const server = await startServer(options);
  return { base: server.base, browser, server, close: server.close };
}
