// Writing at the desk in a real browser: canned responses, drafts, the rules, the outbox, the right column, tickets.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Commitment } from '../../src/contract/commitment.ts';
import { signIn } from '../journeys/people.ts';
import { PASSWORD } from '../journeys/server.ts';
import { findChromium, leave, type Person } from './chromium.ts';
import { type Line, openLine } from './cut-line.ts';
import { story } from './shared-stage.ts';
import type { Stage } from './stage.ts';
import { type Agent, heard, openDesk, type Served, serve, writingOf } from './writing-parts.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn(
    '\n⚠ SKIPPED: no Chromium found, the stories of writing did not run. Install one or set CHROMIUM_PATH.\n',
  );
}

const START_MS = 600_000;
const STORY_MS = 60_000;
/** A PNG of one pixel. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe.skipIf(chromium === null || Boolean(process.env.STORY_URL))('writing in the browser', () => {
  let stage: Stage;
  let line: Line;
  let mei: Agent;
  let people: Person[] = [];

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
    line = await openLine(stage.base);
    await stage.server!.addStaff('xiaomei');
    mei = await signIn(stage.base, 'xiaomei', PASSWORD);
    await mei.put('/api/me/presence', { state: 'online' });
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

  const open = async (served: Served, base = stage.base) => {
    const person = await openDesk(stage.browser, base, mei, served);
    people.push(person);
    return { ...person, desk: writingOf(person.page) };
  };
  const shot = async (page: Person['page'], name: string) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  };

  test('D13 canned responses: opened by 、, found by initials, put in at the caret, and never sent half empty', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '小林');
    const { page, desk } = await open(served);
    await desk.side.getByText('ZT7583920164417', { exact: true }).first().waitFor();
    await desk.reply.focus();
    await page.keyboard.insertText('、');
    await desk.phraseSearch.waitFor();
    expect(await desk.reply.inputValue()).toBe('');
    await page.keyboard.type('fh');
    await expect.poll(() => desk.options.first().textContent()).toContain('发货时间');
    await page.keyboard.press('ArrowDown');
    await shot(page, 'phrases');
    await page.keyboard.press('Enter');
    await expect.poll(() => desk.reply.inputValue()).toContain('看到您的订单 MH2026112000017 还没有发出');
    // several in a row, where the caret is
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Alt+/');
    await page.keyboard.type('kcwh');
    await page.keyboard.press('Enter');
    await expect.poll(() => desk.reply.inputValue()).toMatch(/^您好 小林，我是客服xiaomei.*看到您的订单/);
    expect(await desk.phrases.count()).toBe(0);

    // the sign alone stays when nothing was wanted
    await desk.reply.fill('');
    await page.keyboard.type('/');
    await desk.phraseSearch.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => desk.reply.inputValue()).toBe('/');
    expect(await desk.reply.evaluate((box) => box === document.activeElement)).toBe(true);

    // in notes too
    await desk.reply.fill('');
    await page.keyboard.press('Alt+N');
    await page.keyboard.type('/');
    await page.keyboard.type('wltz');
    await page.keyboard.press('Enter');
    const note = page.getByRole('textbox', { name: '内部备注' });
    await expect.poll(() => note.inputValue()).toContain('我先联系中通快递核实 ZT7583920164417');

    // 小周's newest order has no parcel yet
    const other = await serve(stage.base, mei, '小周');
    const second = await open(other);
    await second.desk.side.getByText('MH2026112200058', { exact: true }).first().waitFor();
    await second.desk.reply.focus();
    await second.page.keyboard.type('/');
    await second.page.keyboard.type('wljd');
    await second.page.keyboard.press('Enter');
    await expect.poll(() => second.desk.reply.inputValue()).toContain('运单号 {快递单号}');
    await second.page.keyboard.press('Enter');
    await second.page.getByRole('alert').getByText('请先填好变量').waitFor();
    await shot(second.page, 'variables');
    expect(await heard(other.shopper)).not.toEqual(expect.arrayContaining([expect.stringContaining('运单号')]));
    await second.desk.reply.fill('您的订单还没有发出，发出后会有运单号。');
    await second.page.keyboard.press('Enter');
    await second.desk.sent('您的订单还没有发出，发出后会有运单号。');
  });

  test('D4 Enter that confirms pinyin does not send; the next one does; Ctrl+Enter when one likes that better', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '拼音');
    const { page, context, desk } = await open(served);
    await desk.reply.focus();
    const ime = await context.newCDPSession(page);
    await ime.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
    await ime.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      windowsVirtualKeyCode: 229,
      key: 'Enter',
      code: 'Enter',
    });
    await page.waitForTimeout(200);
    expect(await desk.reply.inputValue()).toBe('ni hao');
    expect(await desk.log.getByText('ni hao').count()).toBe(0);
    await ime.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await ime.send('Input.insertText', { text: '您好，请稍等' });
    await page.keyboard.press('Enter');
    await desk.sent('您好，请稍等');
    expect(await desk.reply.inputValue()).toBe('');

    await page.getByLabel('发送键').selectOption('ctrl');
    await desk.reply.fill('第一行');
    await page.keyboard.press('Enter');
    await page.keyboard.type('第二行');
    expect(await desk.reply.inputValue()).toBe('第一行\n第二行');
    await page.keyboard.press('Control+Enter');
    await desk.log.getByText('第二行').waitFor();
  });

  test('D5 a draft stays with its conversation, through a reload, and on another device', {
    timeout: STORY_MS,
  }, async () => {
    const a = await serve(stage.base, mei, '草稿甲');
    const b = await serve(stage.base, mei, '草稿乙');
    const { page, desk } = await open(a);
    await desk.reply.fill('给甲写到一半');
    await desk.tab('我的').click();
    await desk.row('草稿乙').getByRole('button').first().click();
    await desk.pane.getByRole('heading', { name: '草稿乙' }).waitFor();
    expect(await desk.reply.inputValue()).toBe('');
    await desk.row('草稿甲').getByText('草稿', { exact: true }).waitFor();
    await desk.row('草稿甲').getByRole('button').first().click();
    await expect.poll(() => desk.reply.inputValue()).toBe('给甲写到一半');
    await page.reload();
    await expect.poll(() => desk.reply.inputValue()).toBe('给甲写到一半');
    await expect
      .poll(async () => (await mei.get<{ items: { text: string }[] }>('/api/drafts')).body.items.map((d) => d.text))
      .toContain('给甲写到一半');
    const elsewhere = await open(a);
    await expect.poll(() => elsewhere.desk.reply.inputValue()).toBe('给甲写到一半');
    await elsewhere.page.keyboard.press('Enter');
    await elsewhere.desk.sent('给甲写到一半');
    await expect
      .poll(async () => (await mei.get<{ items: { text: string }[] }>('/api/drafts')).body.items.map((d) => d.text), {
        timeout: 5_000,
      })
      .not.toContain('给甲写到一半');
    expect(await heard(b.shopper)).not.toContain('给甲写到一半');
  });

  test('the rules speak while one writes: a forbidden word keeps it back with its source, a promise is named and noted', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '小林');
    const { page, desk } = await open(served);
    await desk.reply.fill('这款全网最低价');
    await desk.findings
      .getByText(/依据：.*广告法/)
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('这条回复不能这样发出').waitFor();
    await shot(page, 'forbidden');
    expect(await heard(served.shopper)).not.toContain('这款全网最低价');

    const promise = '我明天下午三点前给您发出';
    await desk.reply.fill(promise);
    await desk.findings.getByText('会记为对顾客的承诺').waitFor();
    await desk.findings.getByText(/发货 · .*15:00 前/).waitFor();
    await shot(page, 'promise');
    await page.keyboard.press('Enter');
    await desk.sent(promise);
    const panel = desk.panel('答应过的事');
    await panel.getByRole('button', { name: '确认' }).click();
    await panel.getByRole('button', { name: '延期告知' }).click();
    await panel.getByRole('button', { name: '晚 2 小时' }).click();
    await desk.log.getByText('17:00').waitFor();
    await panel.getByRole('button', { name: '已兑现' }).click();
    await panel.waitFor({ state: 'detached' });
    const { items } = (
      await mei.get<{ items: Commitment[] }>(`/api/commitments?state=kept&conversationId=${served.conversationId}`)
    ).body;
    expect(items.map((c) => [c.evidence, c.slips])).toEqual([[promise, 1]]);
  });

  test('harsh words wait for a second thought: a calmer sentence, a supervisor, or sent all the same', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '催得很急的人');
    const { page, desk } = await open(served);
    const cool = page.getByRole('region', { name: '语气提醒' });
    await desk.reply.fill('跟您说了多少遍了，还没发');
    await cool.getByText('「说了多少遍」听起来不耐烦').waitFor();
    await page.keyboard.press('Enter');
    await cool.getByRole('alert').getByText('先缓一缓，这条回复还没有发出').waitFor();
    await page.keyboard.press('Enter');
    await shot(page, 'cool-down');
    expect(await heard(served.shopper)).not.toContain('跟您说了多少遍了，还没发');
    await cool.getByRole('button', { name: '请主管协助' }).click();
    await cool.getByText('现在没有主管在线').waitFor();
    await cool.getByRole('button', { name: '换成这句' }).click();
    await cool.waitFor({ state: 'detached' });
    const calm = await desk.reply.inputValue();
    expect(calm).toContain('您的心情我理解');
    await desk.reply.press('Enter');
    await desk.sent(calm);

    // quicker than the look at the words: the server holds it, and it goes back into the box
    await desk.reply.fill('急什么急');
    await desk.reply.press('Enter');
    const held = desk.log.locator('.message-failed');
    await held.getByText('先替您留住了这条回复').waitFor();
    await held.getByRole('button', { name: '放回输入框' }).click();
    await cool.waitFor();
    await desk.reply.press('Enter');
    await cool.getByRole('button', { name: '仍要发送' }).click();
    await desk.sent('急什么急');
    expect(await heard(served.shopper)).toContain('急什么急');
  });

  test('faces come from a small palette; too many are said, and any for somebody angry', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '看表情的人');
    const { page, desk } = await open(served);
    await desk.reply.fill('好的');
    await page.getByRole('button', { name: '表情' }).click();
    const palette = page.getByRole('group', { name: '表情' });
    for (const name of ['微笑', '赞', '玫瑰']) await palette.getByRole('button', { name, exact: true }).click();
    expect(await desk.reply.inputValue()).toBe('好的😊👍🌹');
    await desk.findings.getByText('表情超过 2 个').waitFor();
    await shot(page, 'faces');
    await palette.getByRole('button', { name: '赞', exact: true }).press('Escape');
    await palette.waitFor({ state: 'detached' });
    await desk.reply.press('Enter');
    await desk.sent('好的😊👍🌹');

    await served.shopper.say('你们太过分了！气死我了！！');
    await desk.pane.getByTitle('顾客现在的情绪').waitFor({ timeout: 15_000 });
    await desk.reply.fill('马上为您查😊');
    await desk.findings.getByText('顾客正在气头上').waitFor();
  });

  test('a draft of the bot is taken over by Alt+1 with its source, and what was changed is known', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '小林');
    const { page, desk } = await open(served);
    await served.shopper.say('七天无理由怎么退');
    const first = desk.panel('推荐回复').getByRole('listitem').first();
    await first.getByText(/来源：.*把握 \d+%/).waitFor({ timeout: 10_000 });
    const words = (await first.locator('.words').textContent())!;
    await desk.reply.focus();
    await page.keyboard.press('Alt+1');
    expect(await desk.reply.inputValue()).toBe(words);
    await shot(page, 'suggestion');
    await page.keyboard.type('您看可以吗');
    await page.keyboard.press('Enter');
    await desk.sent(`${words}您看可以吗`);
    type Said = { messages: { text: string; payload: { assist?: { edited: boolean } } }[] };
    const { messages } = (await mei.get<Said>(`/api/conversations/${served.conversationId}/messages`)).body;
    expect(messages.at(-1)!.payload.assist).toMatchObject({ edited: true });
    await desk.panel('推荐回复').getByText('已回复').waitFor();
  });

  test('without a network replies wait and go out once, in order; after five minutes the agent is asked', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '断网的客服');
    const { page, desk } = await open(served, line.base);
    const said = ['断网时的前一句', '断网时的后一句'];
    line.cut();
    for (const text of said) {
      await desk.reply.fill(text);
      await page.keyboard.press('Enter');
    }
    await expect.poll(() => desk.log.getByText('待网络恢复后发送').count()).toBe(2);
    await shot(page, 'outbox');
    line.mend();
    for (const text of said) await desk.sent(text);
    const shown = async () => (await heard(served.shopper)).filter((text) => text.startsWith('断网'));
    expect(await shown()).toEqual(said);

    line.cut();
    const late = ['断网太久的前一句', '断网太久的后一句'];
    for (const text of late) {
      await desk.reply.fill(text);
      await page.keyboard.press('Enter');
    }
    await expect.poll(() => desk.log.getByText('待网络恢复后发送').count()).toBe(2);
    // six minutes go by on this device
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith('jiebang.outbox.'))) {
        const kept = JSON.parse(localStorage.getItem(key)!) as { writtenAt: number }[];
        localStorage.setItem(key, JSON.stringify(kept.map((s) => ({ ...s, writtenAt: s.writtenAt - 360_000 }))));
      }
    });
    line.mend();
    await page.reload();
    await page.getByText('仍要发送这 2 条吗？').waitFor();
    await shot(page, 'held');
    expect(await shown()).toEqual(said);
    await page.getByRole('button', { name: '仍要发送' }).click();
    for (const text of late) await desk.sent(text);
    expect(await shown()).toEqual([...said, ...late]);
  });

  test('a picture is pasted, seen before it is sent, and reaches the shopper', { timeout: STORY_MS }, async () => {
    const served = await serve(stage.base, mei, '看图的人');
    const { page, desk } = await open(served);
    await desk.reply.evaluate((box, base64) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], 'dot.png', { type: 'image/png' }));
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, DOT);
    await page.getByRole('list', { name: '要发送的图片' }).getByRole('img').waitFor();
    await desk.reply.focus();
    await page.keyboard.type('您看一下这张图');
    await page.keyboard.press('Enter');
    await desk.sent('您看一下这张图');
    const said = (await served.shopper.all()).find((message) => message.text === '您看一下这张图');
    expect(said!.attachments).toEqual([expect.objectContaining({ id: expect.any(String) })]);
    expect(await page.getByRole('list', { name: '要发送的图片' }).count()).toBe(0);
  });

  test('D8 a ticket: opened by Alt+G with what is known, found in the list, closed with a word to the shopper', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '小林');
    const { page, desk } = await open(served);
    await desk.side.getByText('ZT7583920164417', { exact: true }).first().waitFor();
    await page.keyboard.press('Alt+G');
    const { sheet } = desk;
    await sheet.getByLabel('标题').fill('');
    await sheet.getByRole('button', { name: '创建工单' }).click();
    await sheet.getByText('请选择类型并写明标题').waitFor();
    await sheet.getByLabel('类型').selectOption('回电预约');
    await sheet.getByLabel('标题').fill('约回电说明退款进度');
    expect(await sheet.getByLabel('订单号').inputValue()).toBe('MH2026112000017');
    await sheet.getByRole('button', { name: '创建工单' }).click();
    await sheet.getByText('回电预约需要填写回电时间').waitFor();
    await sheet.getByLabel('回电时间').fill('2099-01-01T10:30');
    await shot(page, 'ticket-form');
    await sheet.getByRole('button', { name: '创建工单' }).click();
    await sheet.getByText(/#\d+ 约回电说明退款进度/).waitFor();
    await shot(page, 'ticket');
    await sheet.getByRole('button', { name: '返回列表' }).click();
    await sheet.getByRole('button', { name: /#\d+ 约回电说明退款进度/ }).waitFor();
    await shot(page, 'tickets');
    await sheet.getByRole('button', { name: '关闭' }).click();

    await desk.sideTab('工单').click();
    await desk.side.getByRole('button', { name: /约回电说明退款进度/ }).click();
    await sheet.getByLabel('处理结果').fill('已电话说明，退款已退回原支付方式');
    await sheet.getByRole('button', { name: '完成工单' }).click();
    await sheet.getByText('已通知顾客').waitFor();
    await page.keyboard.press('Escape');
    await desk.side
      .getByText(/已完成/)
      .first()
      .waitFor();
    expect(await heard(served.shopper)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^您的工单 #\d+「约回电说明退款进度」已处理完成：已电话说明/)]),
    );
  });

  test('a shopper’s wish for a call is a ticket whose number is whole for whoever takes it; a complaint climbs its ladder', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '阿回');
    const { windows } = (await (
      await fetch(`${stage.base}/api/shop/callback`, { headers: { authorization: `Bearer ${served.shopper.token}` } })
    ).json()) as { windows: { from: string }[] };
    await fetch(`${stage.base}/api/shop/callback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.shopper.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '13812345678', from: windows[0]!.from }),
    });
    const made = await mei.post<{ id: string }>('/api/tickets', {
      kind: 'complaint',
      title: '质量投诉',
      conversationId: served.conversationId,
    });
    const { page, desk } = await open(served);
    await desk.sideTab('工单').click();
    await desk.side.getByRole('button', { name: /电话回访/ }).click();
    // the shopper is served by me, and so the ticket is mine
    await desk.sheet.getByText('13812345678').waitFor();
    await desk.sheet.getByLabel('负责人').selectOption('待分配');
    await shot(page, 'callback-ticket');
    await page.keyboard.press('Escape');

    await desk.side.getByRole('button', { name: new RegExp(`#${made.body.id} 质量投诉`) }).click();
    const ladder = desk.sheet.getByRole('region', { name: '投诉升级' });
    await ladder.getByRole('button', { name: '移交到这一级' }).click();
    await ladder.getByRole('alert').getByText('请写明答复期限和原因').waitFor();
    await ladder.getByLabel('答复期限').fill('2099-01-01T10:00');
    await ladder.getByLabel('原因').fill('检测报告要品牌方出');
    await ladder.getByRole('button', { name: '移交到这一级' }).click();
    await expect.poll(() => ladder.locator('[aria-current=step]').textContent()).toContain('品牌方');
    await desk.sheet
      .getByRole('region', { name: '处理记录' })
      .getByText(/店铺 → 品牌方/)
      .waitFor();
    await shot(page, 'ladder');
  });

  test('the right column: the shopper, their orders told in one click, a search, pinned notes', {
    timeout: STORY_MS,
  }, async () => {
    const served = await serve(stage.base, mei, '阿伟');
    const { page, desk } = await open(served);
    const card = desk.panel('顾客');
    await card.getByText(/近 90 天 \d+ 单/).waitFor();
    await card.getByLabel('重要顾客').check();
    await page.keyboard.press('Alt+M');
    await page.keyboard.type('只收顺丰');
    await page.keyboard.press('Enter');
    await card.getByText('只收顺丰').waitFor();
    await shot(page, 'smart');

    await desk.sideTab('订单').click();
    await desk.side
      .getByText(/已停滞 \d+ 小时/)
      .first()
      .waitFor();
    await shot(page, 'orders');
    await desk.side
      .getByRole('button', { name: /物流发给顾客/ })
      .first()
      .click();
    await expect
      .poll(() => heard(served.shopper))
      .toEqual(expect.arrayContaining([expect.stringMatching(/承运，运单号/)]));
    await desk.side.getByLabel('按订单号或手机尾号 4 位查找').fill('3662');
    await page.keyboard.press('Enter');
    await desk.panel('查找结果').getByText('买家 小林').first().waitFor();
    expect(
      await desk
        .panel('查找结果')
        .getByRole('button', { name: /物流发给顾客/ })
        .count(),
    ).toBe(0);

    // any product beside the talk: put into the box, or sent as a card
    const goods = desk.panel('商品查询');
    await goods.getByLabel('按商品名、颜色、尺码、材质或编号查找').fill('雾蓝');
    await page.keyboard.press('Enter');
    await goods
      .getByText(/库存 \d+ 件/)
      .first()
      .waitFor();
    await shot(page, 'products');
    await goods.getByRole('button', { name: '把 云朵连帽卫衣 的信息插入回复' }).click();
    await expect
      .poll(() => desk.reply.inputValue())
      .toContain('云朵连帽卫衣 ¥159；颜色：奶白、雾蓝、燕麦；尺码：S、M、L、XL');
    await desk.reply.fill('');
    await goods.getByRole('button', { name: '把 云朵连帽卫衣 的卡片发给顾客' }).click();
    await goods.getByText('已发送').waitFor();
    expect((await served.shopper.all()).at(-1)).toMatchObject({ from: 'agent', card: { id: 'P1001', price: 159 } });

    await desk.note('先写的备注');
    await desk.note('后写的备注');
    await desk.sideTab('备注').click();
    const notes = desk.side.getByRole('list', { name: '内部备注' }).getByRole('listitem');
    await expect.poll(() => notes.first().textContent()).toContain('后写的备注');
    await notes.filter({ hasText: '先写的备注' }).getByRole('button', { name: '置顶' }).click();
    await expect.poll(() => notes.first().textContent()).toContain('先写的备注');
    await shot(page, 'notes');

    await desk.sideTab('话术').click();
    await page.keyboard.press('Alt+R');
    const campaigns = desk.panel('进行中的活动');
    await campaigns
      .getByRole('button', { name: /^把活动 .+ 的说明放进输入框，没有写结束日期$/ })
      .first()
      .click();
    expect(await desk.reply.inputValue()).not.toBe('');
    await shot(page, 'campaigns');
    await desk.reply.fill('');
    await desk.side.getByRole('button', { name: '管理话术' }).click();
    await shot(page, 'manager');
    await desk.sheet.getByRole('button', { name: '新建话术' }).click();
    await desk.sheet.getByLabel('标题').fill('我的一句');
    await desk.sheet.getByLabel('分组').fill('常用');
    await desk.sheet.getByLabel('内容').fill('全网最低价');
    await desk.sheet.getByRole('button', { name: '保存' }).click();
    await desk.sheet.getByText(/没有保存.*广告法/).waitFor();
    await desk.sheet.getByLabel('内容').fill('好的{顾客昵称}');
    await desk.sheet.getByRole('button', { name: '保存' }).click();
    await desk.sheet.getByRole('cell', { name: '好的{顾客昵称}' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+R');
    await desk.side.getByRole('button', { name: '插入话术 我的一句' }).click();
    await expect.poll(() => desk.reply.inputValue()).toBe('好的阿伟');
    await shot(page, 'phrase-pane');
  });
});
