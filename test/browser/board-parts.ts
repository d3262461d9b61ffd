// The board as a supervisor sees it: found by role and by Chinese label.
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';

export function boardOf(page: Page) {
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  const drawer = page.locator('dialog.modal-side');
  return {
    card,
    drawer,
    value: async (name: string) => (await card(name).locator('.card-value').innerText()).split('\n')[0]!.trim(),
    open: (name: string) => card(name).locator('.card-value').click(),
    /** How many cases the open list says it has. */
    listed: async () => Number(/· (\d+) 条/.exec(await drawer.getByRole('heading').innerText())?.[1]),
    rows: drawer.locator('tbody tr'),
    agent: (name: string) =>
      page.getByRole('region', { name: '客服', exact: true }).getByRole('row').filter({ hasText: name }),
    about: async (name: string) => {
      const sign = card(name).getByRole('button', { name: `${name}的口径说明` });
      if ((await sign.getAttribute('aria-expanded')) !== 'true') await sign.click();
      return card(name).getByRole('note').innerText();
    },
  };
}

/** Signs the page's browser in as the sample's supervisor and opens the board. */
export async function openBoard(page: Page, base: string, search = ''): Promise<ReturnType<typeof boardOf>> {
  const answer = await page.request.post(`${base}/api/session/demo`, { data: { role: 'supervisor' } });
  if (!answer.ok()) throw new Error(`the sample's supervisor could not sign in: ${answer.status()}`);
  await page.goto(`${base}/board${search}`);
  const board = boardOf(page);
  await board.card('排队人数').locator('.card-value').waitFor();
  return board;
}

/** A CSV as its cells. */
export const cellsOf = (csv: string): string[][] => parse(csv, { bom: true, relax_column_count: true });
