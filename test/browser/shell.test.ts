// What stands around every page: themes, phone, first run, size of what is loaded.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { enterShop } from '../journeys/people.ts';
import { findChromium } from './chromium.ts';
import { deskOf, shopOf } from './parts.ts';
import { story } from './shared-stage.ts';
import { PHONE, sidewaysOn, visit } from './shell-parts.ts';
import type { Stage } from './stage.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn('\n⚠ SKIPPED: no Chromium found, the shell stories did not run. Install one or set CHROMIUM_PATH.\n');
}

const START_MS = 600_000;
const STORY_MS = 120_000;

describe.skipIf(chromium === null)('the shell', () => {
  let stage: Stage;

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
  }, START_MS);

  test('T1 the theme is the system’s until one is chosen, without a flash, in frames too', {
    timeout: STORY_MS,
  }, async () => {
    const { context, page } = await visit(stage.browser, stage.base, { role: 'agent', dark: true });
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    // before any script of the page has run
    await page.route(/\/assets\/.*\.js$/, (route) => route.abort());
    await page.goto(`${stage.base}/desk`);
    expect(await theme()).toBe('dark');
    const dark = await ground();
    await page.unroute(/\/assets\/.*\.js$/);
    await page.goto(stage.base);
    const change = page.getByRole('button', { name: /^外观/ });
    await change.click();
    expect(await theme()).toBe('light');
    expect(await ground()).not.toBe(dark);
    const frame = page.frames().find((one) => new URL(one.url()).pathname === '/shop')!;
    await expect.poll(() => frame.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.reload();
    expect(await theme()).toBe('light');
    await change.click();
    await change.click();
    await page.getByRole('button', { name: '外观：跟随系统' }).waitFor();
    expect(await theme()).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme).toBe('light');
    await context.close();
  });

  test('F1 who does only what the five steps on the screen name has walked D1', { timeout: STORY_MS }, async () => {
    const { context, page } = await visit(stage.browser, stage.base, { role: 'agent' });
    await page.goto(stage.base);
    await deskOf(page).tab('排队中').waitFor();
    const coach = page.getByRole('region', { name: '五步走完一次接待' });
    const steps = await coach.getByRole('listitem').allTextContents();
    expect(steps).toHaveLength(5);
    let said = '';
    for (const [i, step] of steps.entries()) {
      const side = step.includes('作为顾客') ? page.frameLocator('iframe') : page;
      for (const [, click, choose, key] of step.matchAll(/点「(.+?)」|选「(.+?)」|按 ([A-Z][\w+]*)/g)) {
        const dialog = page.getByRole('dialog');
        const where = (await dialog.count()) > 0 ? dialog : side;
        if (click) await where.getByRole('button', { name: new RegExp(`^${click}(?: Alt|$)`) }).click();
        if (choose) await where.getByText(choose, { exact: true }).click();
        // drafts come a moment after the claim, as one sees beside the thread
        if (key === 'Alt+1') {
          await expect.poll(() => page.keyboard.press(key).then(() => deskOf(page).reply.inputValue())).not.toBe('');
          said = await deskOf(page).reply.inputValue();
        } else if (key) await page.keyboard.press(key);
        await page.waitForTimeout(300);
      }
      if (i < steps.length - 1) await coach.getByRole('listitem').nth(i).getByText('已完成').waitFor();
    }
    // what the guide believes has happened: the shopper has read an answer, has met a person, and is asked for stars
    const done = (await coach.getByText('你已走完一次完整接待').textContent()) ?? '';
    const shop = shopOf(page);
    await shop.bubbles('bot').first().waitFor();
    await shop.log
      .getByText(/来源：/)
      .first()
      .waitFor();
    await shop.log.getByText('客服 小美 已接入').waitFor();
    expect(await shop.bubbles('agent').allTextContents()).toEqual([expect.stringContaining(said)]);
    await shop.log.getByText('本次会话已结束').waitFor();
    const [, star = ''] = /作为顾客点「(.+?)」/.exec(done) ?? [];
    const rating = page.frameLocator('iframe').getByRole('region', { name: '评价本次服务' });
    await rating.getByRole('radio', { name: star }).check({ force: true });
    await rating.getByText('感谢您的评价').waitFor();
    await coach.getByRole('button', { name: '看看看板' }).click();
    await page.waitForURL('**/board');
    await page.getByRole('navigation', { name: '功能' }).getByText('看板').waitFor();
    await context.close();
  });

  test('M1 the desk on a phone: queue, thread, reply, resolve, by touch, and it can be installed', {
    timeout: STORY_MS,
  }, async () => {
    const shopper = await enterShop(stage.base, { name: '手机上的顾客' });
    await shopper.say('转人工');
    const { context, page } = await visit(stage.browser, stage.base, { role: 'agent', size: PHONE });
    await page.goto(`${stage.base}/desk`);
    const desk = deskOf(page);
    await desk.claim('手机上的顾客');
    expect(await sidewaysOn(page)).toBe(0);
    await desk.reply.fill('您好，我是人工客服');
    const send = page.getByRole('button', { name: '发送', exact: true });
    const box = (await send.boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(PHONE.height);
    await send.click();
    await desk.sent('您好，我是人工客服');
    await page.getByRole('button', { name: /^结束会话/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('已解决', { exact: true }).click();
    const category = dialog.getByLabel('问题分类');
    if ((await category.inputValue()) === '') await category.selectOption({ index: 1 });
    await dialog.getByRole('button', { name: '结束会话', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await sidewaysOn(page)).toBe(0);
    const back = page.getByRole('button', { name: '返回列表' });
    if (await back.isVisible()) await back.click();
    await desk.tab('排队中').waitFor();

    const manifest = (await (await fetch(`${stage.base}/manifest.webmanifest`)).json()) as { icons: { src: string }[] };
    for (const { src } of manifest.icons)
      expect((await fetch(stage.base + src)).headers.get('content-type')).toBe('image/png');
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    // a headless profile is a private one, which is the only thing in the way
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    await context.close();
  });

  test('M2 over plain http in the local network one signs in and stays signed in', {
    timeout: STORY_MS,
  }, async (test) => {
    if (stage.server === null) test.skip('needs a server of its own');
    const { PASSWORD } = await import('../journeys/server.ts');
    await stage.server!.addStaff('lan');
    const { context, page } = await visit(stage.browser, stage.base, { size: PHONE });
    const lan = stage.base.replace('127.0.0.1', 'desk.test');
    await page.goto(`${lan}/desk`);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await page.getByLabel('账号').fill('lan');
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByLabel('密码').press('Enter');
    await deskOf(page).tab('排队中').waitFor();
    await page.reload();
    await deskOf(page).tab('排队中').waitFor();
    await context.close();
  });

  test('P1 what the pages load before anything is seen stays small', () => {
    const dist = path.resolve(import.meta.dirname, '../../dist/console');
    const zipped = (file: string) => gzipSync(readFileSync(path.join(dist, file))).length / 1_000;
    const needed = (file: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(file)) return seen;
      seen.add(file);
      const code = readFileSync(path.join(dist, file), 'utf8');
      for (const [, next] of code.matchAll(/(?:^|[;}])import\s*(?:[\w*{}\s,$]+from\s*)?["'](\.\/[\w.-]+\.js)["']/g))
        needed(path.join(path.dirname(file), next!), seen);
      return seen;
    };
    const kb = (page: string) => {
      const html = readFileSync(path.join(dist, `${page}.html`), 'utf8');
      const scripts = [...html.matchAll(/<script[^>]* src="\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
      expect(scripts.length).toBeGreaterThan(0);
      return [...new Set(scripts.flatMap((file) => [...needed(file)]))].reduce((sum, file) => sum + zipped(file), 0);
    };
    expect(zipped('theme.js')).toBeLessThanOrEqual(1);
    expect(kb('desk')).toBeGreaterThan(50);
    expect(kb('desk')).toBeLessThanOrEqual(130);
    expect(kb('shop')).toBeGreaterThan(5);
    expect(kb('shop')).toBeLessThanOrEqual(15);
  });
});
