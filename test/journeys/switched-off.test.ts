// A channel account that is switched off while something of it is under way: all of it waits without a word in the log, and goes on when it is on again.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bridge, openBridge, postAs } from './bridge.ts';
import { conversationOf } from './conversation-of.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let bridge: Bridge;
let admin: Awaited<ReturnType<typeof signIn>>;
let account: { id: string; name: string; secret: string };
let accounts = 0;
const logged: unknown[] = [];

beforeAll(async () => {
  bridge = await openBridge();
  server = await startServer({ env: { ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  vi.spyOn(server.app.server.log, 'error').mockImplementation((what: unknown) => void logged.push(what));
  await server.addStaff('boss', 'admin');
  admin = await signIn(server.base, 'boss');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await bridge?.close();
});
beforeEach(async () => {
  logged.length = 0;
  bridge.answer = () => ({ status: 204 });
  const name = `off-${++accounts}`;
  const made = await admin.post<{ account: { id: string }; secret: string }>('/api/accounts', {
    kind: 'webhook',
    name,
    settings: { deliverUrl: bridge.url },
    secrets: {},
  });
  account = { id: made.body.account.id, name, secret: made.body.secret };
});

const say = (shopper: string, text: string) =>
  postAs(server.base, shopper, text, { account: account.name, secret: account.secret });
const turnOff = async (isOff: boolean) =>
  (await admin.put(`/api/accounts/${account.id}`, { settings: { deliverUrl: bridge.url }, secrets: {}, isOff })).status;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** The reconciler looks every five seconds. */
const TWO_ROUNDS_MS = 11_000;
const patient = { timeout: 15_000 };

describe('an account that is switched off', () => {
  it('keeps the turn that waits, untried, and its shopper gets the plain answer when it is on again', {
    timeout: 60_000,
  }, async () => {
    expect((await say('u-waits', '七天无理由怎么退')).status).toBe(202);
    expect(await turnOff(true)).toBe(200);
    await pause(TWO_ROUNDS_MS);
    const id = await conversationOf(server, 'u-waits');
    const turns = async () =>
      (await server.rows('select state, attempt from turns where conversation_id = $1', [id])).rows;
    expect(await turns()).toEqual([{ state: 'open', attempt: 0 }]);
    expect((await admin.get(`/api/conversations/${id}`)).body).toMatchObject({ state: 'with-bot' });
    expect(await turnOff(false)).toBe(200);
    await bridge.until(() => bridge.of('u-waits').length > 0, patient.timeout);
    expect(bridge.of('u-waits').map(({ event }) => event.data)).toMatchObject([
      { from: 'bot', source: { title: '七天无理由怎么退' } },
    ]);
    expect((await admin.get(`/api/conversations/${id}`)).body).toMatchObject({ state: 'with-bot', handoff: null });
    expect(logged).toEqual([]);
  });

  it('keeps the reply that waits for another try, and sends it when it is on again', { timeout: 60_000 }, async () => {
    bridge.answer = () => ({ status: 500 });
    await say('u-retry', '七天无理由怎么退');
    expect(await bridge.until(() => bridge.of('u-retry').length > 0)).toBe(true);
    expect(await turnOff(true)).toBe(200);
    await pause(TWO_ROUNDS_MS);
    bridge.answer = () => ({ status: 204 });
    const tried = bridge.of('u-retry').length;
    const id = await conversationOf(server, 'u-retry');
    const states = async () =>
      (await server.rows('select state from outbox where conversation_id = $1', [id])).rows.map(({ state }) => state);
    expect(await states()).toEqual(['new']);
    expect(await turnOff(false)).toBe(200);
    await expect.poll(states, patient).toEqual(['sent']);
    expect(bridge.of('u-retry')).toHaveLength(tried + 1);
    expect((await admin.get(`/api/conversations/${id}`)).body).toMatchObject({ handoff: null });
    expect(logged).toEqual([]);
  });

  it('tells the agent so, who may still leave a note', {
    timeout: 60_000,
  }, async () => {
    await say('u-person', '转人工');
    const id = await conversationOf(server, 'u-person');
    const row = await admin.waiting(id);
    expect(await turnOff(true)).toBe(200);
    expect((await admin.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect(await admin.reply(id, '您好')).toMatchObject({ status: 409, body: { code: 'account_off' } });
    expect((await admin.reply(id, '等渠道恢复后再联系', 'note')).status).toBe(201);
    expect((await admin.post('/api/policy/check', { text: '您好', conversationId: id })).status).toBe(200);
    await pause(TWO_ROUNDS_MS);
    expect(logged).toEqual([]);
  });
});
