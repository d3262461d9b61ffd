// How quick the desk is with 1,000 conversations and a thread of 2,000 messages, at this machine's pace and four times slower: prints one
// Markdown table and one JSON line per row. `node scripts/console-bench.ts [--runs 5]`; needs Chromium, its own database in memory.
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { findChromium } from '../test/browser/chromium.ts';
import { enterShop, signIn } from '../test/journeys/people.ts';
import { type RunningServer, startServer } from '../test/journeys/server.ts';

const CONVERSATIONS = 1_000;
const MESSAGES = 2_000;
const SLOWDOWN = 4;
const FRAMES = 240;
const CHARACTERS = 60;

const runs = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 5;

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const share = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;

/** Rows as the product writes them, in two statements instead of a thousand visits. */
async function seed(server: RunningServer): Promise<{ cookie: string; long: string }> {
  await server.addStaff('bench');
  const agent = await signIn(server.base, 'bench');
  const shopper = await enterShop(server.base, { name: '话很多的人' });
  await shopper.say('转人工');
  const waiting = await agent.waiting(shopper.conversationId, 20_000);
  await agent.post(`/api/handoffs/${waiting!.id}/claim`);
  const owner = server.database.ownerPool();
  await owner.query(
    `insert into messages (conversation_id, seq, shop_id, author, kind, text)
     select c.id, c.next_seq + g, c.shop_id, case g % 3 when 0 then 'agent' else 'shopper' end, 'text',
       '第 ' || g || ' 句 ' || repeat('顾客说了很多话，', (g % 9)::int)
     from conversations c, generate_series(0, $2::int - 1) g where c.id = $1`,
    [shopper.conversationId, MESSAGES],
  );
  await owner.query('update conversations set next_seq = next_seq + $2 where id = $1', [
    shopper.conversationId,
    MESSAGES,
  ]);
  await owner.query(
    `with s as (insert into shoppers (shop_id, channel_account_id, platform_id, name)
       select c.shop_id, c.channel_account_id, 'bench-' || g, '顾客 ' || g from conversations c, generate_series(1, $2::int) g
       where c.id = $1 returning id, shop_id, channel_account_id),
     c as (insert into conversations (shop_id, channel_account_id, shopper_id, owner_kind, next_seq, last_shopper_at)
       select shop_id, channel_account_id, id, 'queue', 2, now() from s returning id, shop_id),
     m as (insert into messages (conversation_id, seq, shop_id, author, text) select id, 1, shop_id, 'shopper', '转人工，物流查不到了' from c)
     insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, team, summary, packet, due_at)
       select shop_id, id, 'asked_for_human', 'R' || (id % 4 + 1), id % 4 + 1, 'presale', '【物流】转人工，物流查不到了',
         '{"transcript": {"toSeq": 1}}', now() + (id % 600) * interval '1 second' from c`,
    [shopper.conversationId, CONVERSATIONS],
  );
  await owner.query('analyze');
  return { cookie: agent.cookie, long: shopper.conversationId };
}

interface Opened {
  page: Page;
  cdp: CDPSession;
  readyMs: number;
  close(): Promise<void>;
}

/** Ready: the first rows of the list are there, counted from the start of the navigation. */
async function open(browser: Browser, base: string, cookie: string, slowdown: number, path: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
  const [name, value] = cookie.split('=', 2) as [string, string];
  await context.addCookies([{ name, value, url: base }]);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(base + path, { waitUntil: 'commit' });
  await page.locator('.queue-item').first().waitFor();
  const readyMs = await page.evaluate(() => performance.now());
  return { page, cdp, readyMs, close: () => context.close() };
}

async function readyMs(browser: Browser, base: string, cookie: string, slowdown: number): Promise<number> {
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const opened = await open(browser, base, cookie, slowdown, '/desk?tab=waiting');
    found.push(opened.readyMs);
    await opened.close();
  }
  return middle(found);
}

/** Scrolls through the list by frames and takes the time of each. */
async function scrollFrames(page: Page): Promise<number[]> {
  return page.evaluate(async (frames) => {
    const box = document.querySelector('.queue-rows')!;
    const next = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const times: number[] = [];
    let before = await next();
    for (let i = 0; i < frames; i++) {
      box.scrollTop += 260;
      if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) box.scrollTop = 0;
      const now = await next();
      times.push(now - before);
      before = now;
    }
    return times;
  }, FRAMES);
}

/** Main thread per typed character, from the browser's own count of task time. */
async function typingMs({ page, cdp }: Opened): Promise<number> {
  await cdp.send('Performance.enable');
  const taskMs = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const box = page.getByRole('textbox', { name: '回复顾客' });
  await box.click();
  await page.waitForTimeout(1_500);
  const idleFrom = await taskMs();
  await page.waitForTimeout(2_000);
  const idlePerMs = ((await taskMs()) - idleFrom) / 2_000;
  const [from, at] = [await taskMs(), performance.now()];
  await box.pressSequentially('一'.repeat(CHARACTERS), { delay: 30 });
  return ((await taskMs()) - from - idlePerMs * (performance.now() - at)) / CHARACTERS;
}

const executablePath = findChromium();
if (executablePath === null) throw new Error('no Chromium found; install one or set CHROMIUM_PATH');
const server = await startServer();
const { cookie, long } = await seed(server);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const rows: { what: string; value: number; unit: string; most: number }[] = [];
try {
  rows.push({ what: 'desk ready', value: await readyMs(browser, server.base, cookie, 1), unit: 'ms', most: 1_000 });
  const slowReady = await readyMs(browser, server.base, cookie, SLOWDOWN);
  rows.push({ what: `desk ready, CPU 1/${SLOWDOWN}`, value: slowReady, unit: 'ms', most: 2_000 });
  const list = await open(browser, server.base, cookie, SLOWDOWN, '/desk?tab=waiting');
  await list.page.waitForTimeout(2_000);
  await scrollFrames(list.page); // pages of the list are fetched once
  const frames = await scrollFrames(list.page);
  rows.push({
    what: `list of ${CONVERSATIONS}, frame p95, CPU 1/${SLOWDOWN}`,
    value: share(frames, 0.95),
    unit: 'ms',
    most: 50,
  });
  await list.close();
  const thread = await open(browser, server.base, cookie, 1, `/desk?tab=mine&c=${long}`);
  await thread.page
    .getByRole('log')
    .getByText(`第 ${MESSAGES - 1} 句`, { exact: false })
    .waitFor();
  const log = thread.page.getByRole('log');
  for (let i = 0; i < 40; i++) {
    await log.evaluate((box) => {
      box.scrollTop = 0;
    });
    await thread.page.waitForTimeout(60);
  }
  await log.evaluate((box) => {
    box.scrollTop = box.scrollHeight;
  });
  rows.push({
    what: `typing beside ${MESSAGES} messages, main thread per character`,
    value: await typingMs(thread),
    unit: 'ms',
    most: 15,
  });
  await thread.close();
} finally {
  await browser.close();
  await server.close();
}
console.log('| what | measured | wanted at most |\n|---|---|---|');
for (const { what, value, unit, most } of rows)
  console.log(`| ${what} | ${value.toFixed(1)} ${unit} | ${most} ${unit} |`);
for (const row of rows) console.log(JSON.stringify(row));
process.exit(0);
