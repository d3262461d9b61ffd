// Every page there is, in both languages and both themes: no barrier, none of our Chinese in English, no refused script, no push sideways.
// On its own, because it is long and the stories of the shell are not about it.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../src/handoff/routing.ts';
import { enterShop } from '../journeys/people.ts';
import { findChromium } from './chromium.ts';
import {
  barriersOn,
  type Language,
  leftChineseOn,
  linksBelow,
  PLACES,
  refusedOn,
  settle,
  sidewaysOn,
  stolenOn,
  visit,
} from './shell-parts.ts';
import { type Stage, setStage } from './stage.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn('\n⚠ SKIPPED: no Chromium found, nobody walked through the pages. Install one or set CHROMIUM_PATH.\n');
}

const START_MS = 600_000;
const STORY_MS = 120_000;

describe.skipIf(chromium === null)('every page', () => {
  let stage: Stage;
  /** A conversation that the demo's agent has. */
  let mine: string;
  /** Names that the shop gave, some of which are words of ours too. */
  let names: string[];

  beforeAll(async () => {
    stage = await setStage(chromium!);
    mine = await claimOne();
  }, START_MS);
  afterAll(async () => {
    await stage?.close();
  }, START_MS);

  async function claimOne(name = '小林'): Promise<string> {
    const shopper = await enterShop(stage.base, { name });
    await shopper.say('包裹一直没人管，我要投诉');
    const { context, csrf } = await visit(stage.browser, stage.base, { role: 'agent' });
    const headers = { 'x-csrf-token': csrf };
    for (const end = Date.now() + 20_000; ; ) {
      const response = await context.request.get(`${stage.base}/api/handoffs?state=waiting&limit=100`);
      const { items } = (await response.json()) as { items: { id: string; conversationId: string }[] };
      const row = items.find(({ conversationId }) => conversationId === shopper.conversationId);
      if (row) {
        await context.request.post(`${stage.base}/api/handoffs/${row.id}/claim`, { headers, data: {} });
        const known = await context.request.get(`${stage.base}/api/teams`);
        names = ((await known.json()) as { items: { label: string }[] }).items.map(({ label }) => label);
        names.push(...DEFAULT_RULES.map(({ name }) => name));
        break;
      }
      if (Date.now() > end) throw new Error('the complaint never came into the queue');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await context.close();
    return shopper.conversationId;
  }

  /** Every page once in each language, and its colours in both themes: the stories below each look at one side of it. */
  async function walkAll(language: Language) {
    const found = {
      barriers: [] as string[],
      chinese: [] as string[],
      refused: [] as string[],
      sideways: [] as string[],
    };
    const look = async (page: Page, at: string) => {
      await settle(page);
      const note = (to: string[], what: string[]) => to.push(...what.map((line) => `${at} ${language} ${line}`));
      if (language === 'en') note(found.chinese, await leftChineseOn(page, names));
      note(found.barriers, await barriersOn(page));
      note(found.refused, await refusedOn(page));
      if ((await sidewaysOn(page)) > 0) found.sideways.push(`${at} ${language}`);
      // of all rules only the contrast depends on the theme
      const other = language === 'en' ? 'light' : 'dark';
      await page.emulateMedia({ colorScheme: other });
      await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, other);
      await settle(page);
      note(found.barriers, await barriersOn(page, ['color-contrast']));
      await page.emulateMedia({ colorScheme: language === 'en' ? 'dark' : 'light' });
    };
    for (const place of PLACES) {
      const { context, page } = await visit(stage.browser, stage.base, {
        role: place.role,
        language,
        dark: language === 'en',
      });
      const open = async (to: string) => {
        await page.goto(stage.base + to);
        await page.locator(place.ready).first().waitFor();
        await page.locator('.page-state').waitFor({ state: 'detached' });
        await look(page, to);
      };
      await open(place.path === '/desk' ? `/desk?c=${mine}` : place.path);
      if (place.below) for (const to of await linksBelow(page, place.path)) await open(to);
      await context.close();
    }
    return found;
  }
  // side by side: most of it is waiting for pages
  let walks: Record<Language, ReturnType<typeof walkAll>> | null = null;
  const walked = (language: Language) => {
    if (walks === null) {
      walks = { 'zh-CN': walkAll('zh-CN'), en: walkAll('en') };
      // each test that asks is told; until then nobody listens
      for (const walk of Object.values(walks)) walk.catch(() => {});
    }
    return walks[language];
  };

  test('A1 no page has a serious barrier, in either theme and language', { timeout: STORY_MS }, async () => {
    expect((await walked('zh-CN')).barriers).toEqual([]);
    expect((await walked('en')).barriers).toEqual([]);
  });

  test('L1 English leaves none of our Chinese, and stays after a reload', { timeout: STORY_MS }, async () => {
    expect((await walked('en')).chinese).toEqual([]);
    const { context, page } = await visit(stage.browser, stage.base, { role: 'agent' });
    await page.goto(`${stage.base}/desk`);
    await page.getByRole('button', { name: 'EN' }).click();
    const rooms = page.getByRole('navigation', { name: 'Rooms' });
    await rooms.waitFor();
    await page.reload();
    await rooms.waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await context.close();
  });

  test('CSP refuses nothing on any page, and allows no inline script or style', { timeout: STORY_MS }, async () => {
    expect([...(await walked('zh-CN')).refused, ...(await walked('en')).refused]).toEqual([]);
    for (const { path: to } of PLACES) {
      const policy = (await fetch(stage.base + to)).headers.get('content-security-policy');
      expect(policy, to).toContain("default-src 'self'");
      expect(policy, to).not.toContain('unsafe');
    }
    // the listener does hear
    const { context, page } = await visit(stage.browser, stage.base);
    await page.goto(`${stage.base}/shop`);
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.stolen = 1' }));
    });
    await expect.poll(() => refusedOn(page)).toHaveLength(1);
    expect(await stolenOn(page)).toEqual([]);
    await context.close();
  });

  test('no page can be pushed sideways', { timeout: STORY_MS }, async () => {
    expect([...(await walked('zh-CN')).sideways, ...(await walked('en')).sideways]).toEqual([]);
  });
});
