// WeChat while the database does not answer: nothing is said that a shopper would see as an error, nothing is claimed, nothing is lost.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bigId, genuinePost, messageXml } from '../channels/wechat-client.ts';
import { pause } from './wechat-platform.ts';
import { openWechatStory, partyIn, type WechatStory } from './wechat-story.ts';

const party = partyIn('secure');

let story: WechatStory;
let { platform, server } = {} as WechatStory;
beforeAll(async () => {
  story = await openWechatStory({});
  ({ platform, server } = story);
}, 180_000);
afterAll(() => story?.close());

/** One try of the platform; null when the line was cut without an answer. */
async function knock(xml: string): Promise<{ told: string | null; ms: number }> {
  const { query, body } = genuinePost(party, xml);
  const started = performance.now();
  const told = await fetch(`${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
  }).then(
    (response) => response.text(),
    () => null,
  );
  return { told, ms: performance.now() - started };
}

/** Nobody can store a message until the returned function is called. */
async function occupyDatabase(): Promise<() => Promise<void>> {
  const client = await server.database.ownerPool().connect();
  await client.query('begin');
  await client.query('lock table inbound_ids in access exclusive mode');
  // the embedded database ends who does nothing while others wait
  const at = setInterval(() => void client.query('select 1'), 1_000);
  return async () => {
    clearInterval(at);
    await client.query('rollback');
    client.release();
  };
}

it('nothing is said for longer than the platform waits; its next try is taken and answered once', {
  timeout: 40_000,
}, async () => {
  const xml = messageXml({ from: 'oWaits', text: '七天无理由怎么退', msgId: bigId() });
  const free = await occupyDatabase();
  const first = await knock(xml).finally(free);
  expect(first.told).toBeNull();
  expect(first.ms).toBeGreaterThan(5_000);
  expect((await knock(xml)).told).toBe('success');
  expect(await platform.until('oWaits', 1)).toEqual([expect.stringMatching(/退/)]);
  await pause(1_500);
  expect(platform.to('oWaits')).toHaveLength(1);
});

it('a database that is back in time: the same try is told so', { timeout: 40_000 }, async () => {
  const free = await occupyDatabase();
  const knocking = knock(messageXml({ from: 'oHeld', text: '满多少包邮' }));
  await pause(1_500);
  await free();
  const { told, ms } = await knocking;
  expect(told).toBe('success');
  expect(ms).toBeGreaterThan(1_400);
  expect(await platform.until('oHeld', 1)).toEqual([expect.stringMatching(/包邮/)]);
});
