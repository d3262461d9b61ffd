// An admin sets the shop up in a real browser: ways in, colleagues, hours, rules, channels, and the log that remembers it all.
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { enterShop } from '../journeys/people.ts';
import { PASSWORD } from '../journeys/server.ts';
import { bringCookie, findChromium, openPerson, type Person } from './chromium.ts';
import { openApi, settingsOf, signInAt } from './settings-parts.ts';
import { story } from './shared-stage.ts';
import { type Stage, setStage } from './stage.ts';
import { tabThrough } from './tab-order.ts';

const chromium = findChromium();
if (chromium === null) {
  console.warn('\n⚠ SKIPPED: no Chromium found, the settings were not tried. Install one or set CHROMIUM_PATH.\n');
}

const DESK = { width: 1440, height: 900 };
const START_MS = 600_000;
const STORY_MS = 90_000;
const BOSS = { login: 'boss', password: PASSWORD };

describe.skipIf(chromium === null)('the settings', () => {
  let stage: Stage;
  let api: Awaited<ReturnType<typeof openApi>>;
  let people: Person[] = [];

  story.beforeAll(async ({ browser }) => {
    stage = await setStage(browser);
    for (const [login, role] of [
      ['boss', 'admin'],
      ['careful', 'admin'],
      ['anna', 'agent'],
    ] as const)
      await stage.server!.addStaff(login, role);
    api = await openApi(stage.base, BOSS.login, BOSS.password);
  }, START_MS);
  afterAll(() => stage?.close(), START_MS);
  afterEach(async () => {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.map((person) => person.context.close()));
    people = [];
    expect(complaints).toEqual([]);
  });

  const arrive = async (): Promise<Person> => {
    const person = await openPerson(stage.browser, DESK);
    people.push(person);
    return person;
  };
  /** The admin is signed in already; others type. */
  const enter = async (as = BOSS) => {
    const { page, context } = await arrive();
    if (as === BOSS) {
      await bringCookie(context, stage.base, api.cookie);
      await page.goto(`${stage.base}/settings`);
    } else await signInAt(page, `${stage.base}/settings`, as);
    const settings = settingsOf(page);
    await settings.nav.waitFor();
    return { page, settings };
  };
  test('T1 two-step verification: set up by hand, asked for at the next sign-in, devices signed out', {
    timeout: STORY_MS,
  }, async () => {
    const careful = { login: 'careful', password: PASSWORD };
    const elsewhere = await openApi(stage.base, careful.login, careful.password);
    const { page, settings } = await enter(careful);
    await settings.open('登录与安全');
    await page.getByRole('button', { name: '退出其他设备' }).click();
    await settings.told('已退出 1 个登录');
    expect(await elsewhere<{ code: string }>('GET', '/api/session')).toMatchObject({ code: 'unauthorized' });

    await page.getByRole('button', { name: '开启两步验证' }).click();
    const key = (await page.getByTestId('totp-key').textContent())!;
    expect(key).toMatch(/^[A-Z2-7]{4}( [A-Z2-7]{4})+$/);
    expect(await settings.dialog.locator('svg[role=img], svg').count()).toBeGreaterThan(0);
    const totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) });
    await settings.field('验证器显示的 6 位数字').fill('000000');
    await settings.press('确认开启');
    await settings.dialog.getByText('验证码不正确').waitFor();
    await settings.field('验证器显示的 6 位数字').fill(totp.generate());
    await settings.press('确认开启');
    await page.getByTestId('recovery').waitFor();
    expect(await page.getByTestId('recovery').locator('span').count()).toBe(10);
    await settings.press('我已保存好');
    await page.getByText('还有 10 个恢复码没有用过').waitFor();

    const { page: again } = await arrive();
    await signInAt(again, `${stage.base}/sign-in`, careful);
    await again.getByLabel('验证码').fill('000000');
    await again.getByRole('button', { name: '验证', exact: true }).click();
    await again.getByRole('alert').getByText('验证码不正确').waitFor();
    await again.getByLabel('验证码').fill(totp.generate({ timestamp: Date.now() + 30_000 }));
    await again.getByRole('button', { name: '验证', exact: true }).click();
    await again.waitForURL(/\/settings\/people/); // where an admin works
  });

  test('T2 a new colleague: added, comes by the link, lands on the desk, is sent away', {
    timeout: STORY_MS,
  }, async () => {
    const { page, settings } = await enter();
    await settings.open('同事');
    await page.getByRole('button', { name: '添加同事' }).click();
    await settings.field('账号').fill('anna');
    await settings.field('姓名').fill('小新');
    await settings.press('添加并生成登录链接');
    await settings.dialog.getByText('账号“anna”已被使用').waitFor();
    await settings.field('账号').fill('xiaoxin');
    await settings.press('添加并生成登录链接');
    const link = (await page.getByTestId('link').textContent())!;
    // the product is reached at another port in this test than its settings say
    const token = new URL(link).search;
    const { page: theirs } = await arrive();
    await theirs.goto(`${stage.base}/sign-in${token}`);
    await theirs.getByRole('navigation', { name: '客服工作台' }).waitFor();
    expect(new URL(theirs.url()).pathname).toBe('/desk');
    await settings.press('关闭');

    await settings.row('小新').getByRole('button', { name: '停用' }).click();
    await settings.press('确定');
    await settings.told('已停用 小新');
    await settings.row('小新').getByText('已停用').waitFor();
    await theirs.reload();
    await theirs.getByLabel('账号').waitFor();
  });

  test('T3 hours: outside of them a wish for a person becomes 留言', { timeout: STORY_MS }, async () => {
    const before = await enterShop(stage.base);
    await before.say('转人工');
    await before.hear();
    expect((await before.state()).state).toBe('waiting');
    const waiting = await api<{ items: { conversationId: string; team: string }[] }>(
      'GET',
      '/api/handoffs?state=waiting',
    );
    const name = waiting.items.find((row) => row.conversationId === before.conversationId)!.team;
    const teams = await api<{ items: { name: string; label: string }[] }>('GET', '/api/teams');
    const { label } = teams.items.find((team) => team.name === name)!;

    const { settings } = await enter();
    await settings.open('团队与营业时间');
    await settings.row(name).getByRole('button', { name: '编辑' }).click();
    await settings.dialog.getByText('单独设置').click();
    for (const day of ['周一', '周二', '周三', '周四', '周五', '周六', '周日']) await settings.field(day).fill('');
    await settings.field('周一').fill('上午');
    await settings.press('保存');
    await settings.dialog.getByText('看不懂，请按示例填写').waitFor();
    await settings.field('周一').fill('');
    await settings.field('放假日期').fill('2027-02-17');
    await settings.field('特殊日期').fill('2099-02-14 10:00-16:00');
    await settings.press('保存');
    await settings.told('已保存');
    await settings.row(label).getByText('另有 2 个特殊日期').waitFor();

    const after = await enterShop(stage.base);
    await after.say('转人工');
    const words = (await after.hear()).map((message) => message.text).join('\n');
    expect(words).toMatch(/留言|上班|不在/);
    const deferred = await api<{ items: { conversationId: string }[] }>('GET', '/api/handoffs?state=deferred');
    expect(deferred.items.map((row) => row.conversationId)).toContain(after.conversationId);
  });

  test('T4 a rule that is moved up takes the case, tried before and after it is saved', {
    timeout: STORY_MS,
  }, async () => {
    const { page, settings } = await enter();
    await settings.open('分配规则');
    const attempt = page.getByRole('button', { name: '试一试' });
    await attempt.click();
    await page.getByText('分给 售前（规则：售前咨询）').waitFor();
    for (let n = 0; n < 2; n++) await page.getByRole('button', { name: '上移：已经发货' }).click();
    await page.getByText('有未保存的修改').waitFor();
    await attempt.click();
    await page.getByText('分给 售后（规则：已经发货）').waitFor();
    await page.getByRole('button', { name: '保存规则' }).click();
    await settings.told('规则已保存');
    const { items } = await api<{ items: { name: string }[] }>('GET', '/api/rules');
    const names = items.map((rule) => rule.name);
    expect(names.indexOf('已经发货')).toBeLessThan(names.indexOf('售前咨询'));
  });

  test('T5 a channel account: its secret is shown once and is in no answer again', { timeout: STORY_MS }, async () => {
    const { page, settings } = await enter();
    await settings.open('渠道账号');
    await page.getByRole('button', { name: '添加账号' }).click();
    // the form is that of the kind, whichever it is
    const choose = async (kind: string) => {
      await settings.field('渠道').click();
      await page.locator('.ant-select-item-option').getByText(kind, { exact: true }).click();
    };
    await choose('微信公众号');
    await settings.dialog.getByText('安全模式').waitFor();
    expect(await settings.field('消息加解密密钥（EncodingAESKey）').getAttribute('type')).toBe('password');
    await choose('通用接口');
    await settings.dialog.getByText('安全模式').waitFor({ state: 'detached' });
    await settings.field('代号').fill('my-crm');
    await settings.press('添加');
    await page.getByText(/还需要推送地址/).waitFor();
    await settings.field('推送地址').fill('https://crm.invalid/replies');
    await settings.press('添加');
    const secret = (await page.getByTestId('secret').textContent())!;
    expect(secret).toMatch(/^whsec_/);
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/'))
        void response.text().then(
          (text) => answers.push(text),
          () => {},
        );
    });
    await settings.press('我已保存好');
    await settings.row('my-crm').getByRole('button', { name: '测试' }).click();
    await settings.row('my-crm').getByText('网络请求失败').waitFor();
    await settings.row('my-crm').getByText('/channels/webhook/my-crm/webhook').waitFor();
    await settings.row('my-crm').getByRole('button', { name: '复制回调地址' }).click();
    await settings.told(/已复制|手动选中/);
    await settings.row('my-crm').getByRole('button', { name: '更换密钥' }).click();
    await page.getByText(/旧的 24 小时内仍然有效/).waitFor();
    await settings.press('确定');
    const next = (await page.getByTestId('secret').textContent())!;
    expect(next).toMatch(/^whsec_/);
    expect(next).not.toBe(secret);
    await settings.press('我已保存好');
    await settings
      .row('my-crm')
      .getByText(/旧密钥到 .* 前仍然有效/)
      .waitFor();
    await page.reload();
    await settings.row('my-crm').getByText('已开启').waitFor();
    await settings.open('操作记录');
    await settings.row('添加渠道账号').getByText('webhook my-crm').waitFor();
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.join('\n')).not.toContain(secret);
    expect(answers.join('\n')).not.toContain(secret.slice(6, 30));
  });

  test('T6 one number for the answers, own words for the replies, and the log knows it', {
    timeout: STORY_MS,
  }, async () => {
    const { page, settings } = await enter();
    await settings.open('回答策略');
    await page.getByLabel('答错的回答不超过').fill('5');
    await page.getByText(/能直接回答 [\d.]+% 的问题/).waitFor();
    await page.getByRole('button', { name: '采用' }).click();
    await settings.told('已采用');
    await page.getByText(/boss 于 .* 选定（第 \d+ 版）/).waitFor();
    const release = await api<{ policy: { wrongAtMost: number } }>('GET', '/api/releases/current');
    expect(release.policy.wrongAtMost).toBe(0.05);

    await settings.open('规则包');
    await page.getByLabel('词', { exact: true }).fill('全网最惨');
    await page.getByLabel('原因，以及可以怎么说').fill('不要卖惨，请直接说怎么处理');
    await page.getByRole('button', { name: '添加', exact: true }).click();
    await settings.told('已保存');
    await page.getByLabel('要检查的话').fill('我们真是全网 最惨，我要去12315投诉');
    await page.getByRole('button', { name: '检查', exact: true }).click();
    await page.getByText('「全网最惨」不要卖惨').waitFor();
    await page
      .getByText(/^R[01]/)
      .first()
      .waitFor();
    await settings.open('推送与群机器人');
    await settings.open('店铺');
    await page.getByRole('switch', { name: '管理员必须开启两步验证' }).click();
    await settings.told('请先在“登录与安全”里为自己开启两步验证');

    await settings.open('操作记录');
    await page.getByText('校验通过，记录完整').waitFor();
    for (const action of ['修改回答策略', '添加禁用词', '保存分配规则', '保存团队', '停用同事', '开启两步验证'])
      await settings.row(action).first().waitFor();
    await settings.row('修改回答策略').first().getByRole('button').first().click();
    await page.getByText('"wrongAtMost": 0.05').waitFor();
  });

  test('T7 an agent finds the own sign-in there, and nothing else', { timeout: STORY_MS }, async () => {
    const { page, settings } = await enter({ login: 'anna', password: PASSWORD });
    await page.getByRole('region', { name: '已登录的设备' }).waitFor();
    expect(await settings.nav.getByRole('link').allTextContents()).toEqual(['登录与安全']);
    await page.goto(`${stage.base}/settings/people`);
    await page.getByRole('region', { name: '已登录的设备' }).waitFor();
  });

  test('A1 Tab goes through the page in the order of reading; every stop has a name', {
    timeout: STORY_MS,
  }, async () => {
    const { page, settings } = await enter();
    await settings.open('团队与营业时间');
    await settings.row('aftersale').waitFor();
    const { stops, wrong } = await tabThrough(page);
    const rooms = '同事 团队与营业时间 分配规则 渠道账号 回答策略 规则包 推送与群机器人 店铺 操作记录 登录与安全'.split(
      ' ',
    );
    const { items } = await api<{ items: { label: string }[] }>('GET', '/api/teams');
    expect(stops).toEqual([
      'header: button 外观：跟随系统',
      'header: button 中文',
      'header: button EN',
      ...['工作台', '知识库', '看板', '设置'].map((name) => `nav 功能: link ${name}`),
      ...rooms.map((name) => `nav 设置的分类: link ${name}`),
      'header: button 新建团队',
      ...items.map(({ label }) => `section 团队与营业时间: button 编辑 ${label}`),
    ]);
    expect(wrong).toEqual([]);
  });
});
