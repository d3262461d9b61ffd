// 抖店 on the running product: pushes in under its signature, replies by a person in 飞鸽, or through the shop's own program where there is one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DOUDIAN_PARTY,
  type DoudianParty,
  PROBE_BODY,
  pushBody,
  pushItem,
  pushRequest,
} from '../channels/doudian-client.ts';
import { type Bridge, OUT_SECRET, openBridge } from './bridge.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const SETTINGS = {
  DOUDIAN_APP_KEY: DOUDIAN_PARTY.appKey,
  DOUDIAN_APP_SECRET: DOUDIAN_PARTY.appSecret,
  DOUDIAN_SHOP_ID: '4463798',
};
const SUCCESS = '{"code":0,"msg":"success"}';

async function push(base: string, body: string, party: DoudianParty = DOUDIAN_PARTY) {
  const { headers, body: bytes } = pushRequest(party, body);
  const started = performance.now();
  const response = await fetch(`${base}/channels/doudian/default/webhook`, {
    method: 'POST',
    headers,
    body: bytes.toString('utf8'),
  });
  return { status: response.status, text: await response.text(), ms: performance.now() - started };
}

const conversationOf = async (server: RunningServer, shopperId: string): Promise<string> => {
  const { rows } = await server.database
    .ownerPool()
    .query<{ id: string }>(
      'select c.id::text from conversations c join shoppers s on s.id = c.shopper_id where s.platform_id = $1',
      [shopperId],
    );
  expect(rows).toHaveLength(1);
  return rows[0]!.id;
};

interface Seen {
  messages: { from: string; text: string; delivery: string; deliveryError: string | null }[];
}

describe('by the three settings alone', () => {
  let server: RunningServer;
  let agent: Awaited<ReturnType<typeof signIn>>;
  beforeAll(async () => {
    server = await startServer({ env: SETTINGS });
    await server.addStaff('agent-a');
    agent = await signIn(server.base, 'agent-a');
  }, 180_000);
  afterAll(() => server?.close());

  it('the platform’s probe is answered, a forged one is not', async () => {
    expect(await push(server.base, PROBE_BODY)).toMatchObject({ status: 200, text: SUCCESS });
    expect((await push(server.base, PROBE_BODY, { ...DOUDIAN_PARTY, appSecret: 'other' })).status).toBe(401);
  });

  it('every shopper of a body reaches a person, who sees what to answer and where; the desk’s own words say it too', async () => {
    const body = pushBody(
      pushItem({ id: 'd-1', shopperId: 'u-1', text: '七天无理由怎么退' }),
      { tag: '101', msg_id: 'd-2', data: '{"p_id":4712345678901234567}' },
      pushItem({ id: 'd-3', shopperId: 'u-2', text: '你们什么时候发货' }),
    );
    for (let i = 0; i < 3; i++) {
      const { text, ms } = await push(server.base, body);
      expect(text).toBe(SUCCESS);
      expect(ms).toBeLessThan(1_000);
    }
    for (const shopperId of ['u-1', 'u-2']) {
      const conversation = await conversationOf(server, shopperId);
      const row = await agent.waiting(conversation, 10_000);
      expect(row, shopperId).not.toBeNull();
      const { messages } = (await agent.get<Seen>(`/api/conversations/${conversation}/messages`)).body;
      expect(messages.filter((m) => m.from === 'shopper')).toHaveLength(1);
      const bots = messages.filter((m) => m.from === 'bot');
      expect(bots.length).toBeGreaterThan(0);
      expect(bots[0]!.deliveryError).toContain('请在飞鸽里回复');
    }
    const conversation = await conversationOf(server, 'u-1');
    const row = await agent.waiting(conversation);
    await agent.post(`/api/handoffs/${row!.id}/claim`);
    expect((await agent.reply(conversation, '您好，我来帮您')).status).toBe(201);
    const failed = async () => {
      const { messages } = (await agent.get<Seen>(`/api/conversations/${conversation}/messages`)).body;
      return messages.find((m) => m.text === '您好，我来帮您')?.deliveryError ?? '';
    };
    await expect.poll(failed).toContain('请在飞鸽里回复');
  });
});

describe('with a bridge', () => {
  let server: RunningServer;
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await openBridge();
    server = await startServer({
      env: { ...SETTINGS, DOUDIAN_DELIVER_URL: bridge.url, DOUDIAN_DELIVER_SECRET: OUT_SECRET },
    });
    await server.addStaff('agent-a');
  }, 180_000);
  afterAll(async () => {
    await server?.close();
    await bridge?.close();
  });

  it('the bot answers through it, and an agent after a complaint', async () => {
    await push(server.base, pushBody(pushItem({ id: 'b-1', shopperId: 'u-3', text: '七天无理由怎么退' })));
    expect(await bridge.until(() => bridge.of('u-3').length > 0)).toBe(true);
    expect(bridge.of('u-3')[0]!.event.data).toMatchObject({ channel: 'doudian', from: 'bot', in_reply_to: ['b-1'] });
    const agent = await signIn(server.base, 'agent-a');
    await push(server.base, pushBody(pushItem({ id: 'b-2', shopperId: 'u-4', text: '我要投诉你们，质量太差了' })));
    await bridge.until(() => bridge.of('u-4').length > 0);
    const conversation = await conversationOf(server, 'u-4');
    const row = await agent.waiting(conversation, 10_000);
    await agent.post(`/api/handoffs/${row!.id}/claim`);
    await agent.reply(conversation, '非常抱歉，我马上为您核实');
    expect(await bridge.until(() => bridge.of('u-4').some((d) => d.event.data.from === 'agent'))).toBe(true);
  });
});
