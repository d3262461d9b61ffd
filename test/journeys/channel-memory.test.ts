// What a channel remembers of its platform, on the real database: kept per account and shop, and one at a time at a work.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChannelMemory } from '../../src/channels/memory.ts';
import { createSeal } from '../../src/db/seal.ts';
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

const seal = createSeal('a key of the house');
const memory = (by = seal) => createChannelMemory(server.database.pool, by, { id: accountId, shopId: server.shopId });

it('keeps the last value under its name', async () => {
  expect(await memory().read('cursor')).toBeNull();
  await memory().write('cursor', '9007199254740993');
  await memory().write('cursor', '9007199254740995');
  await memory().write('other', 'x');
  expect(await memory().read('cursor')).toBe('9007199254740995');
});

it('keeps a secret sealed, for its own place and its own key', async () => {
  await memory().writeSecret('token', 'open-sesame-123');
  expect(await memory().readSecret('token')).toBe('open-sesame-123');
  expect(await memory().readSecret('nothing')).toBeNull();
  const { rows } = await server.rows<{ value: string }>('select value from channel_memory where name = $1', ['token']);
  expect(rows[0]!.value).toMatch(/^v1\./);
  expect(rows[0]!.value).not.toContain('sesame');
  // carried to another name, read with another key, or kept in the clear by an older version: it is not there
  await memory().write('elsewhere', rows[0]!.value);
  expect(await memory().readSecret('elsewhere')).toBeNull();
  expect(await memory(createSeal('another key')).readSecret('token')).toBeNull();
  await memory().write('token', 'open-sesame-123');
  expect(await memory().readSecret('token')).toBeNull();
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
  const stranger = createChannelMemory(server.database.pool, seal, { id: accountId, shopId: '999999' });
  expect(await stranger.read('cursor')).toBeNull();
});
