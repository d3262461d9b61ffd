// The editor's journeys in a real browser: S1, S2, S3, S5 and S6 of the console's design, and that no style breaks the page's policy.
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { FaqFile } from '../../src/contract/content.ts';
import { writeXlsx } from '../../src/curation/sheet-files.ts';
import { enterShop, signIn } from '../journeys/people.ts';
import { bringCookie, findChromium, openPerson, type Person } from './chromium.ts';
import { story } from './shared-stage.ts';
import { type Stage, setStage } from './stage.ts';
import { signInHere, studioOf } from './studio-parts.ts';
import { tabThrough } from './tab-order.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn(
    '\n⚠ SKIPPED: no Chromium found, the stories of the studio did not run. Install one or set CHROMIUM_PATH.\n',
  );
}
const SIZE = { width: 1440, height: 900 };
const START_MS = 600_000;
const STORY_MS = 90_000;
const shot = process.env.STUDIO_SHOTS;

const ASKED = '旧衣服寄回来可以回收吗';
const entryOf = (id: string, question: string, answer: string, similar: string[] = []): FaqFile => ({
  id,
  question,
  similar,
  intents: ['product_spec'],
  stage: ['presale', 'insale', 'aftersale'],
  products: [],
  channels: [],
  risk: 'N',
  source: '店铺客服规范',
  reviewed: '2026-11-27',
  answers: { standard: answer },
});

