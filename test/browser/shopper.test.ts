// The shopper's side in a real browser: pictures, orders, thumbs, the line, the end with its stars, the widget on another site.
import { afterEach, describe, expect, test } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { DEFAULT_TEAMS, saveTeam } from '../../src/handoff/teams.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { PASSWORD } from '../journeys/server.ts';
import { findChromium, leave, openPerson, type Person } from './chromium.ts';
import { shopOf } from './parts.ts';
import { story } from './shared-stage.ts';
import { conversationOf, openOtherSite, picture, serve } from './shopper-parts.ts';
import type { Stage } from './stage.ts';

const chromium = findChromium();
if (chromium === null)
  console.warn(
    '\n⚠ SKIPPED: no Chromium found, the shopper’s stories did not run. Install one or set CHROMIUM_PATH.\n',
  );

const PHONE = { width: 390, height: 844 };
const SMALL = { width: 320, height: 640 };
const DESK = { width: 1280, height: 800 };
const START_MS = 600_000;
const STORY_MS = 60_000;

describe.skipIf(chromium === null)('the shopper', () => {
  let stage: Stage;
  let people: Person[] = [];
  let agent: Awaited<ReturnType<typeof import('../journeys/people.ts').signIn>>;

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
  }, START_MS);
  afterEach(async () => {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.map(leave));
    people = [];
    expect(complaints).toEqual([]);
  });

  const arrive = async (path: string, size = PHONE): Promise<Person> => {
    const person = await openPerson(stage.browser, size);
    people.push(person);
    await person.page.goto(path.startsWith('http') ? path : stage.base + path);
    return person;
  };
  /** Signs the agent in: from here on somebody is there. */
  const work = async () => {
    const { signIn } = await import('../journeys/people.ts');
    const { database, shopId } = stage.server!;
    const person = { login: 'xiaomei', name: '小美', role: 'agent' as const, teams: [], password: PASSWORD };
    await saveStaff(database.pool, shopId, person);
    agent = await signIn(stage.base, 'xiaomei', PASSWORD);
  };

  test('W4: when nobody is there, what is written is kept as a message', { timeout: STORY_MS }, async () => {
    const { database, shopId } = stage.server!;
    const shift: [string, string][] = [['03:00', '03:01']];
    const days = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, shift]));
    const hours = { days, closed: [], special: {} };
    const open = (own: typeof hours | null) =>
      inShop(database.pool, shopId, async (tx) => {
        for (const team of DEFAULT_TEAMS) await saveTeam(tx, shopId, { ...team, hours: own });
      });
    await open(hours);
    const { page } = await arrive('/shop?name=夜猫子');
    const shop = shopOf(page);
    await shop.say('转人工');
    await shop.waiting.getByText('人工客服现在不在').waitFor();
    await shop.waiting.getByText(/03:00 上班。您现在写的会作为留言保存/).waitFor();
    await shop.say('外套的拉链坏了，想换一件');
    await shop.log.getByText(/已经作为留言记下/).waitFor();
    await open(null);
    await work();
    // somebody has come: the message waits for them, with its words
    const row = await agent.waiting(await conversationOf(page), 15_000);
    expect(row?.summary).toContain('外套的拉链坏了');
  });

  test('D1: asks, sees a person come, gives five stars, and is thanked', { timeout: STORY_MS }, async () => {
    const { page } = await arrive('/shop?name=王小雨');
    const shop = shopOf(page);
    await page.getByRole('button', { name: '查物流' }).click();
    await shop.log
      .getByText(/来源：/)
      .first()
      .waitFor();
    await shop.say('三天没更新了，我要人工');
    await shop.log
      .getByText(/正在为您转接/)
      .first()
      .waitFor();
    await shop.waiting.waitFor();
    const served = await serve(agent, page);
    await shop.log.getByText('客服 小美 已接入').waitFor();
    await page.getByText('人工 小美 正在为您服务').waitFor();
    await agent.post(`/api/conversations/${served.conversationId}/presence`, { viewing: true, typing: true });
    await page.getByRole('img', { name: '客服正在输入…' }).waitFor();
    await served.say('已经为您催了快递');
    await shop.log.getByText('已经为您催了快递').waitFor();
    await served.end();
    await shop.log.getByText('本次会话已结束').waitFor();

    const card = page.getByRole('region', { name: '评价本次服务' });
    await card.getByText('请为人工 小美 的服务打分').waitFor();
    await card.getByRole('radio', { name: '5 星' }).check({ force: true });
    await card.getByText('感谢您的评价').waitFor();
    await card.getByRole('button', { name: '回复快' }).click();
    await card.getByLabel('还想说的话（选填）').fill('很耐心');
    await card.getByRole('button', { name: '提交' }).click();
    await card.getByText('24 小时内可以修改').waitFor();
    await page.reload();
    await card.getByText('感谢您的评价').waitFor();
    expect(await card.getByRole('radio', { name: '5 星' }).isChecked()).toBe(true);
    await card.getByRole('button', { name: '修改评价' }).click();
    expect(await card.getByLabel('还想说的话（选填）').inputValue()).toBe('很耐心');
  });

  test('W5: after the end the talk goes on, and the agent sees that it is the same one', {
    timeout: STORY_MS,
  }, async () => {
    const { page } = await arrive('/shop?name=回头客');
    const shop = shopOf(page);
    await shop.say('转人工');
    await shop.waiting.waitFor();
    const served = await serve(agent, page);
    await served.end({ disposition: 'resolved', csat: false });
    await shop.log.getByText('本次会话已结束').waitFor();
    expect(await page.getByRole('region', { name: '评价本次服务' }).count()).toBe(0);
    await page.getByRole('button', { name: '再次咨询' }).click();
    await page.keyboard.type('还是转人工吧');
    await page.keyboard.press('Enter');
    await shop.log.getByText('续聊').waitFor();
    await shop.waiting.waitFor();
    const row = (await agent.waiting(served.conversationId)) as { previousId?: string | null } | null;
    expect(row?.previousId).toMatch(/^\d+$/);
  });

  test('W2: who does not want to wait is called back: a time and a number, and the page says so', {
    timeout: STORY_MS,
  }, async () => {
    const { page } = await arrive('/shop?name=等不及');
    const shop = shopOf(page);
    await shop.say('转人工');
    await shop.waiting.getByRole('button', { name: '电话回访' }).click();
    const form = page.getByRole('region', { name: '电话回访' });
    expect(await form.getByLabel('方便接电话的时间').inputValue()).not.toBe('');
    await form.getByLabel('手机号').fill('12345');
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/call-form.png` });
    await form.getByRole('button', { name: '预约回电' }).click();
    await form
      .getByRole('alert')
      .getByText(/号码不对/)
      .waitFor();
    await form.getByLabel('手机号').fill('13812345678');
    await form.getByRole('button', { name: '预约回电' }).click();
    await form.getByText(/已预约 .+138\*\*\*\*5678/).waitFor();
    await shop.log.getByText(/已为您预约电话回访/).waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/call-booked.png` });
    await serve(agent, page);

    const buyer = await arrive('/shop?name=采购员');
    const other = shopOf(buyer.page);
    await other.say('单位要订工服 卫衣五十件 给个报价单');
    const quote = buyer.page.getByRole('region', { name: '企业报价' });
    await quote.getByLabel('商品').fill('云朵连帽卫衣');
    await quote.getByLabel('数量').fill('50 件');
    await quote.getByLabel('联系方式（电话或邮箱）').fill('13812345678');
    if (process.env.SHOTS) await buyer.page.screenshot({ path: `${process.env.SHOTS}/quote-form.png` });
    await quote.getByRole('button', { name: '提交报价需求' }).click();
    await quote.getByText('报价需求已提交').waitFor();
    await serve(agent, buyer.page);
  });

  test('W2: the place in the line goes down, then a person is there', { timeout: STORY_MS }, async () => {
    const [first, second] = await Promise.all([arrive('/shop?name=排第一'), arrive('/shop?name=排第二')]);
    const [one, two] = [shopOf(first.page), shopOf(second.page)];
    await one.say('转人工');
    await one.waiting.waitFor();
    await two.say('转人工');
    const ahead = two.waiting.getByText(/前面还有 \d+ 位/);
    await ahead.waitFor();
    const before = Number(/\d+/.exec((await ahead.textContent()) ?? '')![0]);
    await serve(agent, first.page);
    if (before === 1) await two.waiting.getByText('您是下一位').waitFor();
    else await two.waiting.getByText(`前面还有 ${before - 1} 位`).waitFor();
    await serve(agent, second.page);
    await two.waiting.waitFor({ state: 'detached' });
    await two.log.getByText('客服 小美 已接入').waitFor();
  });

  test('pictures go both ways, small and large, and what is too big is refused at once', {
    timeout: STORY_MS,
  }, async () => {
    const { page } = await arrive('/shop?name=爱拍照');
    const shop = shopOf(page);
    await shop.say('转人工');
    await shop.waiting.waitFor();
    const served = await serve(agent, page);
    const file = { name: '<b>.png', mimeType: 'image/png', buffer: picture() };
    await page.locator('input[type=file]').setInputFiles(file);
    const mine = shop.log.locator('.message-mine .picture img');
    await mine.waitFor();
    await page.locator('.message-sending').waitFor({ state: 'detached' });
    expect(await mine.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(120);
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(picture(64))], { type: 'image/png' }), 'a.png');
    const { csrf } = (await agent.get<{ csrf: string }>('/api/session')).body;
    const sent = await fetch(`${stage.base}/api/uploads`, {
      method: 'POST',
      headers: { cookie: agent.cookie, 'x-csrf-token': csrf },
      body: form,
    });
    const { id } = (await sent.json()) as { id: string };
    await agent.post(`/api/conversations/${served.conversationId}/messages`, {
      clientMessageId: 'one-picture',
      kind: 'reply',
      attachments: [{ id }],
    });
    const theirs = shop.log.locator('.message-agent .picture img');
    await theirs.waitFor();
    await page.reload();
    await theirs.waitFor();
    await mine.waitFor();
    expect(await theirs.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(64);
    await shop.log.locator('.message-agent').getByRole('button', { name: '查看大图' }).click();
    await page.getByRole('dialog', { name: '图片' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const big = { name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) };
    await page.locator('input[type=file]').setInputFiles(big);
    await page.getByRole('alert').getByText('仅支持 10MB 内图片').waitFor();
    const svg = { name: 'a.svg', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)"/>') };
    await page.locator('input[type=file]').setInputFiles(svg);
    await page.getByRole('button', { name: /SVG.*发送失败，点此重发/ }).waitFor();
  });

  test('an order is chosen from one’s own, shown as a card, and answered', { timeout: STORY_MS }, async () => {
    const { page } = await arrive('/shop?name=小周');
    const shop = shopOf(page);
    await page.getByRole('button', { name: '我要咨询的订单' }).click();
    const list = page.getByRole('dialog', { name: '我要咨询的订单' });
    await list.getByRole('listitem').nth(1).waitFor();
    const title = (await list.locator('.card strong').first().textContent()) ?? '';
    await list.getByRole('listitem').first().getByRole('button').click();
    await list.waitFor({ state: 'detached' });
    await shop.log.locator('.message-mine .card').getByText(title).waitFor();
    await shop.bubbles('bot').first().waitFor();
    await page.reload();
    await shop.log.locator('.message-mine .card').getByText(title).waitFor();
  });

  test('a thumb is kept; the second answer that did not help brings 转人工', { timeout: STORY_MS }, async () => {
    const { page } = await arrive('/shop?name=挑剔的人');
    const shop = shopOf(page);
    for (const [i, text] of ['七天无理由怎么退', '优惠券怎么用'].entries()) {
      await shop.say(text);
      await page.getByRole('button', { name: '没解决' }).nth(i).click();
      if (i === 0) await shop.log.getByText('抱歉没帮到您，可以换个说法再问').waitFor();
    }
    await shop.log.getByText('抱歉没帮到您，需要人工客服吗？').waitFor();
    await page.reload();
    await page.getByRole('button', { name: '没解决', pressed: true }).nth(1).waitFor();
    await page.getByRole('button', { name: '没解决' }).nth(1).click();
    await shop.log.getByRole('button', { name: '转人工' }).click();
    await shop.waiting.waitFor();
  });

  test('X2: one shopper’s token opens nothing of another’s', { timeout: STORY_MS }, async () => {
    const [first, second] = await Promise.all([arrive('/shop?name=甲'), arrive('/shop?name=乙')]);
    const one = shopOf(first.page);
    await one.say('我的手机尾号 1234');
    await first.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture() });
    await first.page.locator('.message-sending').waitFor({ state: 'detached' });
    await one.log.locator('.message-mine .picture img').waitFor();
    const conversation = await conversationOf(first.page);
    const seen = await second.page.evaluate(async (id) => {
      const kept = Object.entries(localStorage).find(([key]) => key.startsWith('jiebang.visitor.'))!;
      const { token } = JSON.parse(kept[1]) as { token: string };
      const headers = { authorization: `Bearer ${token}` };
      const own = await (await fetch('/api/shop/messages?after=0', { headers })).text();
      const forged = `${token.slice(0, -2)}${token.endsWith('A') ? 'BB' : 'AA'}`;
      const staff = await fetch(`/api/conversations/${id}/messages`, { headers });
      const bad = await fetch('/api/shop/messages?after=0', { headers: { authorization: `Bearer ${forged}` } });
      return { own, statuses: [staff.status, bad.status] };
    }, conversation);
    expect(seen.own).not.toContain('1234');
    expect(seen.statuses).toEqual([401, 401]);
    expect(await shopOf(second.page).log.getByText('1234').count()).toBe(0);
  });

  test('W3 and X1: 320 px are enough, and hostile names and words are words', { timeout: STORY_MS }, async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { page } = await arrive(`/shop?name=${encodeURIComponent(name)}`, SMALL);
    const shop = shopOf(page);
    const words = '<script>document.title="owned"</script>\u202Etxt\u200B<svg onload=alert(1)><b>粗</b>';
    await shop.say(words);
    await shop.bubbles('mine').getByText('<script>').waitFor();
    await shop.bubbles('mine').getByText('<b>粗</b>').waitFor();
    await shop.say(`转人工${'a'.repeat(600)}`);
    await shop.waiting.waitFor();
    await page.getByRole('button', { name: '发送', exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await page.locator('.log script, .log svg[onload], .log img, .log b').count()).toBe(0);
    expect(await page.title()).toBe('在线客服');
    const row = (await agent.waiting(await conversationOf(page))) as unknown as { shopper: { name: string } };
    expect(row.shopper.name).toBe(name);
    await serve(agent, page).then((served) => served.end());
    await page.getByRole('radio', { name: '3 星' }).check({ force: true });
    await page.getByText('感谢您的评价').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const box = (await shop.box.boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(640);
    expect(box.width).toBeGreaterThanOrEqual(110);
    const small = await page
      .locator('.shop button:visible')
      .evaluateAll((all) => all.filter((b) => b.getBoundingClientRect().height < 36).map((b) => b.outerHTML));
    expect(small.filter((html) => !html.includes('lang='))).toEqual([]);
  });

  test('W1: on another site the bubble opens the page, counts what came unseen, and keeps the talk over pages', {
    timeout: STORY_MS,
  }, async () => {
    const site = await openOtherSite(stage.base);
    try {
      const { page } = await arrive(site.base, DESK);
      await page.getByRole('button', { name: '在线客服' }).click();
      const shop = shopOf(page.frameLocator('iframe[title="在线客服"]'));
      await shop.say('七天无理由怎么退');
      await shop.log.getByText(/来源：/).waitFor();
      const frame = (await page.locator('iframe').boundingBox())!;
      expect([frame.width, frame.height]).toEqual([380, 640]);

      await page.getByRole('link', { name: '换一页' }).click();
      await page.getByRole('heading', { name: '商品页' }).waitFor();
      await shop.log.getByText('七天无理由怎么退', { exact: true }).waitFor();
      await shop.say('转人工');
      await shop.waiting.waitFor();
      await page.getByRole('button', { name: '收起在线客服' }).click();
      const { body } = await agent.get<{
        items: { id: string; conversationId: string; shopper: { name: string | null } }[];
      }>('/api/handoffs?state=waiting&limit=100');
      const row = body.items.at(-1)!;
      await agent.post(`/api/handoffs/${row.id}/claim`);
      await agent.reply(row.conversationId, '您好，我在');
      await page.getByRole('button', { name: /在线客服，\d 条未读消息/ }).click();
      await shop.log.getByText('您好，我在').waitFor();
      await page.setViewportSize({ width: 400, height: 700 });
      const full = (await page.locator('iframe').boundingBox())!;
      expect([full.x, full.y, full.width, full.height]).toEqual([0, 0, 400, 700]);
      await page.frameLocator('iframe').getByRole('button', { name: '收起' }).click();
      await page.getByRole('button', { name: '在线客服', exact: true }).waitFor();
    } finally {
      await site.close();
    }
  });
});
