// What a channel remembers of its platform, on the real database: kept per account and shop, and one at a time at a work.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChannelMemory } from '../../src/channels/memory.ts';
import { shopQuery } from '../../src/db/transaction.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let accountId: string;
beforeAll(async () => {
  server = await startServer();
  const { rows } = await shopQuery<{ id: string }>(
    server.database.pool,
    server.shopId,
    "select id::text from channel_accounts where kind = 'web'",
  );
  accountId = rows[0]!.id;
}, 300_000);
afterAll(() => server?.close());

const memory = () => createChannelMemory(server.database.pool, { id: accountId, shopId: server.shopId });

it('keeps the last value under its name', async () => {
  expect(await memory().read('cursor')).toBeNull();
  await memory().write('cursor', '9007199254740993');
  await memory().write('cursor', '9007199254740995');
  await memory().write('other', 'x');
  expect(await memory().read('cursor')).toBe('9007199254740995');
});

it('lets one at a time at a work, gives way at once, and goes on after a failure', async () => {
  let free = () => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  let began = () => {};
  const begun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const first = memory().alone('pull', async () => {
    began();
    await held;
    return 'done';
  });
  await begun;
  expect(await memory().alone('pull', async () => 'never')).toBeNull();
  expect(await memory().alone('another', async () => 'beside it')).toBe('beside it');
  free();
  expect(await first).toBe('done');
  await expect(memory().alone('pull', () => Promise.reject(new Error('no platform')))).rejects.toThrow('no platform');
  expect(await memory().alone('pull', async () => 'again')).toBe('again');
});

it('is nobody else’s', async () => {
  await memory().write('cursor', '1');
  const stranger = createChannelMemory(server.database.pool, { id: accountId, shopId: '999999' });
  expect(await stranger.read('cursor')).toBeNull();
});
