// A mini program on the running product: JSON and XML, every mode; entering, asking, a card, a person, a platform in trouble.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bigId } from '../channels/wechat-client.ts';
import { askMp, type MpParty, mpCard, mpEnter, mpMessage, mpPost, runMpClient } from '../channels/wechat-mp-client.ts';
import { conversationOf } from './conversation-of.ts';
import { gives, pause, SEND, says, TOKEN } from './wechat-platform.ts';
import { openWechatStory, partyIn, type WechatStory } from './wechat-story.ts';

const mpParty = (mode: MpParty['mode'], format: MpParty['format']): MpParty => ({ ...partyIn(mode), format });

describe.each(['plain', 'compat', 'secure'] as const)('%s', (mode) => {
  let story: WechatStory;
  beforeAll(async () => {
    story = await openWechatStory({ prefix: 'WECHAT_MP', party: partyIn(mode) });
  }, 180_000);
  afterAll(() => story?.close());

  it.each(['json', 'xml'] as const)('the platform’s own routine passes in %s', { timeout: 60_000 }, async (format) => {
    const results = await runMpClient({ ...mpParty(mode, format), baseUrl: story.server.base });
    expect(results.filter((r) => !r.ok)).toEqual([]);
    expect(results.length).toBeGreaterThan(25);
  });
});

describe('a shopper of the mini program', () => {
  const party = mpParty('secure', 'json');
  let story: WechatStory;
  let { platform, server, agent } = {} as WechatStory;
  beforeAll(async () => {
    story = await openWechatStory({ prefix: 'WECHAT_MP' });
    ({ platform, server, agent } = story);
  }, 180_000);
  afterAll(() => story?.close());
  beforeEach(() => {
    platform.script(SEND, says(0));
  });
  const say = (from: string, text: string, msgId = bigId()) =>
    askMp(server.base, mpPost(party, mpMessage(party, { from, text, msgId })));

  it('is greeted on entering, answered once for three tries, in words and numbers only', {
    timeout: 30_000,
  }, async () => {
    await askMp(server.base, mpPost(party, mpEnter(party, 'oMpAsks')));
    expect((await platform.until('oMpAsks', 1))[0]).toMatch(/您好|欢迎/);
    const id = bigId();
    for (let i = 0; i < 3; i++)
      expect(await say('oMpAsks', '七天无理由怎么退', id)).toMatchObject({ status: 200, body: 'success' });
    expect((await platform.until('oMpAsks', 2))[1]).toMatch(/退/);
    await pause(1_500);
    expect(platform.to('oMpAsks')).toHaveLength(2);
    expect(new Set(platform.to('oMpAsks').map(({ body }) => body.msgtype))).toEqual(new Set(['text']));
  });

  it('a card they send is what they ask about', { timeout: 20_000 }, async () => {
    await askMp(server.base, mpPost(party, mpCard(party, { from: 'oMpCard', title: '夏款卫衣' })));
    await platform.until('oMpCard', 1);
    expect((await story.reading(await conversationOf(server, 'oMpCard')))[0]).toMatchObject({
      text: '我想咨询这款商品：夏款卫衣',
      payload: { card: { title: '夏款卫衣' } },
    });
  });

  it('a complaint is claimed, the agent’s words arrive; a token that ended is renewed once', {
    timeout: 30_000,
  }, async () => {
    await say('oMpAngry', '我要投诉，你们卖假货');
    await platform.until('oMpAngry', 1);
    const id = await story.claim('oMpAngry');
    const before = platform.to('oMpAngry').length;
    platform.script(TOKEN, gives('token-2'));
    platform.script(SEND, says(40001), says(0));
    expect((await agent.reply(id, '您好，我是人工客服小美')).status).toBe(201);
    await platform.until('oMpAngry', before + 2);
    await pause(1_000);
    const tries = platform.to('oMpAngry').slice(before);
    expect(tries.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(tries[1]!.text).toContain('小美');
  });

  it.each([45015, 45047])('%i: an agent reads that the window is closed', { timeout: 20_000 }, async (errcode) => {
    const shopper = `oMpClosed${errcode}`;
    platform.script(SEND, says(errcode));
    await say(shopper, '七天无理由怎么退');
    await platform.until(shopper, 1);
    const id = await conversationOf(server, shopper);
    expect(await agent.waiting(id, 10_000)).toMatchObject({ reason: 'bot_failed' });
    await pause(1_000);
    expect((await story.reading(id)).find((m) => m.from === 'bot')!.deliveryError).toContain('窗口已关闭');
    expect(platform.to(shopper)).toHaveLength(1);
  });

  it('another account’s name is not found', async () => {
    const request = mpPost(party, mpMessage(party, { from: 'oMpOther' }));
    expect((await askMp(server.base, request, 'another')).status).toBe(404);
  });
});
