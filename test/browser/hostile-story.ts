// The story of a hostile shop: its shopper, its colleague, its editor and its admin wrote whatever hurts. It is read as it was
// written on every page, and runs on none.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { RouteRule } from '../../src/contract/routing.ts';
import { enterShop } from '../journeys/people.ts';
import type { RunningServer } from '../journeys/server.ts';
import { bringCookie } from './chromium.ts';
import { type Agent, hire, sql } from './desk-parts.ts';
import { HOSTILE, HOSTILE_NAMES } from './hostile.ts';
import { deskOf } from './parts.ts';
import { PHONE, refusedOn, sidewaysOn, stolenOn, visit } from './shell-parts.ts';
import type { Stage } from './stage.ts';

const AT_ONCE = 6;
/** So tall that a long thread is read in few looks. */
const TALL = { width: 1440, height: 4_000 };
const [SHOPPER, COLLEAGUE] = HOSTILE_NAMES as [string, string];
/** Who waits. */
const WAITING = HOSTILE_NAMES.slice(2);
/** Markup that would run, short enough for every field. */
const SHORT = HOSTILE.filter((text) => text.startsWith('<') && text.length < 40);
const [TITLE, REMARK, PHRASE, RULE, TEAM, WORD, NOTE, HOOK] = SHORT as [string, ...string[]] as Short;
type Short = [string, string, string, string, string, string, string, string];

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
    await page.locator('.log').evaluate(async (log) => {
      log.scrollTop -= log.clientHeight * 0.8;
      for (let frame = 0; frame < 3; frame++) await new Promise((go) => requestAnimationFrame(go));
    });
  }
  return read;
}

/** What became an element, or ran: nothing of what was written may. */
export async function livingOn(page: Page): Promise<string[]> {
  const made = 'onerror onload onclick ontoggle srcdoc'.split(' ').map((name) => `[${name}]`);
  const alive = page.locator([...made, 'a[href^="javascript:"]', '.log script', '.log form'].join());
  const elements = await alive.evaluateAll((all) => all.map((one) => one.outerHTML));
  return [...elements, ...(await stolenOn(page)).map((stolen) => `stolen: ${stolen}`)];
}

/** Nor was anything refused, nor pushes anything the page out of its frame. */
async function isSound(page: Page, at: string): Promise<void> {
  expect(await livingOn(page), at).toEqual([]);
  expect(await refusedOn(page), at).toEqual([]);
  expect(await sidewaysOn(page), at).toBe(0);
}

/** What each page has to show of it, by its path. */
type Reading = ReadonlyMap<string, readonly string[]>;

export interface HostileShop {
  agent: Agent;
  shopper: Awaited<ReturnType<typeof enterShop>>;
  reading: Reading;
}

async function openTalk(server: RunningServer) {
  const agent = await hire(server, COLLEAGUE);
  const shopper = await enterShop(server.base, { name: SHOPPER });
  await shopper.say('转人工');
  const row = await agent.waiting(shopper.conversationId, 20_000);
  expect((await agent.post(`/api/handoffs/${row?.id}/claim`)).status).toBe(200);
  return { agent, shopper };
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

/** What agent and shopper write and are called. */
async function talk(server: RunningServer) {
  const { agent, shopper } = await openTalk(server);
  await Promise.all(WAITING.map(async (name) => (await enterShop(server.base, { name })).say('转人工')));
  await sayAll(shopper);
  const { conversationId } = shopper;
  expect((await agent.reply(conversationId, '<b>您好</b>，<i>稍等</i>')).status).toBeLessThan(300);
  expect((await agent.reply(conversationId, HOSTILE[0]!, 'note')).status).toBeLessThan(300);
  const known = (await agent.get<{ id: string }>(`/api/conversations/${conversationId}/shopper`)).body;
  const done = [
    await agent.put(`/api/shoppers/${known.id}/remark`, { remark: REMARK }),
    await agent.post('/api/tickets', { kind: 'complaint', title: TITLE, detail: TITLE, conversationId }),
    await agent.post('/api/phrases', { group: '常用', title: PHRASE, text: '您好', shared: false }),
    await agent.post('/api/unknowns', { conversationId, question: HOSTILE[1]! }),
  ];
  for (const { status, body } of done) expect(status, JSON.stringify(body)).toBeLessThan(300);
  return { agent, shopper };
}

/** What the shop's settings say. */
async function set(server: RunningServer): Promise<void> {
  const admin = await hire(server, COLLEAGUE, { role: 'admin' });
  const { items: rules } = (await admin.get<{ items: RouteRule[] }>('/api/rules')).body;
  const done = [
    await admin.put('/api/rules', { rules: rules.map((rule, i) => (i === 0 ? { ...rule, name: RULE } : rule)) }),
    await admin.put('/api/teams/presale', { label: TEAM, mode: 'pull', offerSeconds: 60, overflow: null, hours: null }),
    await admin.post('/api/words', { word: WORD, why: WORD }),
    await admin.post('/api/hooks', { url: 'https://crm.invalid/in', kinds: ['csat.received'], description: HOOK }),
  ];
  for (const { status, body } of done) expect(status, JSON.stringify(body)).toBeLessThan(300);
  await sql(server, 'update faq_releases set note = $1', [NOTE]);
}

/** Drafts whose questions and answers are hostile, newest first in the studio. */
async function askHostile(server: RunningServer): Promise<string[]> {
  const editor = await hire(server, COLLEAGUE, { role: 'editor' });
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
    const put = await editor.put(`/api/faq/${entry.id}`, { version: 0, entry });
    expect(put.status, JSON.stringify(put.body)).toBe(200);
  }
  return questions;
}

