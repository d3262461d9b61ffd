// Sets the stage for a browser story: pages built from the sources as they are, a server, a browser.
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
export async function buildPages(): Promise<void> {
  const stamp = (await import(pathToFileURL(path.join(root, 'scripts/setup/console-stamp.mjs')).href)) as Stamp;
  if (stamp.consoleIsFresh(root)) return;
  const build = path.join(root, 'scripts/build-console.ts');
  execFileSync(process.execPath, [build, stamp.sourcesOfConsole(root) ?? ''], { cwd: root, stdio: 'inherit' });
}

/** A shop's data as they are after its first start, for one server alone; null where nobody has made them (seed-once.ts). */
async function copySeeded(): Promise<string | null> {
  const seeded = process.env.STORY_DATA;
  if (!seeded) return null;
  const own = await mkdtemp(path.join(tmpdir(), 'jiebang-story-'));
  await cp(seeded, own, { recursive: true });
  return own;
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
  const data = await copySeeded();
  const { startServer } = await import('../journeys/server.ts');
  const server = await startServer(data === null ? options : { ...options, dataDir: data });
  const browser = await openBrowser(executablePath);
  return {
    base: server.base,
    browser,
    server,
    async close() {
      await browser.close();
      await server.close();
      if (data !== null) await rm(data, { recursive: true, force: true });
    },
  };
}
