// A Chatwoot inbox on the running product: its events in, answers out in its form and under its signature, into the conversation they belong to.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CW_SECRET, cwBody, cwRequest, cwSign } from '../channels/chatwoot-client.ts';
import { type FakePlatform, openFakePlatform, type Received } from '../channels/fake-platform.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

let platform: FakePlatform;
let server: RunningServer;
beforeAll(async () => {
  platform = await openFakePlatform();
  platform.script('/bridge', { status: 200 });
  server = await startServer({
    env: { WEBHOOK_SECRET: CW_SECRET, WEBHOOK_STYLE: 'chatwoot', WEBHOOK_DELIVER_URL: `${platform.url}/bridge` },
  });
  await server.addStaff('agent-a');
}, 180_000);
afterAll(async () => {
  await server?.close();
  await platform?.close();
});

async function tell(body: string, secret = CW_SECRET) {
  const { query, headers, body: bytes } = cwRequest(body, { secret });
  const path = `/channels/webhook/default/webhook?${new URLSearchParams(query)}`;
  const response = await fetch(server.base + path, { method: 'POST', headers, body: bytes.toString('utf8') });
  return { status: response.status, body: (await response.json()) as { status?: string; conversation_id: string } };
}
const of = (contact: number): Received[] =>
  platform.at('/bridge').filter((r) => (r.body.contact as { id: number }).id === contact);
const untilSaid = (contact: number, count = 1) => expect.poll(() => of(contact).length).toBeGreaterThanOrEqual(count);

it('a contact asks and is answered once in the conversation, however often the event comes', async () => {
  const body = cwBody({ id: '501', shopperId: '77', text: '七天无理由怎么退' }, { conversation: { id: 900 } });
  expect((await tell(body)).status).toBe(202);
  await untilSaid(77);
  expect((await tell(body)).body.status).toBe('duplicate');
  expect((await tell(body, 'other')).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const [answer, ...more] = of(77);
  expect(more).toEqual([]);
  expect(answer!.body).toMatchObject({ conversation: { id: 900 }, account: { id: 1 }, message_type: 'outgoing' });
  const { 'x-chatwoot-timestamp': at, 'x-chatwoot-signature': signature } = answer!.headers;
  expect(signature).toBe(cwSign(CW_SECRET, String(at), answer!.raw));
  // Chatwoot tells of what we said as well: that is no question
  expect(
    (await tell(cwBody({ id: '502', shopperId: '77', text: '答' }, { message_type: 'outgoing' }))).body.status,
  ).toBe('ignored');
});

it('a complaint reaches a person, whose reply goes into the same conversation', async () => {
  const agent = await signIn(server.base, 'agent-a');
  const said = { id: '601', shopperId: '78', text: '我要投诉你们，质量太差了' };
  const { body } = await tell(cwBody(said, { conversation: { id: 901 } }));
  const row = await agent.waiting(body.conversation_id, 10_000);
  await agent.post(`/api/handoffs/${row!.id}/claim`);
  const before = of(78).length;
  expect((await agent.reply(body.conversation_id, '非常抱歉，我马上为您核实')).status).toBe(201);
  await untilSaid(78, before + 1);
  expect(of(78).at(-1)!.body).toMatchObject({
    content: '非常抱歉，我马上为您核实',
    conversation: { id: 901 },
    sender: { type: 'user', name: 'agent-a' },
  });
});
