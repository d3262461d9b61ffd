// Taobao style on the running product: signed calls and the message service in, replies through the shop's own program or, without one, by a person in 千牛.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shopQuery } from '../../src/db/transaction.ts';
import { type FakeTop, openFakeTop } from '../channels/fake-top.ts';
import { SPI_REFUSAL, spiBody, spiRequest, TOP_PARTY, type TopParty } from '../channels/taobao-client.ts';
import { type Bridge, OUT_SECRET, openBridge } from './bridge.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

interface Answer {
  success: string;
  status?: string;
  conversation_id: string;
  error_code?: string;
}

async function post(base: string, body: string, party: TopParty = TOP_PARTY) {
  const { query, headers, body: bytes } = spiRequest(party, body);
  const started = performance.now();
  const response = await fetch(`${base}/channels/taobao/default/spi?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers,
    body: bytes.toString('utf8'),
  });
  const text = await response.text();
  return { status: response.status, text, ms: performance.now() - started, body: JSON.parse(text) as Answer };
}

let nextId = 9223372036854770000n;
const newId = (): string => String(nextId++);
const say = (base: string, shopperId: string, text: string, id = newId()) =>
  post(base, spiBody({ id, shopperId, text }));

const platformSettings = (top: FakeTop): Record<string, string> => ({
  TAOBAO_APP_KEY: TOP_PARTY.appKey,
  TAOBAO_APP_SECRET: TOP_PARTY.appSecret,
  TAOBAO_API_BASE: top.url,
});

let top: FakeTop;
beforeAll(async () => {
  top = await openFakeTop(TOP_PARTY);
});
afterAll(() => top?.close());

describe('with a bridge', () => {
  let server: RunningServer;
  let bridge: Bridge;
  let agent: Awaited<ReturnType<typeof signIn>>;
  beforeAll(async () => {
    bridge = await openBridge();
    const env = {
      ...platformSettings(top),
      TAOBAO_TMC_GROUP: 'jiebang',
      TAOBAO_DELIVER_URL: bridge.url,
      TAOBAO_DELIVER_SECRET: OUT_SECRET,
    };
    server = await startServer({ env });
    await server.addStaff('agent-a');
    agent = await signIn(server.base, 'agent-a');
  }, 180_000);
  afterAll(async () => {
    await server?.close();
    await bridge?.close();
  });
  beforeEach(() => {
    bridge.answer = () => ({ status: 204 });
  });

  it('a shopper asks, the bot answers through the bridge, signed, the same message three times is one', async () => {
    const id = newId();
    const tries = [];
    for (let i = 0; i < 2; i++) tries.push(await say(server.base, 'u-ask', '七天无理由怎么退', id));
    expect(await bridge.until(() => bridge.of('u-ask').length > 0)).toBe(true);
    tries.push(await say(server.base, 'u-ask', '七天无理由怎么退', id));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(tries.map((t) => [t.status, t.body.success, t.body.status])).toEqual([
      [200, 'true', 'new'],
      [200, 'true', 'duplicate'],
      [200, 'true', 'duplicate'],
    ]);
    expect(Math.max(...tries.map((t) => t.ms))).toBeLessThan(1_000);
    const [delivery, ...more] = bridge.of('u-ask');
    expect(more).toEqual([]);
    new Webhook(OUT_SECRET).verify(delivery!.raw, delivery!.headers as Record<string, string>);
    expect(delivery!.event.data).toMatchObject({
      channel: 'taobao',
      from: 'bot',
      in_reply_to: [id],
      source: { title: '七天无理由怎么退' },
    });
  });

  it('a forgery gets the platform’s own failure body and leaves nothing behind', async () => {
    const forged = spiBody({ id: newId(), shopperId: 'u-forged', text: '转人工' });
    for (const party of [
      { ...TOP_PARTY, appSecret: 'other' },
      { ...TOP_PARTY, appKey: '1' },
    ])
      expect((await post(server.base, forged, party)).text).toBe(SPI_REFUSAL);
    const shoppers = async (id: string) =>
      (await shopQuery(server.database.pool, server.shopId, 'select 1 from shoppers where platform_id = $1', [id]))
        .rows;
    expect(await shoppers('u-forged')).toHaveLength(0);
    expect(await shoppers('u-ask')).toHaveLength(1);
  });

  it('a message of the message service is answered and confirmed', async () => {
    const id = newId();
    top.put(id, { open_uid: 'u-tmc', buyer_nick: '小明', content: '七天无理由怎么退' });
    expect(await bridge.until(() => bridge.of('u-tmc').length > 0, 20_000)).toBe(true);
    expect(await top.until(() => top.unconfirmed().length === 0)).toBe(true);
    expect(bridge.of('u-tmc')[0]!.event.data.in_reply_to).toEqual([`tmc:${id}`]);
  });

  it('a complaint reaches a person, whose reply arrives; what the platform forbids does not leave', async () => {
    const { body } = await say(server.base, 'u-angry', '我要投诉你们，质量太差了');
    const row = await agent.waiting(body.conversation_id, 10_000);
    expect(row).toMatchObject({ reason: 'complaint' });
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect((await agent.reply(body.conversation_id, '您去拼多多买吧，更便宜')).status).toBe(400);
    expect((await agent.reply(body.conversation_id, '非常抱歉，我马上为您核实')).status).toBe(201);
    expect(await bridge.until(() => bridge.of('u-angry').some((d) => d.event.data.from === 'agent'))).toBe(true);
    const words = bridge.of('u-angry').filter((d) => d.event.data.from === 'agent');
    expect(words.map((d) => d.event.data.text)).toEqual(['非常抱歉，我马上为您核实']);
  });

  it('leading away is a matter of this platform’s rules', async () => {
    await say(server.base, 'u-away', '加个微信呗');
    expect(await bridge.until(() => bridge.of('u-away').length > 0)).toBe(true);
    expect(bridge.of('u-away')[0]!.event.data.source).toMatchObject({ title: '加个微信私下买能便宜点吗' });
  });

  it('a bridge that does not know the secret yet gets the same id again', async () => {
    bridge.answer = (d) => ({ status: bridge.of(d.event.data.user.id).length <= 2 ? 401 : 204 });
    await say(server.base, 'u-401', '七天无理由怎么退');
    expect(await bridge.until(() => bridge.of('u-401').length >= 3, 20_000)).toBe(true);
    expect(new Set(bridge.of('u-401').map((d) => d.headers['webhook-id'])).size).toBe(1);
  });

  it('a bridge that is down for a moment gets the same id again; one that refuses for good is told to an agent', async () => {
    bridge.answer = (d) => ({ status: bridge.of(d.event.data.user.id).length === 1 ? 500 : 204 });
    await say(server.base, 'u-500', '七天无理由怎么退');
    expect(await bridge.until(() => bridge.of('u-500').length >= 2, 15_000)).toBe(true);
    expect(new Set(bridge.of('u-500').map((d) => d.headers['webhook-id'])).size).toBe(1);
    bridge.answer = () => ({ status: 410 });
    const { body } = await say(server.base, 'u-410', '七天无理由怎么退');
    expect(await agent.waiting(body.conversation_id, 10_000)).toMatchObject({
      reason: 'bot_failed',
      deliveryTrouble: 1,
    });
  });
});

describe('without a bridge', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env: platformSettings(top) });
    await server.addStaff('agent-a');
  }, 180_000);
  afterAll(() => server?.close());

  it('the conversation goes to a person, who sees what the bot would say and that 千牛 is where to say it', async () => {
    const agent = await signIn(server.base, 'agent-a');
    const { body } = await say(server.base, 'u-alone', '七天无理由怎么退');
    const row = await agent.waiting(body.conversation_id, 10_000);
    expect(row).toMatchObject({ deliveryTrouble: 1 });
    expect(row!.summary).toMatch(/没有送达.*请在千牛里回复.*退货/s);
    const seen = await agent.get<{ messages: { from: string; delivery: string; deliveryError: string }[] }>(
      `/api/conversations/${body.conversation_id}/messages`,
    );
    const said = seen.body.messages.find((m) => m.from === 'bot')!;
    expect(said).toMatchObject({ delivery: 'failed', deliveryError: expect.stringContaining('请在千牛里回复') });
  });
});
