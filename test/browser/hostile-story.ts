// The story of the hostile shopper, and of a colleague with a hostile name: what they wrote is read on every page, and runs on none.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { saveStaff } from '../../src/staff/accounts.ts';
import { enterShop, signIn } from '../journeys/people.ts';
import { PASSWORD, type RunningServer } from '../journeys/server.ts';
import { HOSTILE, HOSTILE_NAMES } from './hostile.ts';
import { PHONE, refusedOn, sidewaysOn, stolenOn, visit } from './shell-parts.ts';
import type { Stage } from './stage.ts';

const LOGIN = 'hostile';
const AT_ONCE = 6;

/** As somebody reads it: spaces are spaces, a letter that is none is the sign for that. */
const readable = (text: string) => text.toWellFormed().trim().replace(/\s+/g, ' ');

/** What is on the page as words of messages. */
const wordsOn = async (page: Page): Promise<string[]> =>
  (await page.locator('.message .words').evaluateAll((all) => all.map((one) => one.textContent ?? ''))).map(readable);

/** Scrolls back through the thread, as far as it goes, and gathers what was to be read on the way. */
async function readThread(page: Page, wanted: ReadonlySet<string>): Promise<Set<string>> {
  const read = new Set<string>();
  for (let round = 0; round < 150; round++) {
    for (const words of await wordsOn(page)) read.add(words);
    if ([...wanted].every((words) => read.has(words))) break;
    const earlier = page.getByRole('button', { name: '查看更早的消息' });
    if (await earlier.isVisible()) await earlier.click();
    await page.locator('.log').evaluate((log) => {
      log.scrollTop -= log.clientHeight * 0.8;
    });
    await page.waitForTimeout(60);
  }
  return read;
}

/** Nothing ran, nothing was refused, nothing became an element, nothing pushes the page out of its frame. */
async function isSound(page: Page, at: string): Promise<void> {
  expect(await stolenOn(page), at).toEqual([]);
  expect(await refusedOn(page), at).toEqual([]);
  expect(await sidewaysOn(page), at).toBe(0);
  const made = 'onerror onload onclick ontoggle srcdoc'.split(' ').map((name) => `[${name}]`);
  expect(await page.locator([...made, 'a[href^="javascript:"]', '.log script', '.log form'].join()).count(), at).toBe(
    0,
  );
}

async function openTalk(stage: Stage, server: RunningServer) {
  await saveStaff(server.database.pool, server.shopId, {
    login: LOGIN,
    name: HOSTILE_NAMES[1]!,
    role: 'agent',
    teams: [],
    password: PASSWORD,
  });
  const agent = await signIn(stage.base, LOGIN);
  const shopper = await enterShop(stage.base, { name: HOSTILE_NAMES[0]! });
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId, 20_000);
  expect((await agent.post(`/api/handoffs/${row?.id}/claim`)).status).toBe(200);
  return { agent, shopper };
}

/** Others wait under the other names. */
async function fillQueue(stage: Stage): Promise<void> {
  await Promise.all(HOSTILE_NAMES.slice(2).map(async (name) => (await enterShop(stage.base, { name })).say('转人工')));
}

async function sayAll(shopper: Awaited<ReturnType<typeof enterShop>>): Promise<void> {
  const rest = [...HOSTILE];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let text = rest.shift(); text !== undefined; text = rest.shift())
        expect((await shopper.say(text)).status, text.slice(0, 80)).toBe(202);
    }),
  );
}

export async function hostileStory(stage: Stage, server: RunningServer): Promise<void> {
  const { agent, shopper } = await openTalk(stage, server);
  await fillQueue(stage);
  await sayAll(shopper);
  expect((await agent.reply(shopper.conversationId, '<b>您好</b>，<i>稍等</i>')).status).toBeLessThan(300);
  expect((await agent.reply(shopper.conversationId, HOSTILE[0]!, 'note')).status).toBeLessThan(300);
  const wanted = new Set(HOSTILE.map(readable));

  const reader = await visit(stage.browser, stage.base, { size: PHONE });
  const { token, conversationId } = shopper;
  const kept = JSON.stringify({
    token,
    conversationId,
    name: HOSTILE_NAMES[0],
    shopName: HOSTILE_NAMES[0],
    customers: [],
  });
  await reader.context.addInitScript((visitor) => localStorage.setItem('jiebang.visitor.default', visitor), kept);
  await reader.page.goto(`${stage.base}/shop`);
  await reader.page.getByText('<b>您好</b>，<i>稍等</i>').waitFor();
  const seen = await readThread(reader.page, wanted);
  expect([...wanted].filter((words) => !seen.has(words))).toEqual([]);
  await reader.page.getByText(HOSTILE_NAMES[1]!).first().waitFor();
  await isSound(reader.page, 'shop');
  // what is too much is refused with a sentence, and the page is none the worse
  expect((await shopper.say('长'.repeat(100_000))).status).toBeGreaterThanOrEqual(400);
  await reader.context.close();

  const desk = await visit(stage.browser, stage.base);
  await desk.context.request.post(`${stage.base}/api/session`, { data: { login: LOGIN, password: PASSWORD } });
  await desk.page.goto(`${stage.base}/desk?c=${conversationId}`);
  await desk.page.locator('.message').first().waitFor();
  await isSound(desk.page, 'desk');
  const atDesk = await readThread(desk.page, wanted);
  expect([...wanted].filter((words) => !atDesk.has(words))).toEqual([]);
  await isSound(desk.page, 'desk, read back');
  await desk.page.getByText(HOSTILE_NAMES[0]!).first().waitFor();
  await desk.context.close();

  const questions = await askHostile(stage);
  for (const { to, role, ...words } of [
    { to: '/board', role: 'supervisor', read: [HOSTILE_NAMES[1]!] },
    { to: '/studio', role: 'editor', read: questions },
    { to: '/settings/people', role: 'admin', read: [HOSTILE_NAMES[1]!] },
  ] as const) {
    const { context, page } = await visit(stage.browser, stage.base, { role });
    await page.goto(stage.base + to);
    await page.locator('main').waitFor();
    const shown = async () => readable(await page.locator('main').innerText());
    for (const text of words.read) await expect.poll(shown, { message: `${to}: ${text}` }).toContain(readable(text));
    await isSound(page, to);
    await context.close();
  }
}

/** Drafts whose questions and answers are hostile, newest first in the studio. */
async function askHostile(stage: Stage): Promise<string[]> {
  const { context, csrf } = await visit(stage.browser, stage.base, { role: 'editor' });
  const questions = HOSTILE.filter((text) => text.startsWith('<') && text.length < 80).slice(0, 12);
  for (const [n, question] of questions.entries()) {
    const entry = {
      id: `hostile-${n}`,
      question,
      answers: { standard: HOSTILE[n]! },
      similar: [HOSTILE[n + 20]!],
      intents: ['invoice_request'],
      stage: ['presale'],
      products: [],
      channels: [],
      risk: 'N',
      source: HOSTILE[n + 40]!,
      reviewed: '2026-11-27',
    };
    const headers = { 'x-csrf-token': csrf };
    const put = await context.request.put(`${stage.base}/api/faq/${entry.id}`, {
      headers,
      data: { version: 0, entry },
    });
    expect(put.status(), await put.text()).toBe(200);
  }
  await context.close();
  return questions;
}
