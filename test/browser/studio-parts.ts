// The studio as an editor sees it: found by role and by Chinese label.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { PASSWORD } from '../journeys/server.ts';

export async function signInHere(page: Page, login: string): Promise<void> {
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByRole('navigation', { name: '知识库' }).waitFor();
}

export function studioOf(page: Page) {
  const tabs = page.getByRole('navigation', { name: '知识库' });
  const drawer = page.getByRole('dialog').filter({ has: page.getByRole('tab', { name: '编辑' }) });
  const bench = page.getByRole('region', { name: '测试台' });
  const receipt = page.getByRole('region', { name: '命中详情' });
  return {
    drawer,
    bench,
    receipt,
    list: page.getByRole('region', { name: '知识', exact: true }),
    toast: (text: string | RegExp) => page.locator('.ant-message').getByText(text),
    tab: (name: string) => tabs.getByRole('link', { name: new RegExp(`^${name}`) }).click(),
    async open(text: string) {
      const box = page.getByRole('searchbox', { name: '搜索问法、答案或编号' });
      await box.fill(text);
      await box.press('Enter');
      await page.getByRole('button', { name: text, exact: true }).click();
      await drawer.getByLabel('标准问').waitFor();
    },
    async answer(text: string) {
      await drawer.getByRole('textbox', { name: '标准回答' }).fill(text);
    },
    async addWording(text: string) {
      const box = drawer.getByRole('textbox', { name: '写一种问法，按回车添加' });
      await box.fill(text);
      await box.press('Enter');
    },
    async save() {
      await page.keyboard.press('Control+S');
      await page.locator('.ant-message').getByText('草稿已保存').last().waitFor();
    },
    async close() {
      // the first may close what still stands above it
      await expect
        .poll(async () => {
          if ((await drawer.count()) > 0) await page.keyboard.press('Escape');
          return drawer.count();
        })
        .toBe(0);
    },
    async publish(note?: string) {
      await page.getByRole('button', { name: '发布…' }).click();
      const dialog = page.getByRole('dialog', { name: '发布新版本' });
      if (note !== undefined) await dialog.getByLabel('发布说明（可不填）').fill(note);
      await dialog.getByRole('button', { name: '发布', exact: true }).click();
      await page
        .locator('.ant-message')
        .getByText(/v\d+ 已发布/)
        .last()
        .waitFor({ timeout: 30_000 });
      await dialog.waitFor({ state: 'detached' });
    },
    async tryOut(text: string, version: '草稿' | '线上') {
      await bench.getByText(version === '草稿' ? '草稿' : /^线上 v/, { exact: version === '草稿' }).click();
      const answers = bench.getByRole('log').getByRole('button');
      const before = await answers.count();
      const box = bench.getByRole('textbox');
      await box.fill(text);
      await box.press('Enter');
      await answers.nth(before).waitFor({ timeout: 20_000 });
      return answers.nth(before);
    },
  };
}
