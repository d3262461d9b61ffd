// Photographs the surfaces of the console, light and dark, for the README: `node scripts/screenshots.ts [--only desk,shop] [--out DIR]`.
// Starts the sample shop in memory and lets a few shoppers write; everything on the pictures is the product's own.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findChromium, openBrowser } from '../test/browser/chromium.ts';
import { setStage } from '../test/browser/stage.ts';
import { enterShop } from '../test/journeys/people.ts';
import { smallPng } from './screenshots/small-png.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } });
const out = path.resolve(values.out ?? path.join(import.meta.dirname, '../docs/screenshots'));
const only = values.only?.split(',') ?? null;

/** A picture in the README is looked at on a phone too. */
const MOST_BYTES = 250_000;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

type Role = 'agent' | 'supervisor' | 'editor' | 'admin';
type Theme = 'light' | 'dark';

interface Surface {
  name: string;
  path: string;
  /** Null for whoever is not signed in. */
  role: Role | null;
  size?: { width: number; height: number };
  /** What is done before the picture is taken. */
  before?: (page: Page) => Promise<void>;
}

const shopIn = (page: Page) => (new URL(page.url()).pathname === '/' ? page.frameLocator('iframe') : page);

async function askTheBot(page: Page): Promise<void> {
  const shop = shopIn(page);
  const box = shop.getByLabel('输入消息');
  for (const text of ['七天无理由怎么退', '我的快递到哪了']) {
    await box.fill(text);
    await box.press('Enter');
    await page.waitForTimeout(1_800);
  }
}

/** One's own first, if there is one: nobody takes more than they may. */
async function openConversation(page: Page): Promise<void> {
  await page.getByRole('tab', { name: /^我的/ }).click();
  await page.waitForTimeout(1_000);
  const own = page.getByRole('navigation', { name: '客服工作台' }).getByRole('listitem').getByRole('button').first();
  if (await own.isVisible()) await own.click();
  else await page.keyboard.press('Alt+Q');
  await page.getByRole('textbox', { name: '回复顾客' }).waitFor();
  await page.waitForTimeout(1_000);
}

const SURFACES: readonly Surface[] = [
  {
    name: 'first-page',
    path: '/',
    role: 'agent',
    async before(page) {
      await askTheBot(page);
      const box = shopIn(page).getByLabel('输入消息');
      await box.fill('等了这么久没人管，我要人工');
      await box.press('Enter');
      await page.waitForTimeout(2_000);
      await openConversation(page);
    },
  },
  { name: 'desk', path: '/desk', role: 'agent', before: openConversation },
  { name: 'board', path: '/board?range=week', role: 'supervisor' },
  { name: 'studio', path: '/studio', role: 'editor' },
  { name: 'settings', path: '/settings', role: 'admin' },
  { name: 'sign-in', path: '/desk', role: null },
  { name: 'shop', path: '/shop', role: null, size: PHONE, before: askTheBot },
  { name: 'phone-queue', path: '/desk', role: 'agent', size: PHONE },
  { name: 'phone-desk', path: '/desk', role: 'agent', size: PHONE, before: openConversation },
];

async function signInAs(context: BrowserContext, base: string, role: Role): Promise<void> {
  const response = await context.request.post(`${base}/api/session/demo`, { data: { role } });
  if (!response.ok()) throw new Error(`the demo let no ${role} in: ${response.status()}`);
  const { csrf } = (await response.json()) as { csrf: string };
  const headers = { 'x-csrf-token': csrf };
  if (role === 'agent') await context.request.put(`${base}/api/me/presence`, { data: { state: 'online' }, headers });
}

async function fillTheShop(base: string): Promise<void> {
  const stories = [
    ['小林', '你们这衣服起球了，我要投诉', '我要人工'],
    ['阿伟', '包裹三天没动了', '转人工'],
  ];
  for (const [name, ...said] of stories) {
    const shopper = await enterShop(base, { name: name! });
    for (const text of said) {
      await shopper.say(text);
      await shopper.hear();
    }
  }
}

async function photograph(browser: Browser, base: string, surface: Surface, theme: Theme): Promise<string> {
  const context = await browser.newContext({
    viewport: surface.size ?? WIDE,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  try {
    if (surface.role !== null) await signInAs(context, base, surface.role);
    const page = await context.newPage();
    await page.goto(base + surface.path);
    await page.waitForTimeout(2_500);
    await surface.before?.(page);
    const file = path.join(out, `${surface.name}-${theme}.png`);
    const small = smallPng(await page.screenshot());
    writeFileSync(file, small);
    const bytes = small.length;
    if (bytes > MOST_BYTES) throw new Error(`${file} has ${bytes} bytes, more than ${MOST_BYTES}`);
    return `${path.basename(file)} ${Math.round(bytes / 1_000)} kB`;
  } finally {
    await context.close();
  }
}

const executable = findChromium();
if (executable === null) throw new Error('no Chromium found: install one or set CHROMIUM_PATH');
mkdirSync(out, { recursive: true });
const browser = await openBrowser(executable);
const stage = await setStage(browser, { app: { history: true } });
try {
  await fillTheShop(stage.base);
  for (const theme of ['light', 'dark'] as const) {
    for (const surface of SURFACES) {
      if (only !== null && !only.includes(surface.name)) continue;
      console.log(await photograph(stage.browser, stage.base, surface, theme));
    }
  }
} finally {
  await stage.close();
  await browser.close();
}
