// Before the first story: the pages are built from the sources as they are.
import { buildPages } from './build-pages.ts';
import { findChromium } from './chromium.ts';

export default async function buildOnce(): Promise<void> {
  if (findChromium() !== null && !process.env.STORY_URL) await buildPages();
}
