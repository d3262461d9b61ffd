// Before the first story: the pages are built, and a shop is started and stopped once. Every story's server then opens a copy of its
// data: most of a first start is making the tables and publishing the knowledge, the same each time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from '../journeys/server.ts';
import { buildPages } from './build-pages.ts';
import { findChromium } from './chromium.ts';

export default async function seedOnce(): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() === null || process.env.STORY_URL) return;
  await buildPages();
  const folder = await mkdtemp(path.join(tmpdir(), 'jiebang-stories-'));
  const server = await startServer({ dataDir: folder });
  await server.close();
  // the workers are children of this process
  process.env.STORY_DATA = folder;
  return () => rm(folder, { recursive: true, force: true });
}
