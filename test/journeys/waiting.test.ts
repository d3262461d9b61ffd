// The shopper's side of the baton: an honest place, messages when nobody is there, the way back to the bot. The hour is the test's.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ShopMessage } from '../../src/contract/shop.ts';
import { inShop } from '../../src/db/transaction.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { genuinePost, messageXml } from '../channels/wechat-client.ts';
import { type Bridge, bridgeSettings, openBridge, postAs } from './bridge.ts';
import { enterShop, signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

type Agent = Awaited<ReturnType<typeof signIn>>;
type Shopper = Awaited<ReturnType<typeof enterShop>>;
interface Row {
  id: string;
  conversationId: string;
  state: string;
  reason: string;
  risk: string;
  summary: string;
  team: string;
}

const at = (local: string) => new Date(`${local}:00+08:00`);
const DAY = at('2026-11-27T14:00'); // a Friday
const NIGHT = at('2026-11-27T23:30');
const PARTY = { token: 'journeytoken1', aesKey: '', appId: 'wx1234567890abcdef', mode: 'plain' } as const;
const SEND = '/cgi-bin/message/custom/send';

let clock = DAY;
let server: RunningServer;
let bridge: Bridge;
let platform: FakePlatform;
let admin: Agent;
let anna: Agent;
let bruno: Agent;
beforeAll(async () => {
  bridge = await openBridge();
  platform = await openFakePlatform();
  platform.script('/cgi-bin/stable_token', { status: 200, body: { access_token: 'token-1', expires_in: 7200 } });
  server = await startServer({
    env: {
      ...bridgeSettings(bridge),
      SERVICE_HOURS: '09:00-23:00',
      WECHAT_OA_TOKEN: PARTY.token,
      WECHAT_OA_APPID: PARTY.appId,
      WECHAT_OA_MODE: PARTY.mode,
      WECHAT_OA_REPLY: 'async',
      WECHAT_OA_API_BASE: platform.url,
      WECHAT_OA_APP_SECRET: 'app-secret',
    },
    app: { now: () => clock },
  });
  await server.addStaff('boss', 'admin');
  admin = await signIn(server.base, 'boss');
  for (const login of ['anna', 'bruno']) await server.addStaff(login);
  anna = await signIn(server.base, 'anna');
  bruno = await signIn(server.base, 'bruno');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await bridge?.close();
  await platform?.close();
});

const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));
const presence = async (state: 'online' | 'offline') => {
  for (const agent of [anna, bruno]) await agent.put('/api/me/presence', { state });
};
const day = async () => {
  clock = DAY;
  await presence('online');
};
const night = async () => {
  clock = NIGHT;
  await presence('offline');
};
/** A sign of life from the desk makes the queue be looked at, as it is every few seconds by itself. */
const look = async () => {
  await anna.put('/api/me/presence', { state: 'online' });
  await pause(800);
};
const sql = (text: string, values: unknown[] = []) =>
  inShop(server.database.pool, server.shopId, (tx) => tx.query(text, values));

async function find(conversationId: string, state: string, ms = 8_000): Promise<Row> {
  for (const until = Date.now() + ms; ; await pause(50)) {
    const { body } = await anna.get<{ items: Row[] }>(`/api/handoffs?state=${state}&limit=100`);
    const row = body.items.find((h) => h.conversationId === conversationId);
    if (row) return row;
    if (Date.now() > until) throw new Error(`conversation ${conversationId} has no handoff in ${state}`);
  }
}

async function ask(text = '转人工', as: { name?: string } = {}): Promise<{ shopper: Shopper; told: ShopMessage }> {
  const shopper = await enterShop(server.base, as);
  await shopper.say(text);
  const [told] = await shopper.hear();
  return { shopper, told: told! };
}

