// The settings as people see them, and an admin's calls beside the browser: somebody who is not at a desk.
import type { Page } from 'playwright-core';

export function settingsOf(page: Page) {
  const nav = page.getByRole('navigation', { name: '设置的分类' });
  const dialog = page.getByRole('dialog');
  return {
    nav,
    dialog,
    async open(name: string) {
      await nav.getByRole('link', { name, exact: true }).click();
      await nav.locator('a[aria-current=page]').filter({ hasText: name }).waitFor();
      await page.getByRole('region').first().waitFor();
    },
    /** The form that slides in, or a question. */
    field: (label: string) => dialog.getByLabel(label, { exact: true }),
    /** The last one: the cross of a dialog may be called the same. */
    press: (name: string) => dialog.getByRole('button', { name, exact: true }).last().click(),
    async told(words: string | RegExp) {
      await page.locator('.ant-message').getByText(words).first().waitFor();
    },
    row: (text: string) => page.getByRole('row').filter({ hasText: text }),
  };
}

export async function signInAt(page: Page, url: string, { login, password }: { login: string; password: string }) {
  await page.goto(url);
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Signed in without being present: nobody counts as being at a desk. */
export async function openApi(base: string, login: string, password: string) {
  const answer = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const { csrf } = (await answer.json()) as { csrf: string };
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(base + path, {
      method,
      headers: { cookie, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  };
  return Object.assign(call, { cookie });
}
