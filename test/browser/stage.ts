// Sets the stage for a browser story: pages built from the sources as they are, a server, a browser.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { StartOptions } from '../journeys/server.ts';
import { openBrowser } from './chromium.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Stamp {
  consoleIsFresh(root: string): boolean;
  sourcesOfConsole(root: string): string | undefined;
}

/** Old pages would make every story meaningless. */
async function buildPages(): Promise<void> {
  const stamp = (await import(pathToFileURL(path.join(root, 'scripts/setup/console-stamp.mjs')).href)) as Stamp;
  if (stamp.consoleIsFresh(root)) return;
  const build = path.join(root, 'scripts/build-console.ts');
  execFileSync(process.execPath, [build, stamp.sourcesOfConsole(root) ?? ''], { cwd: root, stdio: 'inherit' });
}

export interface Stage {
  base: string;
  browser: Browser;
  /** Null for a server that was there before (STORY_URL). */
  server: import('../journeys/server.ts').RunningServer | null;
  close(): Promise<void>;
}

/** STORY_URL names a running server to play against; without one the story starts its own. */
export async function setStage(executablePath: string, options: StartOptions = {}): Promise<Stage> {
  const given = process.env.STORY_URL;
  if (given) {
    const browser = await openBrowser(executablePath);
    return { base: given, browser, server: null, close: () => browser.close() };
  }
  await buildPages();
  const { startServer } = await import('../journeys/server.ts');
  const server = await startServer(options);
  const browser = await openBrowser(executablePath);
  return {
    base: server.base,
    browser,
    server,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
