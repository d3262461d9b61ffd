// Standard Webhooks both ways through the running product: signed in, answered out, repeated, retried, refused for good.
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, bridgeSettings, type Delivery, OUT_SECRET, openBridge, postAs } from './bridge.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let bridge: Bridge;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  bridge = await openBridge();
  server = await startServer({ env: bridgeSettings(bridge) });
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

const isSigned = ({ raw, headers }: Delivery, secret: string): boolean => {
  try {
    new Webhook(secret).verify(raw, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe('in and out', () => {
  it('a signed message is answered by a signed delivery that names it', async () => {
    const posted = await postAs(server.base, 'u-1', '七天无理由怎么退', { id: 'order-system-1' });
    expect(posted).toMatchObject({ status: 202, body: { status: 'new', seq: 1 } });
    expect(await bridge.until(() => bridge.of('u-1').length > 0)).toBe(true);
    const [delivery] = bridge.of('u-1');
    expect(isSigned(delivery!, OUT_SECRET)).toBe(true);
    expect(isSigned(delivery!, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe(false);
    expect(delivery!.event).toMatchObject({
      type: 'message.created',
      data: {
        user: { id: 'u-1' },
        from: 'bot',
        conversation_id: posted.body.conversation_id,
        in_reply_to: ['order-system-1'],
        source: { title: '七天无理由怎么退' },
      },
    });
  });

  it('a platform may stand behind it: leading away is refused by the settled answer, for a reason that is written down', async () => {
    const { body } = await postAs(server.base, 'u-away', '加个微信呗');
    expect(await bridge.until(() => bridge.of('u-away').length > 0)).toBe(true);
    expect(bridge.of('u-away')[0]!.event.data.source).toMatchObject({ title: '加个微信私下买能便宜点吗' });
    const receipts = await agent.get<{ items: { receipt: { risks: { rule: string; why?: string }[] } }[] }>(
      `/api/conversations/${body.conversation_id}/receipts`,
    );
    const [risk] = receipts.body.items[0]!.receipt.risks;
    expect(risk).toMatchObject({ rule: 'off_platform_contact' });
    expect(risk!.why).toContain('平台规则');
  });

  it('a burst is one answer that names every message of it', async () => {
    await postAs(server.base, 'u-burst', '你好', { id: 'b-1' });
    await postAs(server.base, 'u-burst', '七天无理由怎么退', { id: 'b-2' });
    await bridge.until(() => bridge.of('u-burst').length > 0);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(bridge.of('u-burst').map((d) => d.event.data.in_reply_to)).toEqual([['b-1', 'b-2']]);
  });

  it('a burst of several questions is answered question by question', async () => {
    const lines = ['我的快递到哪了', '七天无理由怎么退', '发票怎么开'];
    await Promise.all(lines.map((text, n) => postAs(server.base, 'u-many', text, { id: `m-${n}` })));
    const said = () => bridge.of('u-many').map(({ event }) => event.data);
    await expect.poll(() => said().length, { timeout: 15_000 }).toBe(3);
    const all = said();
    for (const one of all) expect([...one.in_reply_to].sort()).toEqual(['m-0', 'm-1', 'm-2']);
    const texts = all.map(({ text }) => text).join('\n');
    for (const word of ['七天', '抬头', '我的订单']) expect(texts).toMatch(new RegExp(word));
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(said()).toHaveLength(3);
  });

  it('the order a bridge names is in the packet, also where it cannot be looked up, and is not asked for again', async () => {
    const named = { more: { order_id: '1234567890123456789' } };
    const { body } = await postAs(server.base, 'u-named', '我要投诉，你们卖假货', named);
    const row = (await agent.waiting(body.conversation_id))!;
    expect(row.summary).toContain('顾客带着订单号 1234567890123456789 来（没有查到这一单，请核对）');
    const { body: one } = await agent.get<{ packet: { suggestions: { text: string }[] } }>(`/api/handoffs/${row.id}`);
    expect(one.packet.suggestions[0]!.text).toContain('麻烦把相关照片发我');
  });

  it('the same id again, at once and later, changes nothing', async () => {
    const say = () => postAs(server.base, 'u-twice', '七天无理由怎么退', { id: 'the-same' });
    const first = await Promise.all([say(), say(), say()]);
    expect(first.map((p) => p.status)).toEqual([202, 202, 202]);
    expect(first.map((p) => p.body.status).sort()).toEqual(['duplicate', 'duplicate', 'new']);
    expect(new Set(first.map((p) => p.body.seq)).size).toBe(1);
    await bridge.until(() => bridge.of('u-twice').length > 0);
    expect((await say()).body.status).toBe('duplicate');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(bridge.of('u-twice')).toHaveLength(1);
  });

  it('a wrong secret and a changed body are refused and leave nothing behind', async () => {
    const wrong = await postAs(server.base, 'u-forged', '转人工', { secret: OUT_SECRET });
    const changed = await postAs(server.base, 'u-forged', '转人工', {
      spoil: (body) => body.replace('转人工', '转 人工'),
    });
    expect([wrong, changed].map((p) => [p.status, p.body.code])).toEqual([
      [401, 'invalid_signature'],
      [401, 'invalid_signature'],
    ]);
    const { rows } = await server.database.ownerPool().query("select 1 from shoppers where platform_id = 'u-forged'");
    expect(rows).toHaveLength(0);
  });

  it('an agent’s reply goes out the same way, in the agent’s name', async () => {
    const { body } = await postAs(server.base, 'u-agent', '转人工');
    const row = await agent.waiting(body.conversation_id);
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect((await agent.reply(body.conversation_id, '您好，请问有什么可以帮您')).status).toBe(201);
    expect(await bridge.until(() => bridge.of('u-agent').some((d) => d.event.data.from === 'agent'))).toBe(true);
    const reply = bridge.of('u-agent').find((d) => d.event.data.from === 'agent')!;
    expect(isSigned(reply, OUT_SECRET)).toBe(true);
    expect(reply.event.data).toMatchObject({ text: '您好，请问有什么可以帮您', agent_name: 'agent-a' });
  });
});

describe('a delivery address in trouble', () => {
  it('500 and then 204: said again with the same id, once it was taken never more', async () => {
    bridge.answer = (d) => ({ status: bridge.of(d.event.data.user.id).length === 1 ? 500 : 204 });
    await postAs(server.base, 'u-500', '七天无理由怎么退');
    expect(await bridge.until(() => bridge.of('u-500').length >= 2, 15_000)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const tries = bridge.of('u-500');
    expect(tries).toHaveLength(2);
    expect(new Set(tries.map((d) => d.headers['webhook-id'])).size).toBe(1);
    expect(tries.every((d) => isSigned(d, OUT_SECRET))).toBe(true);
    expect(tries[1]!.event).toEqual(tries[0]!.event);
  });

  it('the order stays when the first of two answers has to be said again', async () => {
    bridge.answer = (d) => ({ status: bridge.of(d.event.data.user.id).length <= 2 ? 503 : 204 });
    await postAs(server.base, 'u-order', '七天无理由怎么退', { id: 'o-1' });
    await bridge.until(() => bridge.of('u-order').length > 0);
    await postAs(server.base, 'u-order', '我的快递到哪了', { id: 'o-2' });
    expect(
      await bridge.until(() => bridge.of('u-order').some((d) => d.event.data.in_reply_to[0] === 'o-2'), 20_000),
    ).toBe(true);
    const order = bridge.of('u-order').map((d) => d.event.data.in_reply_to[0]);
    expect(order.lastIndexOf('o-1')).toBeLessThan(order.indexOf('o-2'));
    expect(order.filter((id) => id === 'o-2')).toHaveLength(1);
  });

  it('410: not said again, and an agent gets to see it', async () => {
    bridge.answer = () => ({ status: 410 });
    const { body } = await postAs(server.base, 'u-410', '七天无理由怎么退');
    const row = await agent.waiting(body.conversation_id, 10_000);
    expect(row).toMatchObject({ reason: 'bot_failed', deliveryTrouble: 1 });
    expect(row!.summary).toContain('没有送达');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(bridge.of('u-410')).toHaveLength(1);
    const seen = await agent.get<{ messages: { from: string; delivery: string; deliveryError: string }[] }>(
      `/api/conversations/${body.conversation_id}/messages`,
    );
    expect(seen.body.messages.find((m) => m.from === 'bot')).toMatchObject({ delivery: 'failed' });
    expect(seen.body.messages.find((m) => m.from === 'bot')!.deliveryError).toContain('410');
  });
});
