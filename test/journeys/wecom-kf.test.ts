// WeChat customer service (微信客服) on the running product: told by callback, fetched, answered; people at our desk and in the WeCom app.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inShop } from '../../src/db/transaction.ts';
import { type FakePlatform, openFakePlatform, type Received } from '../channels/fake-platform.ts';
import {
  actAsKf,
  badNotices,
  type KfPlatform,
  type KfRequest,
  kfEnvironment,
  notice,
  PARTY,
  verification,
} from '../channels/wecom-kf-client.ts';
import { signIn } from './people.ts';
import { type RunningServer, startServer } from './server.ts';

const SEND = '/cgi-bin/kf/send_msg';
const TRANS = '/cgi-bin/kf/service_state/trans';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const settings = (platform: FakePlatform, agents: 'desk' | 'native'): Record<string, string> => ({
  ...kfEnvironment(platform),
  WECOM_KF_AGENTS: agents,
});

interface Place {
  platform: FakePlatform;
  kf: KfPlatform;
  server: RunningServer;
}

async function open(agents: 'desk' | 'native'): Promise<Place> {
  const platform = await openFakePlatform();
  const kf = actAsKf(platform);
  const server = await startServer({ env: settings(platform, agents) });
  await server.addStaff('agent-a');
  return { platform, kf, server };
}

async function ask(
  { server }: Place,
  { method, query, body }: KfRequest,
): Promise<{ status: number; body: string; ms: number }> {
  const started = performance.now();
  const response = await fetch(`${server.base}/channels/wecom-kf/default/webhook?${new URLSearchParams(query)}`, {
    method,
    ...(method === 'POST' && { body, headers: { 'content-type': 'text/xml' } }),
  });
  return { status: response.status, body: await response.text(), ms: performance.now() - started };
}

/** The shopper writes, the platform tells us. */
async function say(place: Place, shopper: string, text: string, more: Record<string, unknown> = {}): Promise<void> {
  place.kf.say(shopper, text, more);
  expect((await ask(place, notice(PARTY))).status).toBe(200);
}

async function until<T>(look: () => T | null | Promise<T | null>, ms = 15_000): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end; await pause(25)) {
    const seen = await look();
    if (seen !== null) return seen;
  }
  throw new Error('it never came');
}
const heard = (place: Place, shopper: string, words: RegExp): Promise<string> =>
  until(() => place.kf.to(shopper).find((s) => words.test(s.text))?.text ?? null);

const idOf = async ({ server }: Place, shopper: string): Promise<string> => {
  const { rows } = await server.rows<{ id: string }>(
    'select c.id::text from conversations c join shoppers s on s.id = c.shopper_id where s.platform_id = $1',
    [shopper],
  );
  return rows[0]!.id;
};
const ownerOf = async (place: Place, shopper: string): Promise<string> => {
  const { rows } = await place.server.rows<{ kind: string }>(
    'select owner_kind as kind from conversations where id = $1',
    [await idOf(place, shopper)],
  );
  return rows[0]!.kind;
};

const statesOf = async (place: Place, shopper: string): Promise<string[]> => {
  const { rows } = await place.server.rows<{ state: string }>(
    'select state from outbox where conversation_id = $1 order by id',
    [await idOf(place, shopper)],
  );
  return rows.map(({ state }) => state);
};

