// The whole story in a real browser, against a real server: the bot answers, a person takes the baton, the bot is back.
// Long, because all stories share the one server whose start is the expensive part.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findChromium, leave, openPerson, type Person } from './chromium.ts';
import { type Line, openLine } from './cut-line.ts';
import { deskOf, shopOf } from './parts.ts';
import { story } from './shared-stage.ts';
import type { Stage } from './stage.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn('\n⚠ SKIPPED: no Chromium found, the browser stories did not run. Install one or set CHROMIUM_PATH.\n');
}

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const START_MS = 600_000;
const STORY_MS = 90_000;

describe.skipIf(chromium === null)('in the browser', () => {
  let stage: Stage;
  let line: Line;
  let people: Person[] = [];

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
    line = await openLine(stage.base);
  }, START_MS);
  afterAll(async () => {
    await line?.close();
  }, START_MS);
  afterEach(async () => {
    line.mend();
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.map(leave));
    people = [];
    expect(complaints).toEqual([]);
  });

  const arrive = async (url: string, size = DESK): Promise<Person> => {
    const person = await openPerson(stage.browser, size);
    people.push(person);
    await person.page.goto(url);
    return person;
  };

  test('one person walks the whole story on the first page', { timeout: STORY_MS }, async () => {
    const { page } = await arrive(stage.base);
    const shop = shopOf(page);
    const desk = deskOf(page);

    await shop.say('七天无理由怎么退');
    await shop.log
      .getByText(/来源：/)
      .first()
      .waitFor();
    expect(await shop.log.getByText('机器人', { exact: true }).count()).toBeGreaterThan(0);

    await shop.say('我的快递到哪了');
    await shop.log
      .getByText(/中通快递|ZT7583920164417/)
      .first()
      .waitFor();

    await shop.say('我要投诉！等了这么久，包裹一直没人管');
    await shop.waiting.waitFor();
    const row = desk.row('小林');
    await row.waitFor({ timeout: 5_000 });
    expect(await row.textContent()).toMatch(/R\d/);
    expect(await row.textContent()).toContain('投诉');
    expect(await row.textContent()).toMatch(/已等 \d+:\d\d/);

    await row.getByRole('button').first().click();
    await desk.side.getByText('转人工原因').waitFor();
    await desk.side.getByText('推荐回复').waitFor();
    await desk.side.getByText('ZT7583920164417', { exact: true }).waitFor();
    await desk.side.getByText('机器人说过').waitFor();

    await page.keyboard.press('Alt+Q');
    await desk.pane.getByRole('button', { name: '结束会话' }).waitFor();
    await shop.waiting.waitFor({ state: 'detached' });

    await desk.note('顾客已等一周，优先处理');
    await desk.log.getByText('顾客已等一周，优先处理').waitFor();
    await page.keyboard.press('Alt+R');
    // drafts that come with the claim may take the place of the packet's between the look and the key
    const first = () => desk.side.locator('.suggestions .words').first().textContent();
    const before = await first();
    await page.keyboard.press('Alt+1');
    const suggestion = await desk.reply.inputValue();
    expect(suggestion).not.toBe('');
    expect([before, await first()]).toContain(suggestion);
    await desk.reply.press('Enter');
    await shop.log.getByText(suggestion).waitFor();
    expect(await shop.log.getByText(/^人工 /).count()).toBeGreaterThan(0);
    expect(await shop.log.getByText('优先处理').count()).toBe(0);

    await desk.side.getByRole('tab', { name: '为什么' }).click();
    await desk.side.getByText('转人工', { exact: true }).first().waitFor();
    await desk.side.getByText('直接回答').first().waitFor();

    await desk.pane.getByRole('button', { name: '结束会话' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '结束会话' }).click();
    await dialog.getByText('请先选择处理结果和问题分类').waitFor();
    await dialog.getByText('已解决').click();
    if ((await dialog.getByLabel('问题分类').inputValue()) === '')
      await dialog.getByLabel('问题分类').selectOption({ index: 1 });
    await dialog.getByRole('button', { name: '结束会话' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('你已走完一次完整接待').waitFor();

    await shop.say('七天无理由怎么退');
    await shop.bubbles('bot').nth(2).waitFor();
  });

  test('choices are buttons, and a tap is answered', { timeout: STORY_MS }, async () => {
    const { page } = await arrive(`${stage.base}/shop`, PHONE);
    const shop = shopOf(page);
    await shop.persona.selectOption('小周');
    await page.waitForTimeout(300);
    await shop.say('我的快递到哪了');
    const choice = page.locator('.choices button').first();
    await choice.waitFor();
    const label = ((await choice.textContent()) ?? '').trim();
    await choice.click();
    await shop.bubbles('mine').filter({ hasText: label }).waitFor();
    await shop.bubbles('bot').nth(1).waitFor();
  });

  test('an agent takes a conversation from the bot and gives it back', { timeout: STORY_MS }, async () => {
    const { page } = await arrive(stage.base);
    const shop = shopOf(page);
    const desk = deskOf(page);
    await shop.persona.selectOption('陈老师');
    await page.waitForTimeout(300);
    await shop.say('七天无理由怎么退');
    await shop.bubbles('bot').first().waitFor();

    await desk.tab('机器人').click();
    await desk.row('陈老师').first().getByRole('button').first().click();
    await desk.pane.getByRole('button', { name: '接管' }).click();
    await page.getByRole('dialog').getByText('机器人答得不对').click();
    await page.getByRole('dialog').getByRole('button', { name: '确认接管' }).click();
    await desk.pane.getByRole('button', { name: '交还机器人' }).waitFor();

    await desk.reply.fill('陈老师您好，我来为您说明');
    await desk.reply.press('Enter');
    await shop.log.getByText('陈老师您好，我来为您说明').waitFor();
    const before = await shop.bubbles('bot').count();
    await shop.say('好的，七天无理由怎么退');
    await desk.log.getByText('好的，七天无理由怎么退').waitFor();
    await page.waitForTimeout(1_500);
    expect(await shop.bubbles('bot').count()).toBe(before);

    await desk.pane.getByRole('button', { name: '交还机器人' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '交还机器人' }).click();
    await page.getByText('已交还机器人').waitFor();
    await shop.say('七天无理由怎么退');
    await shop.bubbles('bot').nth(before).waitFor();
  });

  test('Enter that confirms pinyin does not send; the next Enter does', { timeout: STORY_MS }, async () => {
    const { page, context } = await arrive(`${stage.base}/shop`, PHONE);
    const shop = shopOf(page);
    await shop.box.click();
    const ime = await context.newCDPSession(page);
    await ime.send('Input.imeSetComposition', { text: 'qi tian', selectionStart: 7, selectionEnd: 7 });
    await ime.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      windowsVirtualKeyCode: 229,
      key: 'Enter',
      code: 'Enter',
    });
    await page.waitForTimeout(200);
    expect(await shop.bubbles('mine').count()).toBe(0);
    expect(await shop.box.inputValue()).toBe('qi tian');
    await ime.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await ime.send('Input.insertText', { text: '七天无理由怎么退' });
    await shop.box.press('Enter');
    await shop.bubbles('mine').getByText('七天无理由怎么退').waitFor();
    expect(await shop.box.inputValue()).toBe('');
  });

  test('a cut line loses nothing and doubles nothing', { timeout: STORY_MS }, async () => {
    const shopper = await arrive(`${line.base}/shop?name=信号不好的人`, PHONE);
    const shop = shopOf(shopper.page);
    await shop.say('转人工');
    await shop.waiting.waitFor();

    const { page } = await arrive(stage.base);
    const desk = deskOf(page);
    await desk.claim('信号不好的人');

    line.cut();
    await shopper.page.getByText('网络不稳定，正在重连').waitFor();
    await shop.say('断网时说的话');
    const resend = shopper.page.getByRole('button', { name: /发送失败，点此重发/ });
    await resend.waitFor();
    for (const text of ['断网期间的前一句', '断网期间的后一句']) {
      await desk.reply.fill(text);
      await desk.reply.press('Enter');
      await desk.sent(text);
    }

    // mended before, the page may be back before anybody can press
    await shopper.page.getByRole('button', { name: '立即重连' }).click();
    line.mend();
    await shop.log.getByText('断网期间的后一句').waitFor();
    await resend.click();
    await desk.log.getByText('断网时说的话').waitFor();
    // and once more, while everything works: the stream comes back by itself
    line.shake();
    await desk.reply.fill('恢复之后的一句');
    await desk.reply.press('Enter');
    await desk.sent('恢复之后的一句');
    await shop.log.getByText('恢复之后的一句').waitFor();

    await shopper.page.waitForTimeout(1_000);
    for (const text of ['断网期间的前一句', '断网期间的后一句', '断网时说的话', '恢复之后的一句']) {
      expect(await shop.log.getByText(text).count(), text).toBe(1);
      expect(await desk.log.getByText(text).count(), text).toBe(1);
    }
  });

  test('the desk comes back after a cut and shows what it missed', { timeout: STORY_MS }, async () => {
    const { page } = await arrive(line.base);
    const desk = deskOf(page);
    await desk.tab('排队中').waitFor();
    line.cut();
    await page.getByText('连接断开，正在重连').waitFor();
    const shopper = await arrive(`${stage.base}/shop?name=断线时来的人`, PHONE);
    await shopOf(shopper.page).say('转人工');
    await shopOf(shopper.page).waiting.waitFor();
    line.mend();
    await desk.row('断线时来的人').waitFor({ timeout: 15_000 });
    await page.getByText('连接断开，正在重连').waitFor({ state: 'detached' });
    await desk.claim('断线时来的人');
  });

  test('two shoppers see their own place and their own words only', { timeout: STORY_MS }, async () => {
    const [first, second] = await Promise.all([
      arrive(`${stage.base}/shop?name=甲先生`, PHONE),
      arrive(`${stage.base}/shop?name=乙女士`, PHONE),
    ]);
    const [one, two] = [shopOf(first.page), shopOf(second.page)];
    await one.say('转人工，我是甲');
    await one.waiting.waitFor();
    await two.say('转人工，我是乙');
    await two.waiting.waitFor();
    await two.waiting.getByText(/前面还有 \d+ 位/).waitFor();
    expect(await one.log.getByText('我是乙').count()).toBe(0);

    const { page } = await arrive(stage.base);
    const desk = deskOf(page);
    await desk.claim('甲先生');
    await desk.reply.fill('甲先生您好');
    await desk.reply.press('Enter');
    await one.log.getByText('甲先生您好').waitFor();
    await desk.tab('排队中').click();
    await desk.claim('乙女士');
    await two.waiting.waitFor({ state: 'detached' });
    expect(await two.log.getByText('甲先生您好').count()).toBe(0);
  });

  test('who waits may leave a message or go back to the bot, on the card', { timeout: STORY_MS }, async () => {
    const { page } = await arrive(`${stage.base}/shop`, PHONE);
    const shop = shopOf(page);
    await shop.say('转人工');
    await shop.waiting.waitFor();
    await shop.waiting.getByText(/您是下一位|前面还有 \d+ 位/).waitFor();
    expect(await page.locator('.choices button').count()).toBe(0);
    await shop.waiting.getByRole('button', { name: '留言，先离开' }).click();
    await shop.log.getByText(/已经记下/).waitFor();
    await shop.waiting.getByRole('button', { name: '先问智能客服' }).click();
    await shop.waiting.waitFor({ state: 'detached' });
    await shop.log.getByText(/已经为您取消排队/).waitFor();
    await shop.say('七天无理由怎么退');
    await shop.log.getByText(/来源：/).waitFor();
  });

  test('the desk asks who one is: wrong password, right password, one-time link once', {
    timeout: STORY_MS,
  }, async (context) => {
    if (stage.server === null) context.skip('needs a server of its own');
    const { PASSWORD } = await import('../journeys/server.ts');
    await stage.server!.addStaff('xiaoshuai');
    const { page } = await arrive(`${stage.base}/desk`);
    await page.getByLabel('账号').fill('xiaoshuai');
    await page.getByLabel('密码').fill('wrong');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('账号或密码不正确').waitFor();
    await page.getByLabel('密码').fill(PASSWORD);
    await page.getByLabel('密码').press('Enter');
    await deskOf(page).tab('排队中').waitFor();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByLabel('密码').waitFor();

    const links = await stage.server!.app.signInLinks();
    const link = new URL(links.find((l) => l.role === 'agent')!.url);
    const address = `${stage.base}${link.pathname}${link.search}`;
    const guest = await arrive(address);
    await deskOf(guest.page).tab('排队中').waitFor();
    expect(guest.page.url()).not.toContain('token');
    const late = await arrive(address);
    await late.page.getByText(/已使用或已过期/).waitFor();
  });
});
