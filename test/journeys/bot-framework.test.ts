// The Bot Framework Emulator against the running product: asks, is answered where it listens, meets a person. A real shop without credentials is closed.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { conversationOf } from './conversation-of.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let server: RunningServer;
let emulator: FakePlatform;
let agent: Awaited<ReturnType<typeof signIn>>;
beforeAll(async () => {
  emulator = await openFakePlatform();
  server = await startServer();
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await emulator?.close();
});

const pathOf = (conversation: string) => `/v3/conversations/${encodeURIComponent(conversation)}/activities`;
const heard = (conversation: string) => emulator.at(pathOf(conversation)).map(({ body }) => body);

async function say(
  conversation: string,
  text: string,
  id: string = randomUUID(),
  headers: Record<string, string> = {},
) {
  emulator.script(pathOf(conversation), { status: 200, body: { id: randomUUID() } });
  const activity = {
    type: 'message',
    id,
    channelId: 'emulator',
    serviceUrl: emulator.url,
    conversation: { id: conversation },
    from: { id: 'tester', name: 'User', role: 'user' },
    recipient: { id: 'bot', name: 'Bot', role: 'bot' },
    text,
    textFormat: 'plain',
    localTimestamp: new Date().toISOString(),
  };
  const response = await fetch(`${server.base}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(activity),
  });
  return response.status;
}

describe('the sample shop', () => {
  it('answers the Emulator once, however often it asks', { timeout: 40_000 }, async () => {
    const tries = await Promise.all([1, 2, 3].map(() => say('c-1|livechat', '七天无理由怎么退', 'the-same')));
    expect(tries).toEqual([200, 200, 200]);
    await expect.poll(() => heard('c-1|livechat').length, { timeout: 15_000 }).toBe(1);
    expect(heard('c-1|livechat')[0]).toMatchObject({
      type: 'message',
      from: { id: 'bot' },
      recipient: { id: 'tester' },
    });
    expect(heard('c-1|livechat')[0]!.text).toMatch(/退/);
  });

  it('brings a person, whose words arrive in their name', { timeout: 40_000 }, async () => {
    expect(await say('c-2', '转人工')).toBe(200);
    const ours = await conversationOf(server, 'emulator:c-2');
    const row = await agent.waiting(ours, 10_000);
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect((await agent.reply(ours, '您好，请问有什么可以帮您')).status).toBe(201);
    // what is told of the handoff travels beside the words, and may come before or after them
    const words = () => heard('c-2').filter(({ type }) => type === 'message');
    await expect.poll(() => words().at(-1)?.text, { timeout: 15_000 }).toBe('agent-a：您好，请问有什么可以帮您');
  });

  it('is closed to what comes through a proxy', async () => {
    expect(await say('c-3', '在吗', 'x', { 'x-forwarded-for': '203.0.113.7' })).toBe(404);
  });
});
