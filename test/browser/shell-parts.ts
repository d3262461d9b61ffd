// What the stories about the shell need: every page there is, what is wrong with a page, and which Chinese is ours.
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WORDS = path.resolve(import.meta.dirname, '../../src/console/words');

export type Role = 'agent' | 'supervisor' | 'editor' | 'admin';
export type Language = 'zh-CN' | 'en';

export interface Place {
  path: string;
  /** Null for who is not signed in. */
  role: Role | null;
  /** Also every page below it that it links to. */
  below?: boolean;
  /** What must be there before one looks. */
  ready: string;
}

export const PLACES: readonly Place[] = [
  { path: '/', role: 'agent', ready: '.desk' },
  { path: '/desk', role: 'agent', ready: '.desk' },
  { path: '/board', role: 'supervisor', ready: 'main' },
  { path: '/studio', role: 'editor', below: true, ready: 'main' },
  { path: '/settings', role: 'admin', below: true, ready: 'main' },
  { path: '/settings', role: null, ready: 'form' },
  { path: '/shop', role: null, ready: '.shop-head' },
];

const SETTLE_MS = 400;

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface VisitOptions {
  role?: Role | null;
  language?: Language;
  size?: { width: number; height: number };
  dark?: boolean;
}

/** Somebody of this role, in this language, whose pages report what the content security policy refuses. */
export async function visit(browser: Browser, base: string, options: VisitOptions = {}) {
  const { role = null, language = 'zh-CN', size = WIDE, dark = false } = options;
  const context = await browser.newContext({
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  await context.addInitScript((chosen) => {
    if (chosen !== 'zh-CN' && localStorage.getItem('jiebang.language') === null)
      localStorage.setItem('jiebang.language', chosen);
    const refused: string[] = [];
    Object.assign(window, { refused });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      refused.push(`${violatedDirective}: ${blockedURI} (${sourceFile})`);
    });
  }, language);
  const csrf = role === null ? '' : await signInAs(context, base, role);
  const page = await context.newPage();
  return { context, page, csrf };
}

async function signInAs(context: BrowserContext, base: string, role: Role): Promise<string> {
  const response = await context.request.post(`${base}/api/session/demo`, { data: { role } });
  if (!response.ok()) throw new Error(`the demo let no ${role} in: ${response.status()}`);
  const { csrf } = (await response.json()) as { csrf: string };
  if (role === 'agent')
    await context.request.put(`${base}/api/me/presence`, {
      data: { state: 'online' },
      headers: { 'x-csrf-token': csrf },
    });
  return csrf;
}

/** By the button in the bar, as people do. */
export async function switchLanguage(page: Page, to: Language): Promise<void> {
  await page.getByRole('button', { name: to === 'en' ? 'EN' : '中文', exact: true }).click();
  await page.waitForFunction((language) => document.documentElement.lang === language, to);
}

export async function switchTheme(page: Page, to: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: to, reducedMotion: 'reduce' });
  await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, to);
}

/** What the policy refused on this page and in its frames. */
export async function refusedOn(page: Page): Promise<string[]> {
  const lists = await Promise.all(
    page.frames().map((frame) => frame.evaluate(() => (window as unknown as { refused?: string[] }).refused ?? [])),
  );
  return lists.flat();
}

/** What moves has come to rest and what was asked for is there, or so much time has passed that one looks anyway. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async (ms) => {
    const end = Date.now() + ms;
    const frames = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    let [before, still] = ['', 0];
    while (Date.now() < end && still < 4) {
      await frames();
      await new Promise((go) => setTimeout(go, 25));
      const now = `${document.body.innerHTML.length} ${performance.getEntriesByType('resource').length}`;
      const moves = document.getAnimations().some(({ playState }) => playState === 'running');
      still = now === before && !moves ? still + 1 : 0;
      before = now;
    }
  }, SETTLE_MS);
}

/** Findings of axe that keep somebody from using the page. */
export async function barriersOn(page: Page, rules: readonly string[] = []): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (only) => {
    interface Found {
      id: string;
      impact: string | null;
      nodes: { target: unknown[]; failureSummary?: string }[];
    }
    const { axe } = window as unknown as {
      axe: { run(of: Document, options: object): Promise<{ violations: Found[] }> };
    };
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      iframes: false,
      ...(only.length > 0 && { runOnly: only }),
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) => `${id} ${target.join(' ')}: ${failureSummary.split('\n')[1]?.trim()}`,
        ),
      );
  }, rules);
}