describe('our own desk', () => {
  let place: Place;
  beforeAll(async () => {
    place = await open('desk');
  }, 180_000);
  afterAll(async () => {
    await place?.server.close();
    await place?.platform.close();
  });

  it('the console’s test and every forged callback', { timeout: 60_000 }, async () => {
    expect(await ask(place, verification(PARTY, '998877'))).toMatchObject({ status: 200, body: '998877' });
    const refusals = await Promise.all(Object.values(badNotices(PARTY)).map((request) => ask(place, request)));
    expect(new Set(refusals.map((r) => `${r.status} ${r.body}`)).size).toBe(1);
    expect(refusals[0]!.status).toBe(401);
  });

  it('asked, answered; three notices of one message are one answer', { timeout: 60_000 }, async () => {
    await say(place, 'wmAsk', '七天无理由怎么退');
    const repeated = await Promise.all([ask(place, notice(PARTY)), ask(place, notice(PARTY))]);
    for (const { status, ms } of repeated) {
      expect(status).toBe(200);
      expect(ms).toBeLessThan(1_000);
    }
    await heard(place, 'wmAsk', /退/);
    await pause(1_500);
    expect(place.kf.to('wmAsk')).toHaveLength(1);
  });

  it('a token that has ended and an API that is down for a while cost time and no message', {
    timeout: 60_000,
  }, async () => {
    place.kf.expireTokens();
    await say(place, 'wmToken', '七天无理由怎么退');
    await heard(place, 'wmToken', /退/);
    const down = { status: 502, body: '<html>' };
    const sync = place.platform.swap('/cgi-bin/kf/sync_msg', down);
    await say(place, 'wmDown', '七天无理由怎么退');
    await pause(700);
    place.platform.swap('/cgi-bin/kf/sync_msg', ...sync);
    await heard(place, 'wmDown', /退/);
  });

  it('a person at our desk answers, and sees what did not arrive', { timeout: 90_000 }, async () => {
    const agent = await signIn(place.server.base, 'agent-a');
    await say(place, 'wmPerson', '转人工');
    const id = await until(() => idOf(place, 'wmPerson').catch(() => null));
    const row = await agent.waiting(id, 15_000);
    await until(() => (place.kf.state.get('wmPerson') === 1 ? true : null)); // it stays with us
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    expect((await agent.reply(id, '您好，我是人工客服小美')).status).toBe(201);
    await heard(place, 'wmPerson', /小美/);
    const { msgid } = place.kf.to('wmPerson').find((s) => s.text.includes('小美'))!;

    place.kf.event('msg_send_fail', { external_userid: 'wmPerson', fail_msgid: msgid, fail_type: 10 });
    await ask(place, notice(PARTY));
    const seen = await until(async () => {
      const { body } = await agent.get<{ messages: { text: string; delivery?: unknown }[] }>(
        `/api/conversations/${id}/messages`,
      );
      const text = JSON.stringify(body);
      return text.includes('顾客拒收') || text.includes('"failed"') ? text : null;
    });
    expect(seen).toContain('小美');

    place.kf.state.set('wmPerson', 4); // the session is over on the platform
    expect((await agent.reply(id, '还在吗')).status).toBe(201);
    const { rows } = await until(async () => {
      const found = await place.server.rows<{ error: string }>(
        `select last_error as error from outbox where conversation_id = $1 and state = 'failed' and last_error like '95018%'`,
        [id],
      );
      return found.rows.length > 0 ? found : null;
    });
    expect(rows[0]!.error).toContain('要等顾客再次发言');
  });

  it('what the shopper takes back is shown so to the agent, who may have acted on it; told twice is once', {
    timeout: 60_000,
  }, async () => {
    const agent = await signIn(place.server.base, 'agent-a');
    await say(place, 'wmBack', '转人工');
    const id = await until(() => idOf(place, 'wmBack').catch(() => null));
    const row = await agent.waiting(id, 15_000);
    expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
    await say(place, 'wmBack', '这句发错人了', { msgid: 'm-back' });
    type Seen = { text: string; payload?: { recalledAt?: string } };
    const recalled = async () => {
      const { body } = await agent.get<{ messages: Seen[] }>(`/api/conversations/${id}/messages`);
      return body.messages.filter(({ payload }) => payload?.recalledAt !== undefined);
    };
    const at = Math.floor(Date.now() / 1000);
    for (const recall_msgid of ['m-back', 'm-back', 'm-of-nobody'])
      place.kf.event('user_recall_msg', { external_userid: 'wmBack', recall_msgid }, at);
    expect((await ask(place, notice(PARTY))).status).toBe(200);
    const seen = await until(() => recalled().then((all) => (all.length > 0 ? all : null)));
    expect(seen).toMatchObject([{ text: '这句发错人了', payload: { recalledAt: new Date(at * 1000).toISOString() } }]);
    // what comes after it is read as ever
    await say(place, 'wmBack', '请忽略');
    await until(async () => {
      const { body } = await agent.get<{ messages: Seen[] }>(`/api/conversations/${id}/messages`);
      return body.messages.some(({ text }) => text === '请忽略') ? true : null;
    });
    expect(await recalled()).toHaveLength(1);
  });

  it('a colleague answers in the WeCom app: the bot is silent until the session ends', {
    timeout: 60_000,
  }, async () => {
    const shopper = 'wmColleague';
    await say(place, shopper, '七天无理由怎么退');
    await heard(place, shopper, /退/);
    const before = place.kf.to(shopper).length;
    await say(place, shopper, '您好，我是仓库的老张', { origin: 5, servicer_userid: 'laozhang' });
    await until(async () => ((await ownerOf(place, shopper)) === 'platform_agent' ? true : null));
    await say(place, shopper, '什么时候发货');
    await pause(2_500);
    expect(place.kf.to(shopper)).toHaveLength(before);
    const { rows } = await place.server.rows<{ author: string; name: string }>(
      `select author, payload->>'agentName' as name from messages where conversation_id = $1 and author = 'platform_agent'`,
      [await idOf(place, shopper)],
    );
    expect(rows).toEqual([{ author: 'platform_agent', name: 'laozhang' }]);

    place.kf.event('session_status_change', { external_userid: shopper, change_type: 3 });
    await say(place, shopper, '七天无理由怎么退');
    await until(() => (place.kf.to(shopper).length > before ? true : null));
    expect(await ownerOf(place, shopper)).toBe('bot');
  });

  it('an agent of ours may take what a colleague has there', { timeout: 60_000 }, async () => {
    const shopper = 'wmTaken';
    await say(place, shopper, '我来看看', { origin: 5, servicer_userid: 'laozhang' });
    await until(async () => ((await ownerOf(place, shopper).catch(() => '')) === 'platform_agent' ? true : null));
    const agent = await signIn(place.server.base, 'agent-a');
    const taken = await agent.post(`/api/conversations/${await idOf(place, shopper)}/takeover`, { reason: '我来' });
    expect(taken.status).toBeLessThan(300);
    expect(await ownerOf(place, shopper)).toBe('agent');
  });

  it('who enters is welcomed', { timeout: 30_000 }, async () => {
    place.kf.event('enter_session', { external_userid: 'wmNew', welcome_code: 'w-9' });
    await ask(place, notice(PARTY));
    expect(await heard(place, 'welcome w-9', /智能客服/)).toContain('转人工');
  });

  it('a supervisor sees what the platform itself counted, and why where it does not say', {
    timeout: 60_000,
  }, async () => {
    const { server, kf } = place;
    await server.addStaff('boss', 'supervisor');
    const boss = await signIn(server.base, 'boss');
    const agent = await signIn(server.base, 'agent-a');
    type Row = { id: string; kind: string; tells: boolean };
    const { channels } = (await boss.get<{ channels: Row[] }>('/api/metrics/health')).body;
    expect(channels.filter(({ tells }) => tells).map(({ kind }) => kind)).toEqual(['wecom-kf']);
    const daysOf = (kind: string, query = '') =>
      `/api/metrics/channels/${channels.find((c) => c.kind === kind)!.id}/days${query}`;

    const today = Math.floor((Date.now() / 1_000 + 28_800) / 86_400) * 86_400 - 28_800;
    const dayAgo = (n: number) => new Date((today + 28_800 - n * 86_400) * 1_000).toISOString().slice(0, 10);
    kf.counted.set(today - 86_400, { totals: { session_cnt: 5 }, people: { reply_rate: 0.8 } });
    kf.counted.set(today - 20 * 86_400, { totals: { session_cnt: 7 } });
    expect((await boss.get(daysOf('wecom-kf'))).body).toMatchObject({
      from: dayAgo(7),
      until: dayAgo(1),
      items: [{ day: dayAgo(1), sessions: 5, repliedShare: 0.8, shoppers: null }],
    });
    expect((await boss.get(daysOf('wecom-kf', '?days=31'))).body).toMatchObject({
      items: [{ day: dayAgo(20), sessions: 7 }, { sessions: 5 }],
    });

    kf.tells = false;
    const refused = await boss.get(daysOf('wecom-kf'));
    expect(refused).toMatchObject({ status: 502, body: { code: 'platform_silent' } });
    expect(refused.body.detail).toContain('48002');
    kf.tells = true;

    expect((await boss.get(daysOf('wecom-kf', '?days=32'))).status).toBe(400);
    expect(await boss.get(daysOf('web'))).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
    expect((await boss.get('/api/metrics/channels/999999/days')).status).toBe(404);
    expect((await agent.get(daysOf('wecom-kf'))).status).toBe(403);
  });
});

