// An official account on a bad day: slow turns and repeats, a token that ended, closed windows, menus and followers, an agent in between.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Writer } from '../../src/providers/language-model.ts';
import {
  badEnvelopes,
  bigId,
  eventXml,
  genuinePost,
  messageXml,
  type WechatRequest,
} from '../channels/wechat-client.ts';
import { conversationOf } from './conversation-of.ts';
import { gives, pause, SEND, says, TOKEN } from './wechat-platform.ts';
import { openWechatStory, partyIn, type WechatStory } from './wechat-story.ts';

const party = partyIn('secure');
const TYPING = '/cgi-bin/message/custom/typing';

let composeMs = 0;
const writer: Writer = {
  async reword({ answer }) {
    await pause(composeMs);
    return answer;
  },
  summarise: async () => null,
  secondOpinion: async () => ({ said: 'none' }),
};

let story: WechatStory;
let { platform, server, agent } = {} as WechatStory;
beforeAll(async () => {
  story = await openWechatStory({ app: { writer } });
  ({ platform, server, agent } = story);
}, 180_000);
afterAll(() => story?.close());
beforeEach(() => {
  composeMs = 0;
  platform.script(SEND, says(0));
});

async function knock({ query, body }: WechatRequest) {
  const started = performance.now();
  const response = await fetch(`${server.base}/channels/wechat-oa/default/webhook?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
  });
  return { status: response.status, body: await response.text(), ms: performance.now() - started };
}
const say = (from: string, text: string, msgId = bigId()) =>
  knock(genuinePost(party, messageXml({ from, text, msgId })));

async function claimed(shopper: string): Promise<string> {
  await say(shopper, '我要投诉，你们卖假货');
  await platform.until(shopper, 1);
  return story.claim(shopper);
}

describe('a turn that takes its time', () => {
  it('every try is acknowledged at once, somebody is seen typing, one answer goes out', {
    timeout: 40_000,
  }, async () => {
    composeMs = 8_000;
    const id = bigId();
    const tries = [await say('oSlowTurn', '七天无理由怎么退', id)];
    for (let i = 0; i < 2; i++) {
      await pause(1_500);
      tries.push(await say('oSlowTurn', '七天无理由怎么退', id));
    }
    for (const { status, body, ms } of tries) {
      expect([status, body]).toEqual([200, 'success']);
      expect(ms).toBeLessThan(1_000);
    }
    expect(await platform.until('oSlowTurn', 1, 15_000)).toEqual([expect.stringMatching(/退/)]);
    await pause(1_500);
    expect(platform.to('oSlowTurn')).toHaveLength(1);
    expect(platform.at(TYPING).map((r) => r.body)).toEqual([{ touser: 'oSlowTurn', command: 'Typing' }]);
  });

  it('an API that takes eight seconds delays nobody’s acknowledgement and is not told twice', {
    timeout: 40_000,
  }, async () => {
    platform.script(SEND, { status: 200, body: { errcode: 0 }, afterMs: 8_000 });
    expect((await say('oSlowApi', '七天无理由怎么退')).ms).toBeLessThan(1_000);
    await platform.until('oSlowApi', 1);
    expect((await say('oSlowApi2', '七天无理由怎么退')).ms).toBeLessThan(1_000);
    const id = await conversationOf(server, 'oSlowApi');
    for (const end = performance.now() + 15_000; performance.now() < end; await pause(100))
      if ((await story.reading(id)).some((m) => m.delivery === 'sent')) break;
    expect((await story.reading(id)).find((m) => m.from === 'bot')).toMatchObject({ delivery: 'sent' });
    expect(platform.to('oSlowApi')).toHaveLength(1);
  });
});

describe('the platform refuses', () => {
  it('a token that ended: one new one, the answer arrives once', { timeout: 20_000 }, async () => {
    await say('oBefore', '七天无理由怎么退');
    await platform.until('oBefore', 1);
    const before = platform.at(TOKEN).length;
    platform.script(TOKEN, gives('token-2'));
    platform.script(SEND, says(42001), says(0));
    await say('oExpired', '七天无理由怎么退');
    await platform.until('oExpired', 2);
    await pause(1_000);
    expect(platform.to('oExpired').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(platform.at(TOKEN)).toHaveLength(before + 1);
  });

  it('whoever reads the rows finds no token in them', { timeout: 20_000 }, async () => {
    await say('oSealed', '七天无理由怎么退');
    await platform.until('oSealed', 1);
    const { rows } = await server.rows<{ name: string; value: string }>(
      'select name, value from channel_memory where value is not null',
    );
    expect(rows.map(({ name }) => name)).toContain('access_token');
    expect(JSON.stringify(rows)).not.toMatch(/token-\d/);
  });

  it('busy for a moment: said again until it is taken, once', { timeout: 20_000 }, async () => {
    platform.script(SEND, says(-1), says(-1), says(0));
    await say('oBusy', '七天无理由怎么退');
    await platform.until('oBusy', 3, 15_000);
    await pause(1_500);
    expect(platform.to('oBusy')).toHaveLength(3);
    const bot = (await story.reading(await conversationOf(server, 'oBusy'))).find((m) => m.from === 'bot');
    expect(bot).toMatchObject({ delivery: 'sent' });
  });

  it.each([
    [45015, /48 小时/],
    [45047, /条数已用完/],
  ])('%i: not said again; the agent reads that the window is closed', { timeout: 20_000 }, async (errcode, why) => {
    const shopper = `oClosed${errcode}`;
    const id = await claimed(shopper);
    const before = platform.to(shopper).length;
    platform.script(SEND, says(errcode));
    expect((await agent.reply(id, '您好，我是人工客服小美')).status).toBe(201);
    await platform.until(shopper, before + 1);
    await pause(1_500);
    expect(platform.to(shopper)).toHaveLength(before + 1);
    const reply = (await story.reading(id)).find((m) => m.from === 'agent')!;
    expect(reply).toMatchObject({ delivery: 'failed' });
    expect(reply.deliveryError).toContain('窗口已关闭');
    expect(reply.deliveryError).toMatch(why);
  });

  it('what the bot could not say lies before a person', { timeout: 20_000 }, async () => {
    platform.script(SEND, says(45015));
    await say('oGone', '七天无理由怎么退');
    await platform.until('oGone', 1);
    const row = await agent.waiting(await conversationOf(server, 'oGone'), 10_000);
    expect(row).toMatchObject({ reason: 'bot_failed' });
    expect(row!.summary).toContain('没有送达');
  });
});

describe('the platform refused for a reason that only the shop can mend', () => {
  it.each([40164, 45009, 48001])(
    '%i: once it takes messages again, the shopper hears that a person comes, once',
    {
      timeout: 40_000,
    },
    async (errcode) => {
      const shopper = `oMuted${errcode}`;
      platform.script(SEND, says(errcode));
      await say(shopper, '怎么开发票');
      await platform.until(shopper, 1);
      const id = await conversationOf(server, shopper);
      expect(await agent.waiting(id, 10_000)).toMatchObject({ reason: 'bot_failed' });
      // still shut: that nobody hears it counts for nothing
      await say(shopper, '在吗');
      await platform.until(shopper, 2);
      await expect
        .poll(async () => (await story.reading(id)).filter((m) => m.delivery === 'failed').length, { timeout: 10_000 })
        .toBe(2);
      platform.script(SEND, says(0));
      await say(shopper, '有人吗我等很久了');
      const heard = await platform.until(shopper, 3);
      expect(heard[2]).toMatch(/^您的问题会由人工客服接着处理。/);
      await say(shopper, '是上周买的');
      await pause(2_500);
      expect(platform.to(shopper)).toHaveLength(3);
      expect(await agent.waiting(id, 0)).not.toBeNull();
    },
  );
});

describe('the platform refuses until the shopper writes again', () => {
  const unheard = async (shopper: string, errcode: number): Promise<string> => {
    platform.script(SEND, says(errcode));
    await say(shopper, '怎么开发票');
    await platform.until(shopper, 1);
    const id = await conversationOf(server, shopper);
    expect(await agent.waiting(id, 10_000)).toMatchObject({ reason: 'bot_failed' });
    platform.script(SEND, says(0));
    return id;
  };
  const isWaiting = async (id: string) => (await agent.waiting(id, 0)) !== null;

  it.each([45015, 45047])(
    '%i: the next message brings its answer and the one that was missed',
    {
      timeout: 40_000,
    },
    async (errcode) => {
      const shopper = `oReopens${errcode}`;
      const id = await unheard(shopper, errcode);
      const [missed] = platform.to(shopper);
      await say(shopper, '七天无理由怎么退');
      const [, ...heard] = await platform.until(shopper, 2);
      await expect.poll(() => isWaiting(id), { timeout: 10_000 }).toBe(false);
      await expect
        .poll(() =>
          platform
            .to(shopper)
            .slice(1)
            .map(({ text }) => text)
            .join('\n'),
        )
        .toMatch(/七天|7 ?天/);
      expect(heard[0]).toContain(missed!.text);
      const bot = (await story.reading(id)).filter((m) => m.from === 'bot');
      expect(bot[0]).toMatchObject({ delivery: 'failed' });
      // whoever looks at what went wrong still finds it
      const { body } = await agent.get<{ items: { conversationId: string; trouble: string[] }[] }>(
        '/api/desk/list?tab=trouble&limit=100',
      );
      expect(body.items.find((row) => row.conversationId === id)?.trouble).toContain('undelivered');
    },
  );

  it('the same question again: its answer once, and no talk of having said it before', {
    timeout: 40_000,
  }, async () => {
    const id = await unheard('oAsksAgain', 45047);
    const [missed] = platform.to('oAsksAgain');
    await say('oAsksAgain', '怎么开发票');
    await platform.until('oAsksAgain', 2);
    await expect.poll(async () => (await story.reading(id)).at(-1)).toMatchObject({ from: 'bot', delivery: 'sent' });
    expect(
      platform
        .to('oAsksAgain')
        .slice(1)
        .map(({ text }) => text),
    ).toEqual([missed!.text]);
  });

  it('an agent who has taken it answers, and the bot is silent', { timeout: 40_000 }, async () => {
    await unheard('oIsTaken', 45015);
    const id = await story.claim('oIsTaken');
    await say('oIsTaken', '七天无理由怎么退');
    expect((await agent.reply(id, '您好，我是人工客服小美')).status).toBe(201);
    await platform.until('oIsTaken', 2);
    // longer than the answer above took
    await pause(3_000);
    expect(
      platform
        .to('oIsTaken')
        .slice(1)
        .map(({ text }) => text),
    ).toEqual([expect.stringContaining('小美')]);
  });

  it('a complaint in the next message is a new case, and the answer of before is not said', {
    timeout: 40_000,
  }, async () => {
    const id = await unheard('oNowCross', 45015);
    await say('oNowCross', '我要投诉，你们卖假货');
    const [missed, notice] = await platform.until('oNowCross', 2);
    expect(notice).not.toContain(missed!);
    await expect.poll(async () => (await agent.waiting(id, 0))?.reason, { timeout: 10_000 }).toBe('complaint');
  });

  it('what is refused for good stays with a person, and the shopper hears so', { timeout: 40_000 }, async () => {
    const id = await unheard('oNoRight', 48001);
    await say('oNoRight', '七天无理由怎么退');
    const [, ...heard] = await platform.until('oNoRight', 2);
    expect(heard).toEqual([expect.stringMatching(/^您的问题会由人工客服接着处理。您前面还有 \d+ 位/)]);
    expect(await isWaiting(id)).toBe(true);
  });
});

describe('people', () => {
  it('a complaint is claimed, the agent’s words arrive', { timeout: 20_000 }, async () => {
    const id = await claimed('oComplains');
    expect((await agent.reply(id, '您好，我是人工客服小美')).status).toBe(201);
    const heard = await platform.until('oComplains', 2);
    expect(heard.at(-1)).toContain('小美');
  });

  it('a follower is greeted, a menu answers what its key says', { timeout: 20_000 }, async () => {
    await knock(genuinePost(party, eventXml('subscribe', 'oFollows')));
    expect((await platform.until('oFollows', 1))[0]).toMatch(/您好|欢迎/);
    await knock(genuinePost(party, eventXml('CLICK', 'oTaps', undefined, '七天无理由怎么退')));
    expect((await platform.until('oTaps', 1))[0]).toMatch(/退/);
    await knock(genuinePost(party, eventXml('CLICK', 'oAsksPerson', undefined, 'human')));
    await platform.until('oAsksPerson', 1);
    expect(await agent.waiting(await conversationOf(server, 'oAsksPerson'))).not.toBeNull();
  });

  it('our own echo, a page opened from the menu and every bad envelope leave nothing behind', async () => {
    const quiet = [
      messageXml({ from: 'gh_client0001' }),
      eventXml('VIEW', 'oQuiet', undefined, 'https://shop.example/'),
      eventXml('LOCATION', 'oQuiet'),
      eventXml('kf_create_session', 'oQuiet'),
      eventXml('kf_close_session', 'oQuiet'),
    ];
    for (const xml of quiet)
      expect(await knock(genuinePost(party, xml))).toMatchObject({ status: 200, body: 'success' });
    const refusals = new Set<string>();
    for (const request of Object.values(badEnvelopes(party))) {
      const { status, body } = await knock(request);
      refusals.add(`${status} ${body}`);
    }
    expect([...refusals]).toEqual([expect.stringMatching(/^401 /)]);
    for (const nobody of ['oQuiet', 'gh_client0001', 'oSomebodyElse'])
      expect(await conversationOf(server, nobody)).toBe('');
    expect(await conversationOf(server, 'oTaps')).not.toBe('');
  });
});
