// The board in a real browser over a week of sample history: numbers that live, lists that agree, a supervisor who acts.
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { enterShop, signIn } from '../journeys/people.ts';
import { boardOf, cellsOf, openBoard } from './board-parts.ts';
import { findChromium, leave, openPerson, type Person } from './chromium.ts';
import { story } from './shared-stage.ts';
import type { Stage } from './stage.ts';

const chromium = findChromium();
if (chromium === null) console.warn('\n⚠ SKIPPED: no Chromium found, the journeys of the board did not run.\n');

const DESK = { width: 1440, height: 900 };
const START_MS = 600_000;
const STORY_MS = 60_000;
const FORMULA = '=HYPERLINK("http://x")';

describe.skipIf(chromium === null)('the board', () => {
  let stage: Stage;
  let first: Awaited<ReturnType<typeof signIn>>;
  let second: Awaited<ReturnType<typeof signIn>>;
  let people: Person[] = [];

  story.beforeAll(async ({ shared }) => {
    stage = await shared.begin();
    const { addStaff } = stage.server!;
    await addStaff('agent-a');
    await addStaff('agent-b');
    await addStaff('boss', 'supervisor');
    const boss = await signIn(stage.base, 'boss');
    expect((await boss.post('/api/demo/reset')).status).toBe(200);
    await boss.put('/api/me/presence', { state: 'offline' });
    first = await signIn(stage.base, 'agent-a');
    second = await signIn(stage.base, 'agent-b');
  }, START_MS);
  afterEach(async () => {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.map(leave));
    people = [];
    expect(complaints).toEqual([]);
  });

  const arrive = async (search = '') => {
    const person = await openPerson(stage.browser, DESK);
    people.push(person);
    return { page: person.page, board: await openBoard(person.page, stage.base, search) };
  };

  test('V1 a shopper who waits is on it within five seconds, and gone when somebody takes them', {
    timeout: STORY_MS,
  }, async () => {
    const { board } = await arrive();
    expect(await board.value('排队人数')).toBe('4');
    const shopper = await enterShop(stage.base);
    await shopper.say('我要投诉，你们发错货了');
    const waiting = (await first.waiting(shopper.conversationId))!;
    await expect.poll(() => board.value('排队人数'), { timeout: 5_000 }).toBe('5');
    await first.post(`/api/handoffs/${waiting.id}/claim`);
    await expect.poll(() => board.value('排队人数'), { timeout: 5_000 }).toBe('4');
    expect(await board.value('接待中')).toMatch(/^1\//);
    await first.reply(shopper.conversationId, '非常抱歉，我来处理');
    await first.post(`/api/handoffs/${waiting.id}/resolve`, { disposition: 'resolved', category: 'complaint' });
  });

  test('V2 a number opens the list of exactly its cases, and so does a part of it', {
    timeout: STORY_MS,
  }, async () => {
    const { page, board } = await arrive('?range=week');
    const name = '3分钟响应率';
    const note = await board.card(name).locator('.card-note').innerText();
    const [hits, of] = note.split('/').map(Number);
    await board.open(name);
    await expect.poll(() => board.listed()).toBe(of);
    await board.rows.first().waitFor();
    await board.drawer.getByLabel('只看未达标').check();
    await expect.poll(() => board.listed()).toBe(of! - hits!);
    await expect.poll(() => board.rows.count()).toBe(of! - hits!);
    expect(await board.rows.first().innerText()).toContain('未达标');
    await page.keyboard.press('Escape');
    await board.drawer.waitFor({ state: 'detached' });
    // the focus is back on what was pressed
    const pressed = board.card(name).locator('.card-value');
    expect(await pressed.evaluate((button) => button === document.activeElement)).toBe(true);

    await page.keyboard.press('t');
    const table = page.getByRole('table', { name: '转人工原因' });
    const cell = table.getByRole('row').nth(1).getByRole('button');
    const counted = Number(await cell.innerText());
    await cell.click();
    await expect.poll(() => board.listed()).toBe(counted);
    expect(counted).toBeGreaterThan(0);
  });

  test('V3 another platform’s measure changes the number and says how it is counted', {
    timeout: STORY_MS,
  }, async () => {
    const { page, board } = await arrive('?range=week');
    const before = await board.value('3分钟响应率');
    expect(await board.about('3分钟响应率')).toContain('3 分钟内得到人工回复的轮次');
    await page.getByRole('combobox', { name: '口径' }).selectOption({ label: '京东（咚咚）' });
    const name = '咚咚首次30秒应答率';
    await board.card(name).waitFor();
    expect(await board.value(name)).not.toBe(before);
    const about = await board.about(name);
    expect(about).toContain('30 秒内得到人工回复的会话（看首轮）');
    expect(about).toContain('考核时段 09:00–23:00');
    expect(about).toMatch(/来源：.*maijiaw/);
    expect(new URL(page.url()).searchParams.get('profile')).toBe('jd');
    await page.getByText(/今天还能失误 \d+ 次|已经低于目标/).waitFor();
  });

  test('V4 a supervisor listens, whispers, and gives the conversation to somebody else', {
    timeout: STORY_MS,
  }, async () => {
    const shopper = await enterShop(stage.base);
    await shopper.say('我要投诉，一直没人处理');
    const waiting = (await first.waiting(shopper.conversationId))!;
    await first.post(`/api/handoffs/${waiting.id}/claim`);
    const { page, board } = await arrive();
    const row = board.agent('agent-a');
    await row.getByRole('button', { name: '协助：agent-a' }).click();
    await board.drawer.getByText('一直没人处理').waitFor();
    await board.drawer.getByLabel('悄悄话：只有接待的客服看得到').fill('先道歉再补偿 10 元');
    await page.keyboard.press('Enter');
    await board.drawer.getByText('悄悄话已发给客服').waitFor();
    await page.keyboard.press('Escape');
    expect((await shopper.all()).some((m) => m.text.includes('补偿 10 元'))).toBe(false);

    await row.getByRole('button', { name: '强制转接：agent-a' }).click();
    const dialog = page.getByRole('dialog', { name: '转给其他客服' });
    await dialog.getByRole('button', { name: '确认转接' }).click();
    await dialog.getByText('请选择会话、接手的客服和原因').waitFor();
    await dialog.getByText(/^agent-b/).click();
    await dialog.getByText('更熟悉这类问题').click();
    await dialog.getByRole('button', { name: '确认转接' }).click();
    await page.getByText('已转给 agent-b').waitFor();
    expect((await first.reply(shopper.conversationId, '我还在')).body.code).toBe('not_owner');
    expect((await second.reply(shopper.conversationId, '您好，由我来为您处理')).status).toBe(201);
    await expect.poll(() => board.agent('agent-b').getByRole('cell').nth(1).innerText(), { timeout: 6_000 }).toBe('1');
    await second.post(`/api/handoffs/${waiting.id}/resolve`, { disposition: 'resolved', category: 'complaint' });
  });

  test('V5 the CSV says what the screen says, and nothing in it is a formula', { timeout: STORY_MS }, async () => {
    await inShop(stage.server!.database.pool, stage.server!.shopId, (tx) =>
      tx.query('update staff set name = $1 where login = $2', [FORMULA, 'agent-b']),
    );
    const { page, board } = await arrive('?range=week');
    await board.agent(FORMULA).waitFor();
    const download = async () => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '导出 CSV' }).click(),
      ]);
      return cellsOf(await readFile((await file.path())!, 'utf8'));
    };
    let cells: string[][] = [];
    // the numbers go on: what was read a moment before or after may be another
    await expect
      .poll(
        async () => {
          cells = await download();
          const other: string[] = [];
          for (const name of ['排队人数', '3分钟响应率', '首次响应', '平响', '机器人解决率', '满意度']) {
            const [file, screen] = [cells.find((row) => row[0] === name)?.[1], await board.value(name)];
            if (file !== screen) other.push(`${name}: ${file} and ${screen}`);
          }
          return other;
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
    const shown = await board.agent('小美').locator('th, td').allInnerTexts();
    expect(cells.find((row) => row[0] === '小美')).toEqual(shown.slice(0, 9).map((text) => text.trim()));
    await page.keyboard.press('t');
    const hours = await page
      .getByRole('table', { name: '每小时会话量与响应率' })
      .getByRole('row')
      .nth(1)
      .locator('th, td')
      .allInnerTexts();
    expect(cells).toContainEqual(hours);
    expect(cells.some((row) => row[0] === `'${FORMULA}`)).toBe(true);
    expect(cells.flat().filter((cell) => /^[=+\-@\t\r＝＋－＠]/.test(cell))).toEqual([]);
  });

  test('an agent’s account may not enter, and the filters live in the address', { timeout: STORY_MS }, async () => {
    const { page } = await arrive();
    await page.keyboard.press('2');
    await expect.poll(() => new URL(page.url()).searchParams.get('range')).toBe('yesterday');
    await page.getByRole('combobox', { name: '技能组' }).selectOption({ label: '售后' });
    await page.reload();
    await boardOf(page).card('排队人数').locator('.card-value').waitFor();
    expect(await page.getByRole('button', { name: '昨天' }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => page.getByRole('combobox', { name: '技能组' }).inputValue()).toBe('aftersale');
    await page.request.post(`${stage.base}/api/session/demo`, { data: { role: 'agent' } });
    await page.goto(`${stage.base}/board`);
    await page.getByText('您的账号不能进入这一页').waitFor();
  });
});