/** Names that more than one button on the page has: who cannot see where they stand cannot tell them apart. */
export async function twinsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(() => {
    interface Axe {
      setup(of: Document): void;
      teardown(): void;
      commons: { text: { accessibleText(of: Element): string } };
    }
    const { axe } = window as unknown as { axe: Axe };
    axe.setup(document);
    const times = new Map<string, number>();
    for (const button of document.querySelectorAll('button, [role=button]')) {
      if (!button.checkVisibility({ visibilityProperty: true }) || button.closest('[aria-hidden=true]')) continue;
      const name = axe.commons.text.accessibleText(button);
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    axe.teardown();
    return [...times].filter(([, n]) => n > 1).map(([name, n]) => `${name} (${n})`);
  });
}

const textOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textOf)
      : [];

/** Sentences of our own tables and of the forms library, as patterns of what they look like with their values. */
async function ownChinese(): Promise<RegExp> {
  const tables = await Promise.all(
    globSync('*.zh.ts', { cwd: WORDS }).map(
      async (file) => ((await import(path.join(WORDS, file))) as { zh: Record<string, string> }).zh,
    ),
  );
  const locale = textOf((require('antd/lib/locale/zh_CN') as { default: unknown }).default);
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const patterns = [...tables.flatMap((table) => Object.values(table)), ...locale]
    .map((text) => text.trim())
    // a sentence that is mostly places would fit what shoppers ask
    .filter((text) => {
      const literal = text.replace(/\{\w+\}/g, '').match(/\p{Script=Han}/gu)?.length ?? 0;
      return literal >= (text.includes('{') ? 4 : 1);
    })
    .map((text) =>
      text
        .split(/\{\w+\}|\$\{\w+\}/)
        .map(literal)
        .join('.{0,40}?'),
    );
  return new RegExp(`^(?:${[...new Set(patterns)].join('|')})$`, 'u');
}

let ours: Promise<RegExp> | null = null;

/** Chinese on an English page that is ours; names, questions and answers of the shop stay as they are. */
export async function leftChineseOn(page: Page, names: readonly string[]): Promise<string[]> {
  ours ??= ownChinese();
  const pattern = await ours;
  const said = await page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      // what somebody wrote or is called, said so in the markup
      if (node.parentElement?.closest('[lang="zh-CN"], .log, .message')) continue;
      texts.push(node.textContent ?? '');
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
      if (element.closest('[lang="zh-CN"]')) continue;
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts.map((text) => text.trim()).filter((text) => /\p{Script=Han}/u.test(text));
  });
  return [...new Set(said.filter((text) => pattern.test(text) && !names.includes(text)))];
}

/** Chinese outside of these places, whoever it is from. */
export const chineseBeside = (page: Page, data: string): Promise<string[]> =>
  page.evaluate((selector) => {
    const words = (element: Element): string[] =>
      element.matches(selector)
        ? []
        : [...element.childNodes].flatMap((node) =>
            node.nodeType === Node.TEXT_NODE ? [node.textContent ?? ''] : node instanceof Element ? words(node) : [],
          );
    const labels = [...document.querySelectorAll('[aria-label], [placeholder], [title]')]
      .filter((element) => !element.closest(selector))
      .flatMap((element) => ['aria-label', 'placeholder', 'title'].map((name) => element.getAttribute(name) ?? ''));
    return [...words(document.body), ...labels].filter((text) => /\p{Script=Han}/u.test(text));
  }, `${data}, [lang="zh-CN"]`);

/** Pages below this one that it links to. */
export const linksBelow = (page: Page, prefix: string): Promise<string[]> =>
  page.evaluate(
    (start) => [
      ...new Set(
        [...document.querySelectorAll<HTMLAnchorElement>('a[href]')]
          .map((a) => new URL(a.href))
          .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith(`${start}/`))
          .map(({ pathname }) => pathname),
      ),
    ],
    prefix,
  );

/** Pixels by which the page can be pushed sideways; 0 on a sound page. */
export const sidewaysOn = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Hostile text would set this. */
export const stolenOn = async (page: Page): Promise<unknown[]> => {
  const all = await Promise.all(
    page.frames().map((frame) => frame.evaluate(() => (window as unknown as { stolen?: unknown }).stolen ?? null)),
  );
  return all.filter((stolen) => stolen !== null);
};
