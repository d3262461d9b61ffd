// An official account that leaves its shoppers to WeChat's own desk: the bot hands over in an answer, is silent, and goes on afterwards.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventXml, genuinePost, messageXml, replyType } from '../channels/wechat-client.ts';
import { pause } from './wechat-platform.ts';
import { openWechatStory, partyIn, type WechatStory } from './wechat-story.ts';

const party = partyIn('secure');
const TRANSFER = 'transfer_customer_service';

let story: WechatStory;
let { platform, server, agent } = {} as WechatStory;
beforeAll(async () => {
  story = await openWechatStory({ settings: { AGENTS: 'native' } });
  ({ platform, server, agent } = story);
}, 180_000);
afterAll(() => story?.close());

async function tell(xml: string): Promise<string> {
  const { query, body } = genuinePost(party, xml);
  const started = performance.now();
  const response = await fetch(`${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
  });
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(performance.now() - started).toBeLessThan(1_200);
  return text === 'success' ? text : replyType(party, text).type;
}
const say = (text: string) => tell(messageXml({ from: 'oNative', text }));

it('questions are the bot’s, people are WeChat’s, and nobody waits at our desk', { timeout: 40_000 }, async () => {
  expect(await say('七天无理由怎么退')).toBe('success');
  expect((await platform.until('oNative', 1))[0]).toMatch(/退/);

  const asked = await say('转人工');
  await platform.until('oNative', 2);
  await pause(500);
  const next = await say('有人吗');
  expect([asked, next]).toContain(TRANSFER);
  expect(next).toBe(TRANSFER);
  const waiting = await agent.get<{ items: unknown[] }>('/api/handoffs?state=waiting');
  expect(waiting.body.items).toEqual([]);

  expect(await tell(eventXml('kf_create_session', 'oNative'))).toBe('success');
  const said = platform.to('oNative').length;
  await say('我还在等');
  await pause(1_500);
  expect(platform.to('oNative')).toHaveLength(said);

  expect(await tell(eventXml('kf_close_session', 'oNative'))).toBe('success');
  expect(await say('满多少包邮')).toBe('success');
  expect((await platform.until('oNative', said + 1)).at(-1)).toMatch(/包邮/);
});
