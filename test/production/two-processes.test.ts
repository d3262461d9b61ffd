// Two processes on one database: what an agent does at one is seen by a colleague at the other.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../../src/shop.ts';
import { saveStaff } from '../../src/staff/accounts.ts';
import { listen } from '../journeys/listen.ts';
import { enterShop, signIn } from '../journeys/people.ts';
import { freshDatabaseUrl, PASSWORD } from '../journeys/server.ts';

const apps: App[] = [];
let own: Awaited<ReturnType<typeof freshDatabaseUrl>>;
let here: string;
let there: string;

async function startOne(): Promise<string> {
  const env = { PORT: '0', LOG_LEVEL: 'fatal', DATABASE_URL: own.url, REDIS_URL: process.env.TEST_REDIS_URL ?? '' };
  const config = { ...loadConfig([], env, '/nonexistent/.env'), DATA_DIR: '' };
  const database = await openDatabase({ url: own.url });
  await migrate(database);
  const app = await createApp({ config, database, content: await loadShopContent(config), onProgress: () => {} });
  apps.push(app);
  await app.listen();
  const shop = await ensureDefaultShop(database, config);
  for (const login of ['anna', 'bruno'])
    await saveStaff(database.pool, shop.id, { login, name: login, role: 'agent', teams: [], password: PASSWORD });
  return `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  own = await freshDatabaseUrl(process.env.TEST_DATABASE_URL!);
  here = await startOne();
  there = await startOne();
}, 300_000);
afterAll(async () => {
  for (const app of apps) await app.close();
  await own?.drop();
}, 60_000);

describe('an agent at each of two processes', () => {
  it('see each other looking and typing, and the drafts that the other process made', { timeout: 60_000 }, async () => {
    const anna = await signIn(here, 'anna');
    const bruno = await signIn(there, 'bruno');
    const shopper = await enterShop(here);
    await shopper.say('转人工');
    const row = await anna.waiting(shopper.conversationId);
    expect((await anna.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    const stream = await listen(there, bruno.cookie, `conversation:${shopper.conversationId}`);
    const path = `/api/conversations/${shopper.conversationId}/presence`;
    expect((await anna.post(path, { viewing: true, typing: true })).status).toBe(204);
    await expect
      .poll(() => stream.of('presence').at(-1)?.viewers, { timeout: 6_000 })
      .toEqual([{ id: anna.id, name: 'anna', typing: true }]);
    const { seq } = await shopper.say('七天无理由怎么退');
    await expect.poll(() => stream.of('suggestions').at(-1)?.forSeq, { timeout: 15_000 }).toBe(seq);
    await stream.close();
  });
});