describe.skipIf(chromium === null)('in the studio', () => {
  let stage: Stage;
  let api: Awaited<ReturnType<typeof signIn>>;
  const sessions: Record<string, Awaited<ReturnType<typeof signIn>>> = {};
  let people: Person[] = [];
  const broken: string[] = [];

  story.beforeAll(async ({ browser }) => {
    stage = await setStage(browser);
    for (const login of ['editor-a', 'editor-b']) await stage.server!.addStaff(login, 'editor');
    await stage.server!.addStaff('agent-a', 'agent');
    api = await signIn(stage.base, 'editor-a');
  }, START_MS);
  afterAll(() => stage?.close(), START_MS);
  afterEach(async () => {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.map((person) => person.context.close()));
    people = [];
    expect(complaints).toEqual([]);
    expect(broken).toEqual([]);
  });

  /** Signed in already, unless they type. */
  const editor = async (login = 'editor-a', at = '/studio', { typing = false } = {}) => {
    // where nothing slides in, a new entry's first box does not get the focus
    const person = await openPerson(stage.browser, SIZE, { moving: true });
    people.push(person);
    const { page } = person;
    if (!typing) {
      sessions[login] ??= login === 'editor-a' ? api : await signIn(stage.base, login);
      await bringCookie(person.context, stage.base, sessions[login].cookie);
    }
    await page.exposeFunction('tellBroken', (what: string) => broken.push(what));
    await page.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', (event) =>
        (window as unknown as { tellBroken(what: string): void }).tellBroken(
          `${event.violatedDirective} ${event.blockedURI} ${event.sample}`,
        ),
      ),
    );
    await page.goto(stage.base + at);
    if (typing) await signInHere(page, login);
    else await page.getByRole('navigation', { name: '知识库' }).waitFor();
    const photograph = async (name: string) => {
      if (shot) await page.screenshot({ path: path.join(shot, `${name}.png`) });
    };
    return { page, studio: studioOf(page), photograph };
  };

  const hear = async (text: string): Promise<string> => {
    const shopper = await enterShop(stage.base);
    await shopper.say(text);
    return (await shopper.hear(['bot'])).map((message) => message.text).join('\n');
  };

  test('S1 a question nobody could answer is answered', { timeout: STORY_MS }, async () => {
    const agent = await signIn(stage.base, 'agent-a');
    const shopper = await enterShop(stage.base);
    await shopper.say('在吗');
    await agent.post('/api/unknowns', { conversationId: shopper.conversationId, question: ASKED });

    const { page, studio, photograph } = await editor();
    await studio.list.getByText(/共 \d+ 条/).waitFor();
    await photograph('list');
    await studio.tab('未解决问题');
    const row = page.getByRole('row').filter({ hasText: ASKED });
    await row.waitFor();
    await photograph('unknowns');
    await row.getByRole('button', { name: '新建知识' }).click();
    await studio.drawer.waitFor();
    expect(await studio.drawer.getByLabel('标准问').inputValue()).toBe(ASKED);
    await studio.answer('全网最低价回收旧衣服，电话 13812345678。');
    await studio.drawer.getByText('《中华人民共和国广告法》第九条').first().waitFor();
    await studio.drawer.getByText('《中华人民共和国个人信息保护法》').first().waitFor();
    await photograph('lint');
    await studio.answer('可以的，旧衣服洗净后寄回，本店每月统一交给环保机构。');
    await studio.drawer.getByRole('button', { name: /^建议：/ }).click();
    await studio.drawer.getByLabel('依据来源').fill('店铺客服规范');
    for (const wording of [
      '旧衣回收有吗',
      '旧毛衣你们收不收',
      '你们做旧衣回收吗',
      '旧衣服回收怎么参加',
      '不穿的衣服能寄给你们吗',
    ])
      await studio.addWording(wording);
    await studio.save();
    await photograph('drawer');
    await studio.close();

    await page.keyboard.press('Alt+T');
    const tried = await studio.tryOut(ASKED, '草稿');
    expect(await tried.textContent()).toContain('环保机构');
    await studio.receipt.getByText('命中知识').waitFor();
    expect(await studio.receipt.getByRole('listitem').count()).toBe(5);
    await photograph('bench');
    expect(await (await studio.tryOut(ASKED, '线上')).textContent()).not.toContain('环保机构');

    await studio.publish('旧衣回收');
    expect(await hear(ASKED)).toContain('环保机构');
    await studio.tab('未解决问题');
    await page.getByText('没有未解决的问题').or(page.getByRole('row')).first().waitFor();
    await row.waitFor({ state: 'detached' });
  });

  test('S2 a changed answer is published, compared and taken back', { timeout: STORY_MS }, async () => {
    const id = 'story-two';
    const question = '毛衣送去干洗要几天拿回来呀';
    await api.put(`/api/faq/${id}`, { version: 0, entry: entryOf(id, question, '干洗要三天。') });
    const { number } = (await api.post<{ number: number }>('/api/releases', {})).body;
    const { page, studio, photograph } = await editor('editor-a', `/studio?entry=${id}`);
    await studio.drawer.getByRole('textbox', { name: '标准回答' }).waitFor();
    await studio.answer('干洗要五天。');
    // leaving asks first
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '继续编辑' }).click();
    await studio.save();
    await studio.close();
    await studio.publish();
    expect(await hear(question)).toContain('五天');
    await studio.tab('发布记录');
    const diff = page.getByRole('region', { name: '差异' });
    await diff.locator('del', { hasText: '干洗要三天。' }).waitFor();
    await diff.locator('ins', { hasText: '干洗要五天。' }).waitFor();
    await photograph('releases');
    // by its number: newly learned models of the same content may have made versions in between
    await page.getByRole('button', { name: `v${number}`, exact: true }).click();
    await page.getByRole('button', { name: '回滚到此版本' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '回滚到此版本' }).click();
    await studio.toast(/已回滚，当前为 v\d+/).waitFor({ timeout: 30_000 });
    expect(await hear(question)).toContain('三天');
  });

  test('S3 a table shows what it would do, becomes drafts, and comes back unchanged', {
    timeout: STORY_MS,
  }, async () => {
    const rows = [
      ['编号', '标准问', '标准回答', '来源'],
      ['sheet-one', '羊绒围巾能不能熨烫平整', '可以低温垫布熨烫。', '洗涤说明'],
      ['sheet-two', '帽子的帽檐可以折叠收纳吗', '可以折叠，不影响形状。', '商品说明'],
      ['sheet-bad', '这顶帽子好不好看呀', '全网最低价，绝对好看。', '商品说明'],
      ['sheet-none', '帽子能不能放进行李箱', '', '商品说明'],
    ];
    const { page, studio, photograph } = await editor('editor-a', '/studio/sheets');
    const choose = page.getByLabel('选择 .xlsx 或 .csv 文件');
    await choose.setInputFiles({
      name: '知识.xlsx',
      mimeType: 'application/octet-stream',
      buffer: await writeXlsx(rows),
    });
    const counts = page.getByRole('list', { name: '知识.xlsx' });
    await counts.waitFor();
    expect(await counts.getByRole('listitem').allTextContents()).toEqual([
      '新增 2',
      '修改 0',
      '冲突 0',
      '错误 2',
      '无变化 0',
    ]);
    await photograph('import');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载错误行' }).click();
    expect((await saved).suggestedFilename()).toBe('导入错误行.csv');
    await page.getByRole('button', { name: '导入 2 条为草稿' }).click();
    await studio.toast('已导入 2 条草稿').waitFor();
    await studio.list.getByRole('button', { name: '羊绒围巾能不能熨烫平整' }).waitFor();

    const exported = await page.context().request.get(`${stage.base}/api/faq/export?format=csv`);
    await studio.tab('导入导出');
    await choose.setInputFiles({ name: '导出.csv', mimeType: 'text/csv', buffer: await exported.body() });
    const again = page.getByRole('list', { name: '导出.csv' });
    await again.waitFor();
    expect((await again.getByRole('listitem').allTextContents()).slice(0, 4)).toEqual([
      '新增 0',
      '修改 0',
      '冲突 0',
      '错误 0',
    ]);
    await page.getByRole('button', { name: '没有可导入的内容' }).waitFor();
    for (const id of ['sheet-one', 'sheet-two']) await api.delete(`/api/faq/${id}/draft`);
  });

  test('S5 two editors of one entry: the later one is told, and chooses', { timeout: STORY_MS }, async () => {
    const id = 'story-five';
    await api.put(`/api/faq/${id}`, { version: 0, entry: entryOf(id, '手套可以机洗甩干吗', '可以机洗。') });
    const first = await editor('editor-a', `/studio?entry=${id}`);
    const second = await editor('editor-b', `/studio?entry=${id}`);
    await second.studio.drawer.getByRole('textbox', { name: '标准回答' }).waitFor();
    await first.studio.answer('甲：建议手洗。');
    await first.studio.save();
    await second.studio.answer('乙：建议干洗。');
    await second.page.keyboard.press('Control+S');
    await second.page.getByText(/editor-a 在 .+ 修改了此条/).waitFor();
    await second.page.getByRole('button', { name: '查看差异' }).click();
    await second.page.locator('del', { hasText: '甲：建议手洗。' }).waitFor();
    await second.photograph('conflict');
    await second.page.getByRole('button', { name: '用我的覆盖' }).click();
    await second.page.getByText(/editor-a 在 .+ 修改了此条/).waitFor({ state: 'detached' });
    const { body } = await api.get<{ entry: FaqFile; version: number; updatedBy: string }>(`/api/faq/${id}`);
    expect(body).toMatchObject({ version: 3, updatedBy: 'editor-b' });
    expect(body.entry.answers.standard).toBe('乙：建议干洗。');
    await second.studio.drawer.getByRole('tab', { name: '版本历史' }).click();
    expect(await second.studio.drawer.getByRole('listitem').count()).toBe(3);
    await api.delete(`/api/faq/${id}/draft`);
  });

  test('S6 wordings added and removed change what the bench hits', { timeout: STORY_MS }, async () => {
    const id = 'story-six';
    const odd = '箱底压皱的咋整平';
    await api.put(`/api/faq/${id}`, {
      version: 0,
      entry: entryOf(id, '大衣起褶子怎么弄平', '挂烫即可。', ['大衣皱了怎么办']),
    });
    const { page, studio } = await editor();
    const matched = studio.receipt.getByText(`匹配到的问法：${odd}`);
    await page.keyboard.press('/');
    await page.keyboard.type('大衣起褶子');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '大衣起褶子怎么弄平' }).click();
    await studio.addWording(odd);
    await studio.save();
    await studio.close();
    await studio.tab('测试台');
    await studio.tryOut(odd, '草稿');
    await matched.waitFor();
    await page.goBack();
    await studio.open('大衣起褶子怎么弄平');
    await studio.drawer.getByRole('button', { name: `删除「${odd}」` }).click();
    await studio.save();
    await studio.close();
    await studio.tab('测试台');
    await studio.tryOut(odd, '草稿');
    expect(await matched.count()).toBe(0);
    await api.delete(`/api/faq/${id}/draft`);
  });

  test('keys open, close and lead; who may only look finds nothing to press', { timeout: STORY_MS }, async () => {
    const { page, studio, photograph } = await editor();
    await studio.list.getByText(/共 \d+ 条/).waitFor();
    await page.keyboard.press('n');
    await studio.drawer.getByRole('textbox', { name: '标准回答' }).waitFor();
    await expect
      .poll(() => studio.drawer.getByLabel('标准问').evaluate((box) => box === document.activeElement))
      .toBe(true);
    await studio.close();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const second = (await page.getByRole('row').nth(2).getByRole('button').textContent()) ?? '';
    await studio.drawer.waitFor();
    expect(await studio.drawer.getByLabel('标准问').inputValue()).toBe(second);
    await page.keyboard.press('Alt+T');
    await studio.bench.waitFor();
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Entries' }).click();
    await page.getByText(/\d+ in all/).waitFor();
    await photograph('english');

    await stage.server!.addStaff('boss', 'supervisor');
    const boss = await editor('boss', '/studio', { typing: true });
    await boss.page.getByText('您的账号只能查看知识库').waitFor();
    await boss.studio.list.getByText(/共 \d+ 条/).waitFor();
    for (const name of ['新建知识', '发布…']) expect(await boss.page.getByRole('button', { name }).count()).toBe(0);
    await boss.page.keyboard.press('n');
    expect(await boss.studio.drawer.count()).toBe(0);
  });

  test('A1 Tab goes through the page in the order of reading; every stop has a name', {
    timeout: STORY_MS,
  }, async () => {
    const { page, studio } = await editor();
    await studio.list.getByText(/共 \d+ 条/).waitFor();
    const { stops, wrong } = await tabThrough(page);
    const tabs = '知识 未解决问题 测试台 导入导出 发布记录'.split(' ');
    const filters = '状态 范围 渠道 有效期'.split(' ');
    const upToTable = [
      'header: button 外观：跟随系统',
      'header: button 中文',
      'header: button EN',
      ...['知识库', '设置'].map((name) => `nav 功能: link ${name}`),
      ...tabs.map((name) => `nav 知识库: link ${name}`),
      expect.stringMatching(/^aside 分类: tree 全部知识/),
      'section 知识: search 搜索问法、答案或编号',
      expect.stringMatching(/^section 知识: button /),
      ...filters.map((name) => `section 知识: combobox ${name}`),
      'section 知识: button 新建知识',
      'section 知识: checkbox 选择本页全部',
      'section 知识: th 7 日命中',
    ];
    expect(stops.slice(0, upToTable.length)).toEqual(upToTable);
    // row after row: chosen by its own question, then opened
    const rows = stops.slice(upToTable.length).filter((stop) => !stop.includes(': li '));
    for (let n = 0; n < rows.length; n += 2)
      expect(rows[n]).toBe(rows[n + 1]!.replace('section 知识: button ', 'section 知识: checkbox 选择：'));
    expect(rows.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
