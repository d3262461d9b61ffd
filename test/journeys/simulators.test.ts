// The platforms of `npm run simulate`, talked through as a shopper: what they repeat, refuse and let expire loses nothing and says nothing twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startProduct } from '../../scripts/faults/product.ts';
import { freePort } from '../../scripts/servers/private-folder.ts';
import type { Room } from '../../scripts/simulate/room.ts';
import { openTaobaoSimulator, type TaobaoSimulator } from '../../scripts/simulate/taobao.ts';
import { openWechatSimulator, type WechatSimulator } from '../../scripts/simulate/wechat.ts';
import { signIn } from './people.ts';
import { freshDatabaseUrl, type RunningServer, startServer } from './server.ts';
import { openSlowRoad, type SlowRoad } from './slow-road.ts';

const WECHAT = {
  token: 'simulatedtoken',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appId: 'wx5823bf96d3bd56c7',
  appSecret: 'simulated-app-secret',
  mode: 'secure' as const,
};
const wechatEnv = (base: string) => ({
  WECHAT_OA_TOKEN: WECHAT.token,
  WECHAT_OA_AES_KEY: WECHAT.aesKey,
  WECHAT_OA_APPID: WECHAT.appId,
  WECHAT_OA_APP_SECRET: WECHAT.appSecret,
  WECHAT_OA_API_BASE: base,
});
const TAOBAO = {
  appKey: '12345678',
  appSecret: 'simulated-top-secret',
  session: 'simulated-session',
  tmcGroup: 'jiebang',
  deliverSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};
const taobaoEnv = (base: string) => ({
  TAOBAO_APP_KEY: TAOBAO.appKey,
  TAOBAO_APP_SECRET: TAOBAO.appSecret,
  TAOBAO_SESSION: TAOBAO.session,
  TAOBAO_TMC_GROUP: TAOBAO.tmcGroup,
  TAOBAO_API_BASE: `${base}/router/rest`,
  TAOBAO_DELIVER_URL: `${base}/deliver`,
  TAOBAO_DELIVER_SECRET: TAOBAO.deliverSecret,
});
/** The platform's three tries, in a shorter time than its five seconds. */
const QUICK = { tries: 3, everyMs: 700 };
const RETURNS = '七天无理由怎么退';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const heard = (room: Room, shopper: string): string[] =>
  room
    .log(shopper)
    .filter(({ who }) => who === 'shop')
    .map(({ text }) => text);
const saidByPlatform = (room: Room, shopper: string): string[] =>
  room
    .log(shopper)
    .filter(({ who }) => who === 'platform')
    .map(({ text }) => text);
async function untilHeard(room: Room, shopper: string, words: RegExp): Promise<string> {
  const found = () => heard(room, shopper).find((text) => words.test(text));
  await expect.poll(found, { timeout: 20_000, interval: 25 }).toBeDefined();
  return found()!;
}

