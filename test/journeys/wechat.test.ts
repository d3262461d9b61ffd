// A WeChat Official Account on the running product: an independent client plays the platform in every mode, asynchronous and passive.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Writer } from '../../src/providers/language-model.ts';
import {
  bigId,
  genuinePost,
  messageXml,
  readReply,
  runWechatClient,
  type WechatParty,
} from '../channels/wechat-client.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';
import { openWechatPlatform, pause, type WechatPlatform } from './wechat-platform.ts';
import { partyIn, wechatSettings } from './wechat-story.ts';

/** The passive ones as a shop without the customer-service API has them. */
const settings = (party: WechatParty, reply: 'async' | 'passive', platform: WechatPlatform): Record<string, string> =>
  wechatSettings('WECHAT_OA', party, platform.url, {
    REPLY: reply,
    ...(reply === 'passive' && { APP_SECRET: '' }),
  });

async function say(base: string, party: WechatParty, parts: { from: string; text: string; msgId?: string }) {
  const { query, body } = genuinePost(party, messageXml(parts));
  const started = performance.now();
  const response = await fetch(`${base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
  });
  const text = await response.text();
  return { status: response.status, ms: performance.now() - started, reply: readReply(party, text)?.text ?? null };
}

let platform: WechatPlatform;
beforeAll(async () => {
  platform = await openWechatPlatform();
});
afterAll(() => platform?.close());

describe.each(['plain', 'compat', 'secure'] as const)('%s, asynchronous', (mode) => {
  const party = partyIn(mode);
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env: settings(party, 'async', platform) });
  }, 180_000);
  afterAll(() => server?.close());

  it('the platform’s own routine passes', { timeout: 60_000 }, async () => {
    const results = await runWechatClient({ ...party, baseUrl: server.base });
    expect(results.filter((r) => !r.ok)).toEqual([]);
    expect(results.length).toBeGreaterThan(mode === 'plain' ? 15 : 25);
  });

  it('the answer goes out by the customer-service API, three tries of one id give one', {
    timeout: 40_000,
  }, async () => {
    const shopper = `oAsync${mode}`;
    const message = { from: shopper, text: '七天无理由怎么退', msgId: bigId() };
    const tries = [await say(server.base, party, message), await say(server.base, party, message)];
    const [answer] = await platform.until(shopper, 1);
    expect(answer).toMatch(/退/);
    tries.push(await say(server.base, party, message));
    await pause(1_500);
    expect(tries.map((t) => [t.status, t.reply])).toEqual(tries.map(() => [200, null]));
    expect(platform.to(shopper)).toHaveLength(1);
    expect(platform.to(shopper)[0]!.token).toBe('token-1');
  });
});

describe.each(['plain', 'compat', 'secure'] as const)('%s, passive', (mode) => {
  const party = partyIn(mode);
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env: settings(party, 'passive', platform) });
  }, 180_000);
  afterAll(() => server?.close());

  it('the platform’s own routine passes', { timeout: 90_000 }, async () => {
    const results = await runWechatClient({ ...party, baseUrl: server.base });
    expect(results.filter((r) => !r.ok)).toEqual([]);
    const answered = results.find((r) => r.name.startsWith('a genuine message'));
    expect(answered!.detail).toContain('退'); // inside the response, not `success`
  });

  it('the answer is in the response, the same for every try of the id', { timeout: 40_000 }, async () => {
    const message = { from: `oPassive${mode}`, text: '七天无理由怎么退', msgId: bigId() };
    const tries = await Promise.all([say(server.base, party, message), say(server.base, party, message)]);
    tries.push(await say(server.base, party, message));
    expect(new Set(tries.map((t) => t.reply)).size).toBe(1);
    expect(tries[0]!.reply).toMatch(/退/);
    expect(platform.to(message.from)).toEqual([]);
  });
});

describe('passive, and the bot is slow', () => {
  const party = partyIn('secure');
  let composeMs = 0;
  const writer: Writer = {
    async reword({ answer }) {
      await pause(composeMs);
      return answer;
    },
    summarise: async () => null,
    secondOpinion: async () => ({ said: 'none' }),
  };
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env: settings(party, 'passive', platform), app: { writer } });
    await server.addStaff('agent-a');
  }, 180_000);
  afterAll(() => server?.close());
  beforeEach(() => {
    composeMs = 5_500;
  });
  afterEach(() => {
    composeMs = 0;
  });

  it('`success` before the platform hangs up, the answer in the platform’s next try', { timeout: 60_000 }, async () => {
    const message = { from: 'oSlow1', text: '七天无理由怎么退', msgId: bigId() };
    const first = await say(server.base, party, message);
    expect(first).toMatchObject({ status: 200, reply: null });
    expect(first.ms).toBeLessThan(5_000);
    const second = await say(server.base, party, message);
    expect(second.reply).toMatch(/退/);
    expect(second.ms).toBeLessThan(5_000);
    expect((await say(server.base, party, message)).reply).toBe(second.reply);
  });

  it('what an agent wrote meanwhile comes in their order, as much as one reply holds at a time, and nothing of it is cut', {
    timeout: 60_000,
  }, async () => {
    composeMs = 0;
    const from = 'oLong';
    await say(server.base, party, { from, text: '我要投诉，你们卖假货' });
    const agent = await signIn(server.base, 'agent-a');
    const { body } = await agent.get<{ items: { id: string; conversationId: string; channel: string }[] }>(
      '/api/handoffs?state=waiting&limit=100',
    );
    const { id, conversationId } = body.items.find(({ channel }) => channel === 'wechat-oa')!;
    expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    const write = (text: string) =>
      agent.post(`/api/conversations/${conversationId}/messages`, {
        clientMessageId: crypto.randomUUID(),
        text,
        kind: 'reply',
      });
    const replies = ['一', '二', '三'].map((n) => `${n}：${'我们正在为您核实。'.repeat(30)}`);
    for (const text of replies) expect((await write(text)).status).toBe(201);
    const states = async () => {
      const { body: all } = await agent.get<{ messages: { from: string; delivery: string }[] }>(
        `/api/conversations/${conversationId}/messages`,
      );
      return all.messages.filter((m) => m.from === 'agent').map((m) => m.delivery);
    };
    const first = await say(server.base, party, { from, text: '在吗' });
    expect(first.reply).toBe(replies.slice(0, 2).join('\n'));
    expect((await states()).map((state) => state === 'sent')).toEqual([true, true, false]);
    expect((await say(server.base, party, { from, text: '还在吗' })).reply).toBe(replies[2]);
    const long = await write('很长。'.repeat(300));
    expect(long.status).toBe(400);
    expect(JSON.stringify(long.body)).toContain('680 个汉字');
  });

  it('when the platform does not ask again the answer comes with the shopper’s next message', {
    timeout: 60_000,
  }, async () => {
    const first = await say(server.base, party, { from: 'oSlow2', text: '七天无理由怎么退' });
    expect(first.reply).toBeNull();
    await pause(12_000); // long enough for the reconciler to have looked at it twice
    composeMs = 0;
    const next = await say(server.base, party, { from: 'oSlow2', text: '谢谢' });
    expect(next.reply).toMatch(/七天|退货/);
  });

  it('an answer is not spent on a line that was cut: it comes with the shopper’s next message', {
    timeout: 60_000,
  }, async () => {
    composeMs = 1_500;
    const { query, body } = genuinePost(party, messageXml({ from: 'oSlow4', text: '七天无理由怎么退' }));
    const url = `${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`;
    const cut = fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(700) });
    await expect(cut).rejects.toThrow(/timeout/);
    await pause(4_000);
    composeMs = 0;
    expect((await say(server.base, party, { from: 'oSlow4', text: '谢谢' })).reply).toMatch(/七天|退货/);
  });

  it('an agent’s reply waits for the shopper’s next message and is not lost', { timeout: 60_000 }, async () => {
    composeMs = 0;
    const agent = await signIn(server.base, 'agent-a');
    const asked = await say(server.base, party, { from: 'oSlow3', text: '转人工' });
    expect(asked.reply).toMatch(/转接|人工/);
    const list = await agent.get<{ items: { id: string; conversationId: string }[] }>('/api/handoffs?state=waiting');
    const { id, conversationId } = list.body.items[0]!;
    expect((await agent.post(`/api/handoffs/${id}/claim`)).status).toBe(200);
    expect((await agent.reply(conversationId, '您好，我是人工客服小美')).status).toBe(201);
    await pause(8_000);
    const next = await say(server.base, party, { from: 'oSlow3', text: '在吗' });
    expect(next.reply).toContain('小美');
  });
});
