// A platform that nobody has heard of joins the product: a folder of its own, one line in the table, and nothing else changes.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNELS } from '../../src/channels/table.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { lantern } from '../channels/tenth/channel.ts';
import { beam, SECRET, wordsOf } from '../channels/tenth/harness.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

/** The line. */
const TABLE = [...CHANNELS, lantern];

let platform: FakePlatform;
let server: RunningServer;
beforeAll(async () => {
  platform = await openFakePlatform();
  server = await startServer({
    env: { LANTERN_SECRET: SECRET, LANTERN_HARBOUR: platform.url },
    app: { channels: TABLE },
  });
  await server.addStaff('boss', 'admin');
  await server.addStaff('keeper');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await platform?.close();
});

async function say(shopperId: string, text: string, id = `${shopperId}-${text}`, account = 'default') {
  const { headers, body } = beam(wordsOf({ id, shopperId, text }));
  const response = await fetch(`${server.base}/channels/lantern/${account}/beam`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: new Uint8Array(body),
  });
  return response.status;
}
const heardBy = (shopper: string): string[] =>
  platform
    .at('/beams')
    .filter(({ body }) => body.to === shopper)
    .map(({ body }) => String(body.words));
async function untilHeard(shopper: string, count: number): Promise<string[]> {
  await expect.poll(() => heardBy(shopper).length, { timeout: 15_000, interval: 20 }).toBeGreaterThanOrEqual(count);
  return heardBy(shopper);
}

it('a question is answered, once, however often the platform brings it', { timeout: 40_000 }, async () => {
  const tries = await Promise.all([1, 2, 3].map(() => say('ship-1', '七天无理由怎么退')));
  expect(tries).toEqual([200, 200, 200]);
  expect((await untilHeard('ship-1', 1))[0]).toMatch(/退/);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(heardBy('ship-1')).toHaveLength(1);
});

it('a complaint goes to a person, who sees where it came from; the reply arrives', { timeout: 40_000 }, async () => {
  const keeper = await signIn(server.base, 'keeper');
  expect(await say('ship-2', '我要投诉你们，给我找人工')).toBe(200);
  await untilHeard('ship-2', 1);
  const { body: list } = await keeper.get<{ items: { id: string; conversationId: string; channel: string }[] }>(
    '/api/handoffs?state=waiting',
  );
  const row = list.items.find(({ channel }) => channel === 'lantern')!;
  expect((await keeper.post(`/api/handoffs/${row.id}/claim`)).status).toBe(200);
  expect((await keeper.reply(row.conversationId, '您好，我是守塔人小美')).status).toBe(201);
  await expect.poll(() => heardBy('ship-2').at(-1), { timeout: 10_000 }).toContain('守塔人小美');
  const { body: session } = await keeper.get<{ channels: Record<string, unknown> }>('/api/session');
  expect(session.channels.lantern).toEqual({ zh: '灯塔', en: 'Lantern' });
});

it('an admin finds its form, adds an account of it, and it is heard at once', { timeout: 40_000 }, async () => {
  const boss = await signIn(server.base, 'boss');
  const { body } = await boss.get<{ kinds: { kind: string; fields: unknown[] }[] }>('/api/accounts');
  expect(body.kinds.find(({ kind }) => kind === 'lantern')).toEqual({
    kind: 'lantern',
    label: { zh: '灯塔', en: 'Lantern' },
    rotation: null,
    fields: [
      {
        name: 'secret',
        label: { zh: '灯语密钥', en: 'Secret' },
        hint: null,
        isSecret: true,
        options: null,
        fallback: '',
      },
      {
        name: 'harbour',
        label: { zh: '港口地址', en: 'Harbour' },
        hint: null,
        isSecret: false,
        options: null,
        fallback: '',
      },
      {
        name: 'colour',
        label: { zh: '灯光颜色', en: 'Colour' },
        hint: null,
        isSecret: false,
        options: ['white', 'red'],
        fallback: 'white',
      },
    ],
  });
  const account = { kind: 'lantern', name: 'north', settings: { colour: 'red' }, secrets: { secret: SECRET } };
  expect((await boss.post('/api/accounts', account)).body).toMatchObject({ status: 400, field: 'harbour' });
  expect(await say('ship-3', '在吗', 'b-3', 'north')).toBe(404);
  const settings = { ...account.settings, harbour: 'https://example.com' };
  const made = await boss.post<{ account: { webhookUrl: string } }>('/api/accounts', { ...account, settings });
  expect(made.body.account.webhookUrl).toMatch(/\/channels\/lantern\/north\/beam$/);
  expect(await say('ship-3', '在吗', 'b-3', 'north')).toBe(200);
});

it('nothing else of the product knows of it: one folder, and this journey with the line', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const files = execFileSync(
    'git',
    ['grep', '-lIi', '--untracked', '-e', 'lantern', '-e', '灯塔', '--', 'src', 'scripts', 'test', 'docs', '*.md'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const elsewhere = files
    .trim()
    .split('\n')
    .filter((file) => !file.startsWith('test/channels/tenth/'));
  expect(elsewhere).toEqual(['test/journeys/tenth-channel.test.ts']);
});
