// The desk's journeys in a real browser against a real server. Each is named as in the list of journeys (D2 …).
// Long, because all journeys share the one server whose start is the expensive part.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findChromium, leave } from './chromium.ts';
import { type Line, openLine } from './cut-line.ts';
import { type Agent, comeIn, type DeskPerson, fillThread, hire, serve, sitDown, sql } from './desk-parts.ts';
import { story } from './shared-stage.ts';
import type { Stage } from './stage.ts';
import { partsOf, tabThrough } from './tab-order.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn('\n⚠ SKIPPED: no Chromium found, the desk’s journeys did not run. Install one or set CHROMIUM_PATH.\n');
}

const START_MS = 600_000;
/** On a busy machine a second is not long. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });
const STORY_MS = 60_000;

// a server that was there before (STORY_URL) has no database to set times in
describe.skipIf(chromium === null || process.env.STORY_URL !== undefined)('at the desk', () => {
  let stage: Stage;
  let line: Line;
  let people: DeskPerson[] = [];
  /** Into whose pages something was put. */
  let marked: DeskPerson[] = [];
  let mei: Agent;
  let shuai: Agent;

  const server = () => stage.server!;
  const sit = async (agent: Agent, before?: Parameters<typeof sitDown>[3], base = stage.base) => {
    const person = await sitDown(stage.browser, base, agent, before);
    (before ? marked : people).push(person);
    return person;
  };
  const shot = async ({ page }: DeskPerson, name: string) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  };
  const openRow = async ({ desk }: DeskPerson, tab: string, name: string) => {
    await desk.tab(tab).click();
    await desk.row(name).getByRole('button').first().click();
    await desk.pane.getByRole('heading', { name }).waitFor();
  };

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
    line = await openLine(stage.base);
    [mei, shuai] = await Promise.all([hire(server(), '小美'), hire(server(), '小帅', { teams: ['aftersale'] })]);
  }, START_MS);
  afterEach(async () => {
    const complaints = [...people, ...marked].flatMap((person) => person.complaints);
    await Promise.all([...people.map(leave), ...marked.map((person) => person.context.close())]);
    people = [];
    marked = [];
    await sql(
      server(),
      `update handoffs set state = 'resolved', resolved_at = now(), accepted_by = coalesce(accepted_by, $1) where state <> 'resolved'`,
      [mei.id],
    );
    await sql(
      server(),
      `update conversations set owner_kind = 'bot', owner_id = null, epoch = epoch + 1 where owner_kind <> 'bot'`,
    );
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await line?.close();
  });

  test('D2 two take the same shopper: one has them, the other reads who', { timeout: STORY_MS }, async () => {
    await comeIn(server(), mei, '抢手的王小雨');
    const [one, two] = await Promise.all([sit(mei), sit(shuai)]);
    await Promise.all([one.desk.row('抢手的王小雨').waitFor(), two.desk.row('抢手的王小雨').waitFor()]);
    // the second one's list does not hear of the claim in time
    await two.page.route('**/api/desk/*', (route) => route.abort());
    await one.desk.claim('抢手的王小雨');
    await two.desk.row('抢手的王小雨').getByRole('button', { name: /^接入/ }).click();
    await two.page.getByText('已被 小美 接入').waitFor();
    await openRow(one, '我的', '抢手的王小雨');
  });

  test('D3b a cut line: the bar counts, nothing can be taken, clocks go on; then all is there', {
    timeout: STORY_MS,
  }, async () => {
    await comeIn(server(), mei, '断网前的人');
    const { page, desk } = await sit(mei, undefined, line.base);
    const row = desk.row('断网前的人');
    await row.waitFor();
    line.cut();
    await page.getByText(/连接断开，正在重连…（第\d+次）/).waitFor();
    await soon(() => row.getByRole('button', { name: /^接入/ }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /^接入最紧急/ }).isDisabled()).toBe(true);
    const before = await row.textContent();
    await soon(() => row.textContent()).not.toBe(before);
    await comeIn(server(), mei, '断网中来的人');
    // asked to, it tries at once and counts from the beginning; mended before, it may be back before anybody can press
    await page.getByText(/（第[2-9]次）/).waitFor();
    await page.getByRole('button', { name: '立即重连' }).click();
    await page.getByText('（第1次）').waitFor();
    line.mend();
    await desk.row('断网中来的人').waitFor();
    await page.getByText(/连接断开/).waitFor({ state: 'detached' });
  });

  test('D6 a transfer: warned, said a word, a team, accepted; the one before only reads', {
    timeout: STORY_MS,
  }, async () => {
    const { shopper } = await serve(server(), mei, '要转接的人');
    const [one, two] = await Promise.all([sit(mei), sit(shuai)]);
    await openRow(one, '我的', '要转接的人');
    await one.page.keyboard.press('Alt+T');
    const dialog = one.page.getByRole('dialog');
    await dialog.getByText('您还未回复顾客，平台会计为未回复轮次').waitFor();
    await dialog.getByRole('button', { name: '先发一句「为您转接专员，请稍等」' }).click();
    await dialog.getByRole('button', { name: '确认转接' }).click();
    await dialog.getByText('请选择转给谁，以及转接原因').waitFor();
    await dialog.getByText('技能组', { exact: true }).click();
    await dialog.getByText('售后', { exact: true }).click();
    await dialog.getByText('超出权限').click();
    await dialog.getByLabel('补充说明').fill('顾客要求补偿 20 元');
    await dialog.getByRole('button', { name: '确认转接' }).click();
    await one.page.getByText('已请求转接给 售后，对方确认前仍由您接待').waitFor();
    const card = two.page.getByRole('article', { name: '小美 转接：要转接的人' });
    await card.getByText(/超出权限 · 顾客要求补偿 20 元/).waitFor();
    await card.getByRole('button', { name: '确认接收' }).click();
    await two.desk.reply.waitFor();
    await two.page.getByText(/转接说明：超出权限 顾客要求补偿 20 元/).waitFor();
    await one.page.getByText('该会话现由 小帅 接待').waitFor();
    expect(await one.page.getByRole('tab', { name: '回复顾客' }).isDisabled()).toBe(true);
    expect((await shopper.all()).map((m) => m.text)).toContain('为您转接专员，请稍等');
    await one.page.getByRole('button', { name: '申请协助' }).click();
    await two.desk.log.getByText('我可以协助这位顾客').waitFor();
  });

  test('D7 a note with @小帅 reaches 小帅 and never the shopper', { timeout: STORY_MS }, async () => {
    const { shopper, conversationId } = await serve(server(), mei, '被讨论的人');
    const [one, two] = await Promise.all([sit(mei), sit(shuai)]);
    await openRow(one, '我的', '被讨论的人');
    await one.desk.note('@小帅 这位是老顾客，请看一下库存');
    await one.desk.log.locator('mark.mention').getByText('@小帅').waitFor();
    const card = two.page.getByRole('button', { name: /小美 在 被讨论的人 的会话里 @ 了您/ });
    await card.click();
    await two.desk.log.getByText('这位是老顾客').waitFor();
    await card.waitFor({ state: 'detached' });
    await mei.reply(conversationId, '您好，马上为您查');
    await soon(async () => (await shopper.all()).at(-1)?.text).toBe('您好，马上为您查');
    expect(JSON.stringify(await shopper.all())).not.toContain('老顾客');
  });

  test('D9 without a disposition nothing ends; 无效会话 asks for no rating', { timeout: STORY_MS }, async () => {
    await serve(server(), mei, '发广告的人');
    const one = await sit(mei);
    await openRow(one, '我的', '发广告的人');
    await one.page.keyboard.press('Alt+E');
    const dialog = one.page.getByRole('dialog');
    const end = dialog.getByRole('button', { name: '结束会话' });
    await end.click();
    await dialog.getByText('请先选择处理结果和问题分类').waitFor();
    const csat = dialog.getByLabel('发送评价邀请');
    expect(await csat.isChecked()).toBe(true);
    await dialog.getByText('无效会话').click();
    expect(await csat.isChecked()).toBe(false);
    await dialog.getByLabel('问题分类').selectOption('其他');
    await dialog.getByLabel('加入知识库候选').check();
    expect(await dialog.getByLabel('顾客问的是').inputValue()).toBe('转人工');
    await dialog.getByLabel('顾客问的是').fill('广告合作找谁');
    const reported = one.page.waitForResponse('**/api/unknowns');
    const [request] = await Promise.all([one.page.waitForRequest('**/resolve'), end.click()]);
    expect(request.postDataJSON()).toMatchObject({ disposition: 'invalid', csat: false });
    await dialog.waitFor({ state: 'detached' });
    expect((await reported).status()).toBe(200);
  });

  test('D9 what lay behind a case is proposed, chosen, and sent with the end', { timeout: STORY_MS }, async () => {
    const { shopper, handoffId } = await serve(server(), mei, '快递不动的人');
    const one = await sit(mei);
    await openRow(one, '我的', '快递不动的人');
    await shopper.say('快递好几天没动了，卡在路上了');
    await one.desk.log.getByText('快递好几天没动了').waitFor();
    // the dialog shows what is known when it opens
    const known = () => mei.get<{ suggested: object | null }>(`/api/handoffs/${handoffId}/root-causes`);
    await expect.poll(async () => (await known()).body.suggested, { timeout: 15_000 }).not.toBeNull();
    await one.page.keyboard.press('Alt+E');
    const dialog = one.page.getByRole('dialog', { name: '结束会话' });
    await dialog.getByText(/看起来是「快递延误或停滞」/).waitFor();
    await dialog.getByText('已解决').click();
    await dialog.getByLabel('问题分类').selectOption('物流与配送');
    await dialog.getByRole('button', { name: '就选这个' }).click();
    expect(await dialog.getByLabel(/^根因/).first().inputValue()).toBe('courier_delay');
    await dialog.getByLabel('根因补充（选填）').fill('中转站爆仓');
    await shot(one, 'cause');
    const [request] = await Promise.all([
      one.page.waitForRequest('**/resolve'),
      dialog.getByRole('button', { name: '结束会话' }).click(),
    ]);
    expect(request.postDataJSON()).toMatchObject({ cause: 'courier_delay', causeNote: '中转站爆仓' });
    await dialog.waitFor({ state: 'detached' });
  });

  test('D10 handover: not offline with work, handed over and accepted, then offline; refused comes back', {
    timeout: STORY_MS,
  }, async () => {
    await serve(server(), mei, '交接一');
    await serve(server(), mei, '交接二');
    const [one, two] = await Promise.all([sit(mei), sit(shuai)]);
    await one.desk.tab('我的 ?2').waitFor();
    await one.page.getByLabel('接待状态').selectOption('offline');
    const refused = one.page.getByRole('dialog', { name: '还不能离线' });
    await refused.getByText(/还有 2 个会话没有结束/).waitFor();
    await refused.getByRole('button', { name: '交接一' }).waitFor();
    await refused.getByRole('button', { name: '交接班' }).click();
    const dialog = one.page.getByRole('dialog', { name: '交接班' });
    await dialog.getByRole('row', { name: /交接二/ }).waitFor();
    await dialog.getByLabel('交代 交接二 的会话').fill('等仓库回话');
    await dialog.getByLabel('全部交给').selectOption(`agent:${shuai.id}`);
    await dialog.getByLabel('交班说明').fill('我下班了');
    await dialog.getByRole('button', { name: '提交交接' }).click();
    const card = two.page.getByRole('article', { name: '小美 的交接班' });
    await card.getByText('交接二：等仓库回话').waitFor();
    await card.getByRole('button', { name: '确认接收' }).click();
    await two.desk.tab('我的 ?2').waitFor();
    await one.desk.tab('我的 ?0').waitFor();
    await one.page.getByLabel('接待状态').selectOption('offline');
    await expect
      .poll(
        async () =>
          (await shuai.get<{ items: { id: string; presence: string }[] }>('/api/staff')).body.items.find(
            (s) => s.id === mei.id,
          )?.presence,
      )
      .toBe('offline');

    await shuai.post('/api/handover', { to: { agent: mei.id }, notes: [{ kind: 'other', text: '还给你' }] });
    await one.page.getByRole('article', { name: '小帅 的交接班' }).getByRole('button', { name: '拒绝' }).click();
    const why = one.page.getByRole('dialog', { name: '拒绝交接' });
    await why.getByLabel('拒绝原因').fill('我已经下班');
    await why.getByRole('button', { name: '确认拒绝' }).click();
    await why.waitFor({ state: 'detached' });
    await one.page.getByRole('article', { name: '小帅 的交接班' }).waitFor({ state: 'detached' });
    await two.desk.tab('我的 ?2').waitFor();
    await one.page.getByLabel('接待状态').selectOption('online');
  });

  test('D11 the clock: near, slow with a merged toast, overdue, and quiet after the reply', {
    timeout: STORY_MS,
  }, async () => {
    const slow = await serve(server(), mei, '等了很久的人');
    await serve(server(), mei, '刚来的人');
    await sql(
      server(),
      `update handoffs set due_at = now() + interval '62 seconds', awaiting_since = now() - interval '97 seconds' where id = $1`,
      [slow.handoffId],
    );
    const one = await sit(mei);
    await one.desk.tab('我的').click();
    const row = one.desk.row('等了很久的人');
    await row.getByText('临近超时').waitFor();
    const toast = one.page.getByRole('status').filter({ hasText: '1 位顾客等待超过 100 秒' });
    await toast.waitFor();
    await sql(server(), `update handoffs set due_at = now() - interval '5 seconds' where id = $1`, [slow.handoffId]);
    await one.desk.tab('我的').click();
    await row.getByText(/超时 0:\d\d/).waitFor();
    await toast.getByRole('button', { name: '去回复' }).click();
    await one.desk.pane.getByRole('heading', { name: '等了很久的人' }).waitFor();
    await one.desk.reply.fill('让您久等了');
    await one.desk.reply.press('Enter');
    await toast.waitFor({ state: 'detached' });
    await row.getByText(/超时/).first().waitFor({ state: 'detached' });
  });

  test('D12 a full agent takes nobody more and reads why', { timeout: STORY_MS }, async () => {
    const full = await hire(server(), '满员的人');
    await sql(server(), 'update staff set capacity = 1 where id = $1', [full.id]);
    await serve(server(), full, '第一位');
    await comeIn(server(), full, '第二位');
    const one = await sit(full);
    await one.page.getByText('接待 1/1').waitFor();
    expect(await one.page.getByRole('button', { name: /^接入最紧急/ }).isDisabled()).toBe(true);
    await one.page.keyboard.press('Alt+Q');
    await one.page.getByRole('status').getByText('已达接待上限 1/1，结束一个会话后可继续接入').waitFor();
    await one.desk.row('第二位').waitFor();
  });

  test('D14 a long thread: history is not pulled away, older messages come without a jump; only rows in sight are drawn', {
    timeout: STORY_MS,
  }, async () => {
    const { shopper, conversationId } = await serve(server(), mei, '话很多的人');
    await fillThread(server(), conversationId, 400);
    const one = await sit(mei);
    await openRow(one, '我的', '话很多的人');
    await one.desk.log.getByText('第 399 句', { exact: false }).waitFor();
    const log = one.desk.log;
    const top = () =>
      log.evaluate((box) => {
        const edge = box.getBoundingClientRect().top;
        const item = [...box.querySelectorAll('.thread-item')].find(
          (i) => i.getBoundingClientRect().bottom > edge + 40,
        )!;
        return { text: item.textContent, at: Math.round(item.getBoundingClientRect().top - edge) };
      });
    await log.hover();
    await one.page.mouse.wheel(0, -1500);
    await one.page.waitForTimeout(500);
    const before = await top();
    for (const text of ['新的一', '新的二', '新的三']) await shopper.say(text);
    const unseen = one.page.getByRole('button', { name: '↓ 3 条新消息' });
    await unseen.waitFor();
    const after = await top();
    expect(after.text).toBe(before.text);
    expect(Math.abs(after.at - before.at)).toBeLessThanOrEqual(2);
    await unseen.click();
    await log.getByText('新的三').waitFor();
    await unseen.waitFor({ state: 'detached' });

    // to the top of what is loaded: the page before it is put there, and what was read stays where it was
    await log.evaluate((box) => {
      box.scrollTop = 300;
    });
    await one.page.waitForTimeout(150);
    const read = await top();
    await soon(() => log.evaluate((box) => box.scrollTop)).toBeGreaterThan(2_000);
    const place = () =>
      log.evaluate((box, text) => {
        const edge = box.getBoundingClientRect().top;
        const item = [...box.querySelectorAll('.thread-item')].find((i) => i.textContent === text);
        return item ? Math.round(item.getBoundingClientRect().top - edge) : null;
      }, read.text);
    await soon(async () => Math.abs(((await place()) ?? 9_999) - read.at)).toBeLessThanOrEqual(3);
    expect(await log.locator('.thread-item').count()).toBeLessThan(60);
  });

  test('D14 a list of hundreds: rows in sight only, further pages by scrolling, still under the pointer', {
    timeout: STORY_MS,
  }, async () => {
    await comeIn(server(), mei, '排第一的人');
    // 260 more of the same, each with a conversation of its own
    await sql(
      server(),
      `with s as (insert into shoppers (shop_id, channel_account_id, platform_id, name)
        select h.shop_id, c.channel_account_id, 'many-' || g, '众多顾客 ' || lpad(g::text, 3, '0') from handoffs h
          join conversations c on c.id = h.conversation_id, generate_series(1, 260) g where h.state = 'waiting' returning id, shop_id, channel_account_id, name),
      c as (insert into conversations (shop_id, channel_account_id, shopper_id, owner_kind, next_seq, last_shopper_at)
        select shop_id, channel_account_id, id, 'queue', 2, now() from s returning id, shop_id),
      m as (insert into messages (conversation_id, seq, shop_id, author, text) select id, 1, shop_id, 'shopper', '转人工' from c)
      insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, summary, packet, due_at)
        select c.shop_id, c.id, 'asked_for_human', 'none', 5, 'presale', '转人工', jsonb_build_object('transcript', jsonb_build_object('toSeq', 1)),
          now() + interval '10 minutes' + (row_number() over ()) * interval '1 second' from c`,
    );
    const one = await sit(mei);
    await one.desk.tab('排队中 ?261').waitFor();
    const list = one.page.getByRole('list', { name: '会话列表' });
    await one.desk.row('排第一的人').waitFor();
    expect(await list.locator('.queue-item').count()).toBeLessThan(40);
    await expect
      .poll(
        async () => {
          await list.evaluate((box) => {
            box.scrollTop = box.scrollHeight;
          });
          return one.desk.row('众多顾客 260').count();
        },
        { timeout: 30_000, interval: 50 },
      )
      .toBe(1);
    expect(await list.locator('.queue-item').count()).toBeLessThan(40);

    await list.evaluate((box) => {
      box.scrollTop = 0;
    });
    await list.hover();
    await one.page.mouse.move(200, 320);
    await comeIn(server(), mei, '鼠标下来的人');
    const pill = one.page.getByRole('button', { name: '1 条新会话，点击更新' });
    await pill.waitFor();
    expect(await one.desk.row('鼠标下来的人').count()).toBe(0);
    // a hand goes to it in many small steps, and it must still be there
    const { x, y, width, height } = (await pill.boundingBox())!;
    await one.page.mouse.move(x + width / 2, y + height / 2, { steps: 12 });
    await pill.waitFor();
    expect(await one.desk.row('鼠标下来的人').count()).toBe(0);
    await pill.click();
    await one.desk.row('鼠标下来的人').waitFor();

    await one.page.keyboard.press('Alt+F');
    await one.page.keyboard.type('众多顾客 137');
    await one.page.getByText('找到 1 个会话').waitFor();
    await one.desk.row('众多顾客 137').waitFor();
    expect(new URL(one.page.url()).searchParams.get('q')).toBe('众多顾客 137');
  });

  test('D15 the whole journey by keyboard alone', { timeout: STORY_MS }, async () => {
    const { shopper } = await comeIn(server(), mei, '键盘接待的人');
    const one = await sit(mei);
    const { keyboard } = one.page;
    await keyboard.press('Tab');
    expect(await one.page.evaluate(() => document.activeElement?.textContent)).toContain('跳到会话');
    await keyboard.press('Alt+Q');
    await one.desk.pane.getByRole('heading', { name: '键盘接待的人' }).waitFor();
    await soon(() => one.desk.reply.evaluate((box) => box === document.activeElement)).toBe(true);
    await keyboard.type('您好，请讲');
    await keyboard.press('Enter');
    await one.desk.sent('您好，请讲');
    await soon(async () => (await shopper.all()).at(-1)?.text).toBe('您好，请讲');
    await keyboard.press('Alt+H');
    await one.page.getByRole('dialog', { name: '交接班' }).waitFor();
    await keyboard.press('Escape');
    await one.page.getByRole('dialog').waitFor({ state: 'detached' });
    await soon(() => one.desk.reply.evaluate((box) => box === document.activeElement)).toBe(true);
    await keyboard.press('Alt+E');
    await one.page.getByRole('dialog', { name: '结束会话' }).waitFor();
    await keyboard.press('Space');
    const category = one.page.getByLabel('问题分类');
    if ((await category.inputValue()) === '') {
      await keyboard.press('Tab');
      await keyboard.press('ArrowDown');
      await keyboard.press('Shift+Tab');
    }
    await keyboard.press('Enter');
    await one.page.getByText('会话已结束').waitFor();
    expect((await shopper.state()).state).toBe('with-bot');

    await keyboard.press('Shift+Slash');
    const help = one.page.getByRole('dialog', { name: '快捷键' });
    await help
      .getByRole('row', { name: /接入最紧急/ })
      .getByText('Alt+Q')
      .waitFor();
    await help.getByRole('button', { name: '修改快捷键：接入最紧急' }).click();
    await keyboard.press('Alt+J');
    await help.getByText('Alt+J 已用于「下一个会话」').waitFor();
    await keyboard.press('Alt+Shift+Q');
    await help.getByText('Alt+Shift+Q').waitFor();
    await keyboard.press('Escape');
    await one.page.reload();
    await one.page.getByText('按 Alt+Shift+Q 接入最紧急的一位').waitFor();
  });

  test('A1 Tab goes from the lists to the thread, the box and the panel; every stop has a name', {
    timeout: STORY_MS,
  }, async () => {
    await comeIn(server(), mei, '在排队的人');
    await serve(server(), mei, '正在聊的人');
    const one = await sit(mei);
    await openRow(one, '我的', '正在聊的人');
    await one.desk.reply.fill('写到一半');
    await one.desk.side.getByRole('button', { name: /^采用 1/ }).waitFor();
    const { stops, wrong } = await tabThrough(one.page);
    const upToPanel = [
      'page: link 跳到会话',
      'header: button 外观：跟随系统',
      'header: button 中文',
      'header: button EN',
      'nav 功能: link 工作台',
      'nav 功能: link 设置',
      'header: combobox 接待状态',
      'header: button 遮住辱骂',
      'header: button 提示音',
      'header: button 测试提示音',
      'header: button 工单',
      'header: button 交接班',
      'header: button 快捷键',
      'header: button 退出登录',
      expect.stringMatching(/^tablist 客服工作台: tab 我的/),
      'nav 客服工作台: search 搜索会话',
      'nav 客服工作台: combobox 排序',
      'nav 客服工作台: button 我的',
      expect.stringMatching(/^nav 客服工作台: button 同事接待中/),
      expect.stringMatching(/^nav 客服工作台: button 正在聊的人/),
      expect.stringMatching(/^nav 客服工作台: button 接入最紧急/),
      'header: button 转接',
      'header: button 交还机器人',
      'header: button 结束会话',
      'section 正在聊的人: log 会话消息',
      'tablist 消息类型: tab 回复顾客',
      'tablist 消息类型: tab 内部备注',
      'section 正在聊的人: button 话术 Alt+/',
      'section 正在聊的人: button 表情',
      'section 正在聊的人: file 图片',
      'section 正在聊的人: combobox 发送键',
      'section 正在聊的人: textbox 回复顾客',
      'section 正在聊的人: button 发送',
      'tablist 顾客与小结: tab 智能',
    ];
    expect(stops.slice(0, upToPanel.length)).toEqual(upToPanel);
    expect(partsOf(stops.slice(upToPanel.length))).toEqual(['section 推荐回复', 'section 顾客', 'section 订单']);
    expect(wrong).toEqual([]);
  });

  test('the feeling at a glance: it comes while the conversation goes on, as a face and a word', {
    timeout: STORY_MS,
  }, async () => {
    const { shopper } = await serve(server(), mei, '渐渐生气的人');
    const one = await sit(mei);
    await openRow(one, '我的', '渐渐生气的人');
    const [row, head] = [one.desk.row('渐渐生气的人'), one.desk.pane.locator('.pane-head')];
    expect(await row.getByTitle('顾客现在的情绪').count()).toBe(0);
    await shopper.say('你们太过分了！气死我了！！');
    for (const place of [row, head]) {
      const badge = place.getByTitle('顾客现在的情绪');
      await badge.waitFor({ timeout: 15_000 });
      expect(await badge.textContent()).toBe('生气');
      expect(await badge.locator('svg').count()).toBe(1);
    }
    await shot(one, 'feeling');
  });

  test('insults are covered until one wants to read them; three such conversations in a row, and a rest is proposed', {
    timeout: STORY_MS,
  }, async () => {
    const tired = await hire(server(), '小累');
    const words = '你们这群废物，转人工';
    for (const name of ['骂人甲', '骂人乙', '骂人丙']) await serve(server(), tired, name, words);
    const one = await sit(tired);
    await openRow(one, '我的', '骂人丙');
    expect(await one.page.getByText(words).count()).toBe(0);
    await one.desk.row('骂人甲').getByText('含辱骂内容，已遮住').waitFor();
    const cover = one.desk.log.getByRole('button', { name: /含辱骂内容，已遮住\s*点击查看/ });
    await cover.waitFor();
    const proposal = one.page.getByRole('status').filter({ hasText: '您已连续接待 3 位情绪激动的顾客' });
    await proposal.waitFor();
    await shot(one, 'shield');
    await cover.click();
    await one.desk.log.getByText(words).waitFor();
    await one.page.getByRole('button', { name: '遮住辱骂' }).click();
    await one.desk.row('骂人甲').getByText(words).waitFor();
    await one.page.reload();
    await one.desk.tab('我的').click();
    await one.desk.row('骂人甲').getByText(words).waitFor();

    await proposal.getByRole('button', { name: '休息 5 分钟' }).click();
    await proposal.waitFor({ state: 'detached' });
    const presence = one.page.locator('.presence');
    await presence.getByText(/^0:\d\d$/).waitFor();
    await sql(server(), `update staff set presence_since = now() - interval '5 minutes 10 seconds' where id = $1`, [
      tired.id,
    ]);
    await expect
      .poll(
        async () => {
          await one.desk.tab('我的').click();
          return presence.getByText(/^5:\d\d$/).count();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(1);
    await one.page.getByRole('button', { name: '回到在线' }).click();
    await one.page.getByLabel('接待状态').and(one.page.locator('select')).waitFor();
    expect(await one.page.getByLabel('接待状态').inputValue()).toBe('online');
  });

  test('another team’s matter is proposed for a transfer, and goes there at one click', {
    timeout: STORY_MS,
  }, async () => {
    const seller = await hire(server(), '售前小卖', { teams: ['presale'] });
    const { shopper } = await serve(server(), seller, '小美');
    const one = await sit(seller);
    await openRow(one, '我的', '小美');
    await shopper.say('怎么申请退货');
    const bar = one.page.getByRole('status').filter({ hasText: /顾客在问「.*退.*」，建议转给 售后 组/ });
    await bar.waitFor({ timeout: 15_000 });
    await shot(one, 'elsewhere');
    await bar.getByRole('button', { name: '转给 售后' }).click();
    await one.page.getByText('已请求转接给 售后，对方确认前仍由您接待').waitFor();
    await bar.waitFor({ state: 'detached' });
  });

  test('D16 whoever opens the same conversation is seen, looking and typing', { timeout: STORY_MS }, async () => {
    await serve(server(), mei, '被围观的人');
    const one = await sit(mei);
    await openRow(one, '我的', '被围观的人');
    const two = await sit(shuai);
    await two.desk.tab('我的').click();
    await two.page.getByRole('button', { name: /^同事接待中/ }).click();
    await two.desk.row('被围观的人').getByRole('button').first().click();
    await one.page.getByText('小帅 正在查看').waitFor();
    await two.page.getByText('小美 正在查看').waitFor();
    await two.page.getByRole('textbox', { name: '内部备注' }).pressSequentially('我来看看');
    await one.page.getByText('小帅 正在输入').waitFor();
  });

  test('D17 a browser that lets nothing ring says so; a refused notice too', { timeout: STORY_MS }, async () => {
    await comeIn(server(), mei, '听不见的人');
    const one = await sit(mei, (page) =>
      page.addInitScript(() => {
        Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
        AudioContext.prototype.resume = () => new Promise(() => {});
        Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });
      }),
    );
    await one.page.getByText('浏览器拦住了提示音').waitFor();
    await one.page.getByText('浏览器不允许桌面通知').waitFor();
    await one.page.getByRole('button', { name: '测试提示音' }).waitFor();
    await one.page.getByRole('button', { name: '知道了' }).click();
    await one.page.getByText('浏览器不允许桌面通知').waitFor({ state: 'detached' });
    // who is busy is left alone
    await one.page.getByLabel('接待状态').selectOption('busy');
    await one.page.getByRole('button', { name: '提示音', exact: true }).click();
    await one.page.getByText('浏览器拦住了提示音').waitFor({ state: 'detached' });
  });

  test('X1 hostile words and names are text at the desk', { timeout: STORY_MS }, async () => {
    const name = '<b>粗</b>';
    const markup = '转人工 <img src=x onerror="document.title=1"> \u202e反';
    const { conversationId } = await serve(server(), mei, name, markup);
    await mei.reply(conversationId, '<script>document.title=2</script>@<i>小帅', 'note');
    const one = await sit(mei);
    await one.desk.tab('我的').click();
    await one.desk.row(name).getByRole('button').first().click();
    await one.desk.log.getByText('<img src=x onerror="document.title=1">', { exact: false }).waitFor();
    await one.desk.log.getByText('<script>document.title=2</script>', { exact: false }).waitFor();
    expect(await one.page.locator('.desk img, .desk b, .desk i:not(.queue-skeleton i), .desk script').count()).toBe(0);
    expect(await one.page.title()).toContain('客服工作台');
    expect(await one.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test('two desks in one browser share one stream, and the second goes on alone', { timeout: STORY_MS }, async () => {
    const one = await sit(mei);
    await one.page.getByText('已连接').waitFor();
    const streams: string[] = [];
    one.context.on('request', (request) => {
      if (request.url().includes('/api/stream')) streams.push(request.url());
    });
    const second = await one.context.newPage();
    await second.goto(`${stage.base}/desk`);
    await second.getByText('已连接').waitFor();
    expect(streams).toEqual([]);
    await comeIn(server(), mei, '两个窗口都看见的人');
    await second.getByText('两个窗口都看见的人').first().waitFor();
    await one.page.close();
    await soon(() => streams.length).toBe(1);
    await comeIn(server(), mei, '第二个窗口看见的人');
    await second.getByText('第二个窗口看见的人').first().waitFor();
  });

  test('an offer shows its time; passed on, it is gone; taken, it is mine', { timeout: STORY_MS }, async () => {
    const teams = ['presale', 'insale', 'aftersale', 'complaint'];
    const [asked, boss] = await Promise.all([
      hire(server(), '被派单的人', { teams }),
      hire(server(), '店长', { role: 'supervisor' }),
    ]);
    const offers = { mode: 'offer', offerSeconds: 60, overflow: null, hours: null };
    for (const team of teams) await boss.put(`/api/teams/${team}`, { label: team, ...offers });
    // who is busy is offered nothing
    await shuai.put('/api/me/presence', { state: 'busy' });
    const one = await sit(asked);
    await comeIn(server(), mei, '派单一');
    const first = one.page.getByRole('article', { name: '派给您：派单一' });
    await first.getByText(/剩 0:\d\d/).waitFor();
    await first.getByRole('button', { name: '暂不接' }).click();
    await first.waitFor({ state: 'detached' });
    await comeIn(server(), mei, '派单二');
    await one.page.getByRole('article', { name: '派给您：派单二' }).getByRole('button', { name: '接入' }).click();
    await one.desk.pane.getByRole('heading', { name: '派单二' }).waitFor();
    await one.desk.reply.waitFor();
    await sql(server(), 'delete from teams');
  });
});
