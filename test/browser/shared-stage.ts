// What lasts as long as a worker, over all of its files: one browser, and one stage for those who leave a shop as others can use it.
import { test } from 'vitest';
import { findChromium, openBrowser } from './chromium.ts';
import { type Stage, setStage, tidy } from './stage.ts';

/** Gives `beforeAll` the `browser`, for a stage of one's own, or the `shared` stage that file after file begins on. */
export const story = test
  .extend('chromium', { scope: 'worker' }, () => findChromium())
  .extend('browser', { scope: 'worker' }, async ({ chromium }, { onCleanup }) => {
    if (chromium === null) throw new Error('no Chromium was found: these stories should have been skipped');
    const browser = await openBrowser(chromium);
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('shared', { scope: 'worker' }, async ({ browser }, { onCleanup }) => {
    const stage = await setStage(browser);
    onCleanup(stage.close);
    return {
      async begin(): Promise<Stage> {
        if (stage.server !== null) await tidy(stage.server);
        return stage;
      },
    };
  });
