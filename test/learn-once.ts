// Before the first test: what the bot learns from the content is learned once, with all cores, so that no two tests learn it side by side.

import { cachedModels } from '../src/jobs/model-cache.ts';
import { loadConfig } from '../src/settings.ts';
import { loadShopContent } from '../src/shop.ts';

export default async function learnOnce(): Promise<void> {
  const content = await loadShopContent(loadConfig([], {}, '/nonexistent/.env'));
  await cachedModels(content, (line) => console.info(line));
}