/** Everybody has written and set everything. */
export async function openHostileShop(server: RunningServer): Promise<HostileShop> {
  const [questions, { agent, shopper }] = await Promise.all([askHostile(server), talk(server)]);
  await set(server);
  const reading = new Map<string, readonly string[]>([
    ['/', WAITING],
    ['/desk', WAITING],
    ['/board', [COLLEAGUE]],
    ['/studio', questions],
    ['/studio/unknowns', [HOSTILE[1]!]],
    ['/studio/releases', [NOTE]],
    ['/settings/people', [COLLEAGUE]],
    ['/settings/teams', [TEAM]],
    ['/settings/rules', [RULE]],
    ['/settings/packs', [WORD]],
    ['/settings/hooks', [HOOK]],
    ['/settings/audit', [COLLEAGUE]],
  ]);
  return { agent, shopper, reading };
}

const READ_WITHIN_MS = 8_000;

/** What was to be read on this page and is not, even after a while. */
export async function unreadOn(page: Page, at: string, reading: Reading): Promise<string[]> {
  let left = (reading.get(at) ?? []).map(readable);
  for (const end = Date.now() + READ_WITHIN_MS; left.length > 0 && Date.now() < end; ) {
    const shown = readable(await page.locator('main').innerText());
    left = left.filter((text) => !shown.includes(text));
    if (left.length > 0) await page.waitForTimeout(100);
  }
  return left;
}

/** The talk itself, on the shopper's page and at the desk. */
export async function readTalk(stage: Stage, { agent, shopper }: HostileShop): Promise<void> {
  const wanted = new Set(HOSTILE.map(readable));
  const reader = await visit(stage.browser, stage.base, { size: { ...PHONE, height: TALL.height } });
  const { token, conversationId } = shopper;
  const kept = JSON.stringify({ token, conversationId, name: SHOPPER, shopName: SHOPPER, customers: [] });
  await reader.context.addInitScript((visitor) => localStorage.setItem('jiebang.visitor.default', visitor), kept);
  await reader.page.goto(`${stage.base}/shop`);
  await reader.page.getByText('<b>您好</b>，<i>稍等</i>').waitFor();
  const seen = await readThread(reader.page, wanted);
  expect([...wanted].filter((words) => !seen.has(words))).toEqual([]);
  await reader.page.getByText(COLLEAGUE).first().waitFor();
  await reader.page.setViewportSize(PHONE);
  await isSound(reader.page, 'shop');
  // what is too much is refused with a sentence, and the page is none the worse
  expect((await shopper.say('长'.repeat(100_000))).status).toBeGreaterThanOrEqual(400);
  await reader.context.close();

  const { context, page } = await visit(stage.browser, stage.base, { size: TALL });
  await bringCookie(context, stage.base, agent.cookie);
  await page.goto(`${stage.base}/desk?c=${conversationId}`);
  await page.locator('.message').first().waitFor();
  await isSound(page, 'desk');
  const atDesk = await readThread(page, wanted);
  expect([...wanted].filter((words) => !atDesk.has(words))).toEqual([]);
  await page.getByText(SHOPPER).first().waitFor();
  const { side } = deskOf(page);
  await side.getByText(REMARK).first().waitFor();
  for (const [tab, text] of [
    ['工单', TITLE],
    ['备注', HOSTILE[0]!],
    ['话术', PHRASE],
  ] as const) {
    await side.getByRole('tab', { name: tab, exact: true }).click();
    await side.getByText(text).first().waitFor();
  }
  await isSound(page, 'desk, read back');
  await context.close();
}