describe('the people in the WeCom app', () => {
  let place: Place;
  beforeAll(async () => {
    place = await open('native');
  }, 180_000);
  afterAll(async () => {
    await place?.server.close();
    await place?.platform.close();
  });

  it('the bot hands over to the pool after its last word, and comes back when they are done', {
    timeout: 90_000,
  }, async () => {
    const shopper = 'wmNative';
    await say(place, shopper, '转人工');
    await until(() => (place.kf.state.get(shopper) === 2 ? true : null));
    await until(async () => ((await ownerOf(place, shopper)) === 'platform_agent' ? true : null));
    expect(place.kf.to(shopper).length).toBeGreaterThan(0); // said before: in the pool nothing may be sent
    const { rows } = await place.server.rows<{ state: string }>(
      'select state from handoffs where conversation_id = $1',
      [await idOf(place, shopper)],
    );
    expect(rows).toEqual([{ state: 'resolved' }]);

    const before = place.kf.to(shopper).length;
    await say(place, shopper, '七天无理由怎么退');
    await pause(2_500);
    expect(place.kf.to(shopper)).toHaveLength(before);

    place.kf.state.set(shopper, 4);
    place.kf.event('session_status_change', { external_userid: shopper, change_type: 3 });
    await say(place, shopper, '七天无理由怎么退');
    await until(() => (place.kf.to(shopper).length > before ? true : null));
  });

  it.each([
    ['is busy for a moment', { status: 200, body: { errcode: -1, errmsg: 'system busy' } }],
    ['takes too many calls for a moment', { status: 429, headers: { 'retry-after': '1' }, body: {} }],
  ])(
    'a platform that %s hears the last word first, and then of the person',
    { timeout: 60_000 },
    async (_, refusal) => {
      const shopper = `wmBusy${refusal.status}`;
      const before = place.platform.swap(SEND);
      place.platform.swap(SEND, refusal, ...before);
      await say(place, shopper, '转人工');
      await until(() => (place.kf.state.get(shopper) === 2 ? true : null));
      expect(place.kf.to(shopper).map(({ text }) => text)).toEqual([expect.stringContaining('人工')]);
      await until(async () => ((await ownerOf(place, shopper)) === 'platform_agent' ? true : null));
      expect(await statesOf(place, shopper)).toEqual(['sent']);
    },
  );

  it.each([
    ['busy', () => ({ status: 200, body: { errcode: -1, errmsg: 'system busy' } })],
    ['broken', () => ({ status: 500, body: 'no' })],
    ['cut off', () => ({ cut: true as const })],
    [
      'cut off after it had taken the move',
      ({ body }: Received) => {
        place.kf.state.set(String(body.external_userid), 2);
        return { cut: true as const };
      },
    ],
  ])('a move of the session that is %s is made all the same', { timeout: 60_000 }, async (name, failing) => {
    const shopper = `wmMove${name.length}`;
    const before = place.platform.swap(TRANS);
    place.platform.swap(TRANS, failing, ...before);
    await say(place, shopper, '转人工');
    await until(async () => ((await ownerOf(place, shopper).catch(() => '')) === 'platform_agent' ? true : null));
    expect(place.kf.state.get(shopper)).toBe(2);
  });

  it('a move that never succeeds is tried three times, and the case stays at our desk', {
    timeout: 60_000,
  }, async () => {
    const before = place.platform.swap(TRANS, { status: 200, body: { errcode: -1, errmsg: 'system busy' } });
    const tries = () => place.platform.at(TRANS).filter(({ body }) => body.external_userid === 'wmNever').length;
    await say(place, 'wmNever', '转人工');
    await until(() => (tries() === 3 ? true : null), 30_000);
    await pause(7_000);
    place.platform.swap(TRANS, ...before);
    expect(tries()).toBe(3);
    expect(await ownerOf(place, 'wmNever')).toBe('queue');
  });

  it('a case whose process died before it was offered is offered by whoever lives', { timeout: 60_000 }, async () => {
    const shopper = 'wmDied';
    const before = place.platform.swap(TRANS, { status: 200, body: { errcode: 95017, errmsg: 'api closed' } });
    await say(place, shopper, '转人工');
    await until(() => (place.platform.at(TRANS).some(({ body }) => body.external_userid === shopper) ? true : null));
    await pause(500);
    place.platform.swap(TRANS, ...before);
    const id = await idOf(place, shopper);
    expect(await ownerOf(place, shopper)).toBe('queue');
    await inShop(place.server.database.pool, place.server.shopId, (tx) =>
      tx.query('update handoffs set offer_platform_at = default, platform_tries = 0 where conversation_id = $1', [id]),
    );
    await until(async () => ((await ownerOf(place, shopper)) === 'platform_agent' ? true : null));
    expect(place.kf.state.get(shopper)).toBe(2);
  });

  it('nobody there can take it: it waits at our desk', { timeout: 60_000 }, async () => {
    place.kf.hasPool = false;
    await say(place, 'wmNobody', '转人工');
    const agent = await signIn(place.server.base, 'agent-a');
    const id = await until(() => idOf(place, 'wmNobody').catch(() => null));
    expect(await agent.waiting(id, 15_000)).not.toBeNull();
    await pause(1_000);
    expect(await ownerOf(place, 'wmNobody')).toBe('queue');
  });
});