describe('one server, both platforms', () => {
  let road: SlowRoad;
  let wechat: WechatSimulator;
  let taobao: TaobaoSimulator;
  let server: RunningServer;
  beforeAll(async () => {
    road = await openSlowRoad(() => server.base);
    wechat = await openWechatSimulator({ ...WECHAT, target: road.url, patience: QUICK });
    taobao = await openTaobaoSimulator({ ...TAOBAO, target: road.url, patience: QUICK });
    server = await startServer({ env: { ...wechatEnv(wechat.room.url), ...taobaoEnv(taobao.room.url) } });
    await server.addStaff('agent-a');
  }, 180_000);
  afterAll(async () => {
    await server?.close();
    await Promise.all([wechat?.close(), taobao?.close(), road?.close()]);
  });

  /** A person takes the only case that waits on that channel. */
  async function claim(channel: string) {
    const agent = await signIn(server.base, 'agent-a');
    type Row = { id: string; conversationId: string; channel: string };
    const find = async () =>
      (await agent.get<{ items: Row[] }>('/api/handoffs?state=waiting')).body.items.find((r) => r.channel === channel);
    await expect.poll(find, { timeout: 10_000 }).toBeDefined();
    const { id, conversationId } = (await find())!;
    expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    return { agent, conversationId };
  }

  it('WeChat: the address is verified, a question is answered, taken at the first try', {
    timeout: 40_000,
  }, async () => {
    expect(await wechat.verify()).toBe(true);
    expect(await wechat.say('oWindy001', RETURNS)).toMatchObject({ taken: true, tries: 1 });
    await untilHeard(wechat.room, 'oWindy001', /退/);
    expect(saidByPlatform(wechat.room, 'oWindy001')).toEqual([]);
  });

  it('WeChat: answers that come too late or get lost bring the message again; it is answered once', {
    timeout: 40_000,
  }, async () => {
    road.hold('lost', 2_000);
    const push = await wechat.say('oWindy002', RETURNS);
    expect(push).toMatchObject({ taken: true, tries: 3 });
    await untilHeard(wechat.room, 'oWindy002', /退/);
    await pause(1_500);
    expect(heard(wechat.room, 'oWindy002')).toHaveLength(1);
    expect(saidByPlatform(wechat.room, 'oWindy002')).toEqual([]);
  });

  it('WeChat: a token that ended and an API that is busy delay the answer and nothing more', {
    timeout: 60_000,
  }, async () => {
    wechat.endTokens();
    wechat.beBusy(1);
    await wechat.say('oWindy003', RETURNS);
    await untilHeard(wechat.room, 'oWindy003', /退/);
    await pause(1_500);
    expect(wechat.sends.filter(({ shopper }) => shopper === 'oWindy003').map(({ errcode }) => errcode)).toEqual([
      -1, 0,
    ]);
  });

  it('WeChat: after 48 hours the agent is told that the window is closed', { timeout: 60_000 }, async () => {
    await wechat.say('oWindy004', '我要投诉你们，给我找人工');
    await untilHeard(wechat.room, 'oWindy004', /人工|转接|客服/);
    const { agent, conversationId } = await claim('wechat-oa');
    expect((await agent.reply(conversationId, '您好，我是人工客服小美')).status).toBe(201);
    await untilHeard(wechat.room, 'oWindy004', /小美/);
    wechat.skip(49 * 3_600_000);
    await agent.reply(conversationId, '您的退款已经处理好了');
    await expect
      .poll(() => wechat.sends.filter(({ shopper }) => shopper === 'oWindy004').at(-1)?.errcode, { timeout: 15_000 })
      .toBe(45015);
    const thread = async () => JSON.stringify((await agent.get(`/api/conversations/${conversationId}/messages`)).body);
    await expect.poll(thread, { timeout: 15_000 }).toMatch(/45015|窗口/);
    expect(heard(wechat.room, 'oWindy004').join()).not.toContain('已经处理好了');
  });

  it('Taobao: a buyer’s words as a signed call are answered once, though the bridge was busy', {
    timeout: 60_000,
  }, async () => {
    road.hold('lost');
    taobao.beBusy(1);
    expect(await taobao.say('AAE1buyer0001', RETURNS)).toMatchObject({ taken: true, tries: 2 });
    await untilHeard(taobao.room, 'AAE1buyer0001', /退/);
    await pause(1_500);
    expect(heard(taobao.room, 'AAE1buyer0001')).toHaveLength(1);
    expect(taobao.forged()).toBe(0);
  });

  it('Taobao: by the message service words are fetched, answered and confirmed', { timeout: 60_000 }, async () => {
    taobao.queue('AAE1buyer0002', RETURNS);
    await untilHeard(taobao.room, 'AAE1buyer0002', /退/);
    await expect.poll(() => taobao.waiting(), { timeout: 15_000 }).toBe(0);
    expect(taobao.calls).toContain('taobao.tmc.messages.confirm');
  });

  it('Taobao: a complaint reaches a person, whose reply reaches the buyer', { timeout: 60_000 }, async () => {
    await taobao.say('AAE1buyer0003', '我要投诉你们，给我找人工');
    const { agent, conversationId } = await claim('taobao');
    expect((await agent.reply(conversationId, '您好，我是人工客服小美')).status).toBe(201);
    await untilHeard(taobao.room, 'AAE1buyer0003', /小美/);
  });
});

it('killed between the acknowledgement and the answer, and while the platform goes on pushing: all are answered, each once', {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jiebang-simulated-'));
  const own = process.env.TEST_DATABASE_URL ? await freshDatabaseUrl(process.env.TEST_DATABASE_URL) : null;
  const port = await freePort();
  // longer than the real five seconds, so that a machine with much to do is up again within three tries
  const patience = { tries: 3, everyMs: 10_000 };
  const wechat = await openWechatSimulator({ ...WECHAT, target: `http://127.0.0.1:${port}`, patience });
  const start = () =>
    startProduct({
      port,
      role: 'all',
      dataDir: path.join(folder, 'data'),
      logFile: path.join(folder, 'log'),
      env: {
        SERVICE_HOURS: '00:00-24:00',
        ...wechatEnv(wechat.room.url),
        ...(own && { DATABASE_URL: own.url }),
        ...(own && process.env.TEST_REDIS_URL && { REDIS_URL: process.env.TEST_REDIS_URL }),
      },
    });
  let product = start();
  onTestFinished(async () => {
    await product.stop();
    await wechat.close();
    await own?.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  await product.ready();
  expect(await wechat.say('oKilled01', RETURNS)).toMatchObject({ taken: true, tries: 1 });
  await product.kill();
  expect(heard(wechat.room, 'oKilled01')).toEqual([]);
  const meanwhile = Promise.all(['oKilled02', 'oKilled03'].map((shopper) => wechat.say(shopper, RETURNS)));
  product = start();
  await product.ready();
  for (const push of await meanwhile) {
    expect(push.taken).toBe(true);
    expect(push.tries).toBeGreaterThan(1);
  }
  const shoppers = ['oKilled01', 'oKilled02', 'oKilled03'];
  for (const shopper of shoppers) await untilHeard(wechat.room, shopper, /退/);
  await pause(2_000);
  expect(shoppers.map((shopper) => heard(wechat.room, shopper).length)).toEqual([1, 1, 1]);
});
