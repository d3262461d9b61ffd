// Finds the system's Chromium and opens pages the way people's browsers would: Chinese, in Shanghai.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = [
  // the same without a window to draw: a third less work for everything
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser to use, or null. A CHROMIUM_PATH that names nothing is an error, not a skip. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH=${named}: no such file`);
    return named;
  }
  return PLACES.find((place) => existsSync(place)) ?? null;
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    // without a locale Chromium names no file in Chinese, and a bare machine has none
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // names that are this machine, but no secure place as localhost is: what somebody in the local network has
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  });

export interface Person {
  page: Page;
  context: BrowserContext;
  /** Everything the page complained about: uncaught errors and console errors that are not refused requests. */
  complaints: string[];
}

/** Browsers whose people have left: to make one takes longer than most of a story. */
const free = new WeakMap<Browser, Person[]>();

/** A person with a browser of their own: nothing is shared with others. `moving`: what slides and fades does so. */
export async function openPerson(
  browser: Browser,
  size: { width: number; height: number },
  { moving = false } = {},
): Promise<Person> {
  const left = moving ? undefined : free.get(browser)?.pop();
  if (left) {
    left.complaints.length = 0;
    await left.page.setViewportSize(size);
    return left;
  }
  const context = await browser.newContext({
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // by default nobody waits for what slides and fades
    reducedMotion: moving ? 'no-preference' : 'reduce',
  });
  // the Chromium without a window has refused notices before anybody was asked; people's browsers have not
  await context.addInitScript(() => {
    if (typeof Notification === 'function')
      Object.defineProperty(Notification, 'permission', { get: () => 'default', configurable: true });
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // a lost connection and a refused request are part of the stories; the page shows them to people
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { page, context, complaints };
}

/** Something of the server that is no page and runs nothing. */
const PLAIN = '/manifest.webmanifest';

/** Their browser is as it was before they came, for whoever comes next. Only where nothing was put into its pages. */
export async function leave({ page, context, complaints }: Person): Promise<void> {
  const browser = context.browser();
  const origins = new Set(context.pages().flatMap((one) => one.frames().map((frame) => new URL(frame.url()).origin)));
  const [origin] = origins;
  if (browser === null || page.isClosed() || context.pages().length > 1 || origins.size > 1 || origin === undefined) {
    await context.close();
    return;
  }
  try {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    // what is under the pointer stands still
    await page.mouse.move(0, 0);
    await page.goto(origin + PLAIN);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await context.clearCookies();
    free.set(browser, [...(free.get(browser) ?? []), { page, context, complaints }]);
  } catch {
    // the line to the server is cut
    await context.close();
  }
}

/** They are signed in already, by the cookie of a session that was opened over the API. */
export async function bringCookie(context: BrowserContext, base: string, cookie: string): Promise<void> {
  const [name, value] = cookie.split('=', 2) as [string, string];
  await context.addCookies([{ name, value, url: base }]);
}
