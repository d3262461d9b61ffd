// Finds the system's Chromium and opens pages the way people's browsers would: Chinese, in Shanghai.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = [
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

/** A person with a browser of their own: nothing is shared with others. */
export async function openPerson(browser: Browser, size: { width: number; height: number }): Promise<Person> {
  const context = await browser.newContext({ viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
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