async function finish(agent: Agent, conversationId: string): Promise<void> {
  const { id } = await find(conversationId, 'waiting');
  expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
  expect((await agent.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
}

/** Leaves nobody in line for the next story. */
const clear = async () => {
  for (;;) {
    const { body } = await anna.get<{ items: Row[] }>('/api/handoffs?state=waiting&limit=100');
    if (body.items.length === 0) return;
    for (const { conversationId } of body.items) await finish(anna, conversationId);
  }
};

describe('at night, while nobody is there', () => {
  beforeEach(night);

  it('a wish for a person becomes a message: kept, acknowledged once, found by the agents', {
    timeout: 30_000,
  }, async () => {
    const { shopper, told } = await ask();
    expect(told.text).toContain('明早 9:00');
    expect(told.text).toContain('留言');
    expect(told.text).not.toContain('转接');
    expect(told.choices!.map((c) => c.value)).toEqual(['bot', 'callback']);
    await shopper.say('毛毯少了一条');
    expect((await shopper.hear())[0]!.text).toContain('记下');
    await shopper.say('订单是上周五下的');
    await pause(1_200);
    expect((await shopper.all()).at(-1)).toMatchObject({ from: 'shopper', text: '订单是上周五下的' });
    expect(await shopper.state()).toMatchObject({
      state: 'waiting',
      message: { backAt: '2026-11-28T01:00:00.000Z' },
      mayLeave: true,
    });
    const row = await find(shopper.conversationId, 'deferred');
    expect(row).toMatchObject({ reason: 'off_hours', risk: 'R2' });
    expect(row.summary).toContain('留言：毛毯少了一条；订单是上周五下的');
    const { body } = await anna.get<{ packet: Record<string, unknown> }>(`/api/handoffs/${row.id}`);
    expect(body.packet).toMatchObject({
      reason: 'off_hours',
      detail: 'asked_for_human',
      message: ['毛毯少了一条', '订单是上周五下的'],
    });
  });

  it('on opening it waits again, and the shopper hears who takes it', { timeout: 40_000 }, async () => {
    const { shopper } = await ask();
    await shopper.say('羽绒服拉链坏了');
    await shopper.hear();
    await pause(6_000); // one round of the reconciler
    await find(shopper.conversationId, 'deferred');
    clock = at('2026-11-28T09:00');
    const row = await find(shopper.conversationId, 'waiting', 10_000);
    expect(row.summary).toContain('羽绒服拉链坏了');
    await pause(600);
    expect((await shopper.all()).at(-1)!.text).toContain('记下');
    expect((await anna.post(`/api/handoffs/${row.id}/claim`)).status).toBe(200);
    expect((await shopper.hear(['system']))[0]!.text).toContain('anna 已经接手您的留言');
    expect((await anna.reply(shopper.conversationId, '您好，拉链可以免费换')).status).toBe(201);
    expect((await shopper.hear(['agent']))[0]!.text).toContain('拉链');
    await anna.post(`/api/handoffs/${row.id}/resolve`, { disposition: 'resolved' });
    await presence('online');
    clock = DAY;
    await pause(5_500);
    await clear(); // what the other stories left
  });

  it('an agent may take it at any time', { timeout: 30_000 }, async () => {
    const { shopper } = await ask();
    const { id } = await find(shopper.conversationId, 'deferred');
    expect((await bruno.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    expect((await shopper.hear(['system']))[0]!.text).toContain('bruno');
    expect((await shopper.state()).state).toBe('with-agent');
    expect((await bruno.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' })).status).toBe(200);
  });

  it('a complaint or a danger waits for a person all the same', { timeout: 30_000 }, async () => {
    for (const text of ['我要投诉，你们卖假货', '孩子穿了你家睡衣全身过敏送医院了']) {
      const { shopper, told } = await ask(text);
      expect((await find(shopper.conversationId, 'waiting')).risk).toMatch(/^R[01]$/);
      expect(told.text).toContain('明早 9:00');
      expect(told.choices).toBeUndefined();
      expect((await shopper.state()).mayLeave).toBe(false);
    }
  });

  it('a message that turns grave is a case at once', { timeout: 30_000 }, async () => {
    const { shopper } = await ask();
    const before = await find(shopper.conversationId, 'deferred');
    await shopper.say('孩子穿了你家睡衣全身过敏送医院了');
    const row = await find(shopper.conversationId, 'waiting');
    expect(row.risk).toBe('R0');
    expect(row.id).not.toBe(before.id);
    expect((await shopper.hear())[0]!.text).toContain('人身安全');
  });

  it('whoever wants the bot meanwhile has it, and is kept again by one word', { timeout: 30_000 }, async () => {
    const { shopper, told } = await ask();
    await shopper.tap(told.choices![0]!);
    expect((await shopper.hear())[0]!.text).toContain('人工');
    expect((await shopper.state()).state).toBe('with-bot');
    await shopper.say('七天无理由怎么退');
    expect((await shopper.hear())[0]!.source!.title).toBe('七天无理由怎么退');
    await shopper.say('人工');
    await find(shopper.conversationId, 'deferred');
  });

  it('a team with hours of its own is back by them', { timeout: 30_000 }, async () => {
    const shift = [['09:00', '18:00']];
    const days = Object.fromEntries(['1', '2', '3', '4', '5'].map((d) => [d, shift]));
    const team = { label: '售后', mode: 'pull', offerSeconds: 30, overflow: null };
    const put = (hours: unknown) => admin.put('/api/teams/aftersale', { ...team, hours });
    expect((await put({ days, closed: [], special: {} })).status).toBe(200);
    expect((await ask()).told.text).toContain('周一 9:00');
    expect((await put(null)).status).toBe(200);
  });

  it('who is online answers, whatever the clock says', { timeout: 30_000 }, async () => {
    await anna.put('/api/me/presence', { state: 'online' });
    const { shopper, told } = await ask();
    expect((await find(shopper.conversationId, 'waiting')).reason).toBe('asked_for_human');
    expect(told.text).toContain('转接');
  });
});

describe('at closing time', () => {
  it('who still waits is told when people are back and need not wait on', { timeout: 40_000 }, async () => {
    await day();
    await pause(5_500);
    await clear();
    const { shopper } = await ask();
    await find(shopper.conversationId, 'waiting');
    await night();
    await find(shopper.conversationId, 'deferred');
    expect((await shopper.hear())[0]!.text).toMatch(/没能轮到您.*明早 9:00/s);
    await shopper.say('那我写下来：裙子想换 M 码');
    expect((await shopper.hear())[0]!.text).toContain('记下');
    expect((await find(shopper.conversationId, 'deferred')).summary).toContain('裙子想换 M 码');
  });
});

describe('during the day', () => {
  beforeAll(async () => {
    await day();
    await pause(5_500); // what was left at night waits again
  });
  beforeEach(async () => {
    await day();
    await clear();
  });

  it('whoever does not want to wait goes on with the bot, and one word brings a person back', {
    timeout: 40_000,
  }, async () => {
    const { shopper, told } = await ask();
    expect(told.choices!.map((c) => c.value)).toEqual(['bot', 'message', 'callback']);
    await find(shopper.conversationId, 'waiting');
    await shopper.say('不等了');
    expect((await shopper.hear())[0]!.text).toContain('取消排队');
    expect((await shopper.state()).state).toBe('with-bot');
    const gone = await anna.get<{ items: (Row & { disposition?: string })[] }>('/api/handoffs?state=waiting&limit=100');
    expect(gone.body.items.some((h) => h.conversationId === shopper.conversationId)).toBe(false);
    await shopper.say('七天无理由怎么退');
    expect((await shopper.hear())[0]!.source!.title).toBe('七天无理由怎么退');
    await shopper.say('人工');
    await find(shopper.conversationId, 'waiting');
    await shopper.hear();
    await shopper.tap({ value: 'bot', label: '先问智能客服' });
    await shopper.hear();
    expect((await shopper.state()).state).toBe('with-bot');
  });

  it('a message that turns grave while it waits is a case of its own, ahead of the others', {
    timeout: 40_000,
  }, async () => {
    const first = await ask();
    const { shopper } = await ask();
    const before = await find(shopper.conversationId, 'waiting');
    await shopper.say('孩子穿了你家睡衣全身过敏送医院了');
    expect((await shopper.hear())[0]!.text).toContain('人身安全');
    const { body } = await anna.get<{ items: Row[] }>('/api/handoffs?state=waiting&limit=100');
    const line = body.items.filter((h) => [shopper, first.shopper].some((s) => s.conversationId === h.conversationId));
    expect(line.map(({ conversationId, risk }) => [conversationId, risk])).toEqual([
      [shopper.conversationId, 'R0'],
      [first.shopper.conversationId, before.risk],
    ]);
    // said once more, it is the same case
    await shopper.say('医院说很严重');
    await pause(1_500);
    expect((await find(shopper.conversationId, 'waiting')).id).toBe(line[0]!.id);
  });

  it('a case that a person has to see keeps its place', { timeout: 30_000 }, async () => {
    const { shopper } = await ask('我要投诉，你们卖假货');
    await shopper.say('不等了');
    expect((await shopper.hear())[0]!.text).toContain('需要人工');
    await find(shopper.conversationId, 'waiting');
  });

  it('somebody who took it in the same moment keeps it', { timeout: 60_000 }, async () => {
    let left = 0;
    for (let n = 0; n < 8; n++) {
      const { shopper } = await ask();
      const { id } = await find(shopper.conversationId, 'waiting');
      await shopper.say('不等了');
      await pause(250 + n * 40);
      const claimed = await anna.post(`/api/handoffs/${id}/claim`);
      await pause(700);
      const { state } = await shopper.state();
      const words = (await shopper.all()).filter((m) => m.text.includes('取消排队')).length;
      expect([state, words]).toEqual(claimed.status === 200 ? ['with-agent', 0] : ['with-bot', 1]);
      if (claimed.status === 200) await anna.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' });
      else left += 1;
    }
    console.info(`${left} of 8 left before they were taken`);
  });

  it('a message may be left at any time: the place stays, the person who takes it is named', {
    timeout: 40_000,
  }, async () => {
    const { shopper } = await ask();
    await shopper.tap({ value: 'message', label: '留言，先离开' });
    expect((await shopper.hear())[0]!.text).toContain('位置还为您留着');
    await shopper.say('想问大衣还有没有 L 码');
    await pause(1_200);
    const row = await find(shopper.conversationId, 'waiting');
    expect(row.summary).toContain('大衣还有没有 L 码');
    expect((await anna.post(`/api/handoffs/${row.id}/claim`)).status).toBe(200);
    expect((await shopper.hear(['system']))[0]!.text).toContain('anna');
    await anna.post(`/api/handoffs/${row.id}/resolve`, { disposition: 'resolved' });
  });

  it('the bot offers it where it answers how to leave one', { timeout: 30_000 }, async () => {
    const shopper = await enterShop(server.base);
    await shopper.say('我想先留言');
    const [answer] = await shopper.hear();
    const choice = answer!.choices!.find((c) => c.value === 'message')!;
    await shopper.tap(choice);
    expect((await shopper.hear())[0]!.text).toContain('写在这里');
    await shopper.say('毛衣起球了');
    expect((await shopper.hear())[0]!.text).toContain('记下');
    expect((await find(shopper.conversationId, 'waiting')).summary).toContain('毛衣起球了');
  });

  it('the waiting time is a range, once enough waits were measured', { timeout: 60_000 }, async () => {
    await sql(`update handoffs set accepted_at = null where state = 'resolved'`);
    const first = await ask();
    expect((await first.shopper.state()).queue).toEqual({ position: 1, etaSeconds: null, range: null, text: null });
    await finish(anna, first.shopper.conversationId);
    for (let n = 0; n < 5; n++) await finish(anna, (await ask()).shopper.conversationId);
    const { shopper, told } = await ask();
    const { queue } = await shopper.state();
    expect(queue!.range!.fromSeconds).toBeLessThan(queue!.range!.toSeconds);
    expect(queue!.etaSeconds).toBeGreaterThanOrEqual(queue!.range!.fromSeconds);
    expect(told.text).toContain(queue!.text!);
    const { id } = await find(shopper.conversationId, 'waiting');
    const { body } = await anna.get<{ packet: Record<string, unknown> }>(`/api/handoffs/${id}`);
    expect(body.packet.waiting).toMatchObject({ position: 1, range: queue!.range, foreseen: { releases: 0 } });
  });

  it('the place is counted in the team, and among what the same people take first', { timeout: 40_000 }, async () => {
    const carry = (agent: Agent, teams: string[]) =>
      admin.put(`/api/staff/${agent.id}/skills`, {
        teams,
        skills: [],
        languages: ['zh'],
        capacity: 6,
        channelCapacity: {},
      });
    await carry(anna, ['presale']);
    await carry(bruno, ['aftersale']);
    // who has ordered nothing goes to 售前
    const order = await ask('转人工', { name: '小美' });
    const parcel = await enterShop(server.base, { name: '阿伟' });
    await parcel.say('我的快递到哪了');
    await parcel.hear();
    await parcel.say('还是一点动静都没有，也太慢了吧');
    expect((await find(parcel.conversationId, 'waiting')).team).toBe('aftersale');
    expect((await order.shopper.state()).queue!.position).toBe(1);
    expect((await parcel.state()).queue!.position).toBe(1);
    await carry(bruno, ['aftersale', 'presale']);
    expect((await parcel.state()).queue!.position).toBe(2);
    expect((await order.shopper.state()).queue!.position).toBe(1);
    const second = await ask('转人工', { name: '小美' });
    expect((await second.shopper.state()).queue!.position).toBe(2);
    for (const agent of [anna, bruno]) await carry(agent, []);
  });

  it('news of the place, and a word when there is none for long; silence once a person has it', {
    timeout: 60_000,
  }, async () => {
    const { body } = await postAs(server.base, 'w-1', '转人工');
    const { id } = await find(body.conversation_id, 'waiting');
    await bridge.until(() => bridge.of('w-1').length === 1);
    const told = (seconds: number, position: number) =>
      sql(`update handoffs set told_at = now() - $2 * interval '1 second', told_position = $3 where id = $1`, [
        id,
        seconds,
        position,
      ]);
    await told(61, 1); // unchanged: not worth a message yet
    await look();
    expect(bridge.of('w-1')).toHaveLength(1);
    await told(61, 4);
    await look();
    expect(await bridge.until(() => bridge.of('w-1').length === 2)).toBe(true);
    expect(bridge.of('w-1')[1]!.event.data.text).toContain('您是下一位');
    await told(30, 4); // told less than a minute ago, however slow all this is
    await look();
    expect(bridge.of('w-1')).toHaveLength(2);
    await told(181, 1);
    await look();
    expect(await bridge.until(() => bridge.of('w-1').length === 3)).toBe(true);
    expect(bridge.of('w-1')[2]!.event.data.text).toContain('久等');
    expect((await anna.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    await told(181, 4);
    await look();
    expect(bridge.of('w-1')).toHaveLength(3);
    await anna.post(`/api/handoffs/${id}/resolve`, { disposition: 'resolved' });
  });

  it('WeChat: five messages after the shopper’s own, and the last is the person’s', { timeout: 120_000 }, async () => {
    const sent = () => platform.at(SEND).filter((r) => r.body.touser === 'oQuota1').length;
    const { query, body } = genuinePost(
      PARTY,
      messageXml({ from: 'oQuota1', text: '转人工' }),
      Math.floor(clock.getTime() / 1000),
    );
    const url = `${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`;
    expect((await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })).status).toBe(200);
    const id = await (async () => {
      for (;;) {
        const { body: list } = await anna.get<{ items: (Row & { channel: string })[] }>(
          '/api/handoffs?state=waiting&limit=100',
        );
        const row = list.items.find((h) => h.channel === 'wechat-oa');
        if (row) return row;
        await pause(50);
      }
    })();
    for (let n = 0; n < 6; n++) {
      await sql(`update handoffs set told_at = now() - interval '200 seconds', told_position = 9 where id = $1`, [
        id.id,
      ]);
      await look();
      await pause(2_500); // the line is gone over every three seconds at most
    }
    await expect.poll(sent, { timeout: 10_000 }).toBe(4);
    await pause(1_000);
    expect(sent()).toBe(4);
    expect((await anna.post(`/api/handoffs/${id.id}/claim`)).status).toBe(200);
    expect((await anna.reply(id.conversationId, '您好，我是人工客服')).status).toBe(201);
    for (const until = Date.now() + 5_000; sent() < 5 && Date.now() < until; ) await pause(50);
    expect(sent()).toBe(5);
  });
});
