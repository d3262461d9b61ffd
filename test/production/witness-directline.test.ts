// Microsoft's own client, botframework-directlinejs as it was published, talks to us: by line and by asking, through cut lines and expired tokens.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDirectlineClient, DIRECTLINE_SECRET, type Said } from '../channels/directline-client.ts';
import { conversationOf } from '../journeys/conversation-of.ts';
import { signIn } from '../journeys/people.ts';
import { type RunningServer, startServer } from '../journeys/server.ts';
import { type CutLine, openCutLine } from './cut-line.ts';
import { witness } from './witness.ts';

interface Observable<T> {
  subscribe(next: (value: T) => void, error?: (error: unknown) => void): { unsubscribe(): void };
}
interface DirectLine {
  activity$: Observable<Said>;
  connectionStatus$: Observable<number>;
  conversationId: string;
  postActivity(activity: unknown): Observable<string>;
  reconnect(conversation: { token: string; streamUrl?: string }): void;
  setUserId(id: string): void;
  end(): void;
}
interface DirectLineOptions {
  token?: string;
  secret?: string;
  domain: string;
  webSocket?: boolean;
  pollingInterval?: number;
  conversationId?: string;
  watermark?: string;
}

const ONLINE = 2;
const EXPIRED = 3;
/** The library waits up to 15 s before it comes back. */
const COMES_BACK = { timeout: 40_000 };
const SOON = { timeout: 20_000 };

let DirectLineOf: new (options: DirectLineOptions) => DirectLine;
let server: RunningServer;
let line: CutLine;
let agent: Awaited<ReturnType<typeof signIn>>;
let aheadMs = 0;
beforeAll(async () => {
  // what a browser has and Node has not
  vi.stubGlobal('XMLHttpRequest', witness('xhr2'));
  vi.stubGlobal('WebSocket', witness<{ WebSocket: unknown }>('ws').WebSocket);
  DirectLineOf = witness<{ DirectLine: typeof DirectLineOf }>('botframework-directlinejs').DirectLine;
  server = await startServer({
    env: { DIRECTLINE_SECRET },
    app: { now: () => new Date(Date.now() + aheadMs) },
  });
  line = await openCutLine(server.base);
  await server.addStaff('agent-a');
  agent = await signIn(server.base, 'agent-a');
}, 300_000);
afterAll(async () => {
  vi.unstubAllGlobals();
  await line?.close();
  await server?.close();
}, 60_000);

async function open(more: Partial<DirectLineOptions> = {}, user = 'dl_witness') {
  const { body } = await createDirectlineClient(server.base).generate({ user: { id: user } });
  const client = new DirectLineOf({ token: body.token, domain: `${line.url}/v3/directline`, ...more });
  const heard: Said[] = [];
  const states: number[] = [];
  client.connectionStatus$.subscribe((state) => void states.push(state));
  const listening = client.activity$.subscribe(
    (activity) => void heard.push(activity),
    () => {},
  );
  return {
    client,
    heard,
    states,
    messages: () => heard.filter(({ type }) => type === 'message'),
    /** What happened to a handoff, by the names of the protocol. */
    events: () => heard.filter(({ type }) => type === 'event').map(({ name, value }) => [name, value?.state]),
    shop: () => heard.filter(({ type, from }) => type === 'message' && from.role === 'bot'),
    say: (text: string, channelData?: unknown) =>
      new Promise<string>((resolve, reject) => {
        client
          .postActivity({
            type: 'message',
            from: { id: user, name: '小明' },
            text,
            ...(channelData ? { channelData } : {}),
          })
          .subscribe(resolve, reject);
      }),
    close() {
      listening.unsubscribe();
      client.end();
    },
  };
}

const isUnique = (said: Said[]) => new Set(said.map(({ id }) => id)).size === said.length;

async function claimed(conversation: string): Promise<string> {
  const id = await conversationOf(server, conversation);
  const row = await agent.waiting(id, 15_000);
  expect((await agent.post(`/api/handoffs/${row!.id}/claim`)).status).toBe(200);
  return id;
}

describe.each([
  ['by line', {}],
  ['by asking', { webSocket: false, pollingInterval: 300 }],
] as const)('%s', (name, options) => {
  it('connects, hears itself once and unchanged, and is answered', { timeout: 60_000 }, async () => {
    const talk = await open(options);
    const id = await talk.say('七天无理由怎么退', { clientActivityID: 'w-1', mine: [1, '二'] });
    await expect.poll(() => talk.shop().length, SOON).toBe(1);
    expect(talk.states).toContain(ONLINE);
    const own = talk.messages().filter(({ from }) => from.role === 'user');
    expect(own).toEqual([
      expect.objectContaining({
        id,
        text: '七天无理由怎么退',
        channelData: { clientActivityID: 'w-1', mine: [1, '二'] },
      }),
    ]);
    expect(own[0]!.from.id).toBe('dl_witness');
    expect(talk.shop()[0]!.text).toMatch(/退/);
    talk.close();
  });

  it('choices come as suggested actions; the tapped one brings a person, whose words arrive', {
    timeout: 90_000,
  }, async () => {
    const talk = await open(options);
    await talk.say('那个啥来着');
    await expect.poll(() => talk.shop().length, SOON).toBe(1);
    const { actions } = talk.shop()[0]!.suggestedActions!;
    await talk.say(actions.find(({ title }) => title.includes('人工'))!.value);
    const ours = await claimed(talk.client.conversationId);
    expect((await agent.reply(ours, '您好，我是人工客服')).status).toBe(201);
    await expect
      .poll(() => talk.shop().at(-1), SOON)
      .toMatchObject({ text: '您好，我是人工客服', from: { name: 'agent-a' } });
    expect(isUnique(talk.messages())).toBe(true);
    await expect
      .poll(() => talk.events(), SOON)
      .toEqual([
        ['handoff.initiate', undefined],
        ['handoff.status', 'accepted'],
      ]);
    talk.close();
  });

  it('a token that ran out is told apart, and a new one goes on with the same conversation', {
    timeout: 90_000,
  }, async () => {
    const talk = await open(options);
    await talk.say('你好');
    await expect.poll(() => talk.shop().length, SOON).toBeGreaterThanOrEqual(1);
    const before = talk.messages().length;
    aheadMs = 31 * 60_000;
    expect(await talk.say('听得到吗')).toBe('retry');
    await expect.poll(() => talk.states.at(-1), SOON).toBe(EXPIRED);
    aheadMs = 0;
    const back = await createDirectlineClient(server.base).reconnect(talk.client.conversationId, DIRECTLINE_SECRET);
    talk.client.reconnect(back.body);
    expect(await talk.say('包邮吗')).toContain(talk.client.conversationId);
    await expect.poll(() => talk.messages().length, COMES_BACK).toBeGreaterThanOrEqual(before + 2);
    const ids = talk.messages().map(({ id }) => id);
    const all = (await createDirectlineClient(server.base).list(talk.client.conversationId, DIRECTLINE_SECRET)).body;
    // by asking, the library asks twice from then on and drops nothing: what comes twice is the same activity
    expect(name === 'by line' ? ids : [...new Set(ids)]).toEqual(
      all.activities.map(({ id }) => id).slice(0, new Set(ids).size),
    );
    talk.close();
  });
});

it('a line that is cut while a person writes: it comes back, nothing is lost and nothing comes twice', {
  timeout: 150_000,
}, async () => {
  const talk = await open();
  await talk.say('转人工');
  const ours = await claimed(talk.client.conversationId);
  await agent.reply(ours, '在的，请讲');
  await expect.poll(() => talk.shop().at(-1)?.text, SOON).toBe('在的，请讲');
  for (const round of [1, 2]) {
    line.cut('away');
    await agent.reply(ours, `断线时说的 ${round}`);
    line.mend();
    await expect.poll(() => talk.shop().at(-1)?.text, COMES_BACK).toBe(`断线时说的 ${round}`);
  }
  await talk.say('收到了');
  await expect.poll(() => talk.messages().at(-1)?.text, SOON).toBe('收到了');
  const lasting = talk.heard.filter(({ type }) => type !== 'typing');
  expect(isUnique(lasting)).toBe(true);
  const all = (await createDirectlineClient(server.base).list(talk.client.conversationId, DIRECTLINE_SECRET)).body;
  const kept = (type: string) => all.activities.filter((one) => one.type === type).map(({ id }) => id);
  expect(talk.messages().map(({ id }) => id)).toEqual(kept('message'));
  expect(lasting.filter(({ type }) => type === 'event').map(({ id }) => id)).toEqual(kept('event'));
  talk.close();
});

it('a page that is opened again goes on where it left off', { timeout: 90_000 }, async () => {
  const first = await open();
  await first.say('七天无理由怎么退');
  await expect.poll(() => first.shop().length, SOON).toBe(1);
  first.close();
  const { conversationId } = first.client;
  const back = await createDirectlineClient(server.base).reconnect(conversationId, DIRECTLINE_SECRET);
  const second = await open({ token: back.body.token, conversationId });
  await expect.poll(() => second.messages().length, SOON).toBe(2);
  expect(second.messages().map(({ id }) => id)).toEqual(first.messages().map(({ id }) => id));
  second.close();
});

it('the secret itself works too, for programs', { timeout: 60_000 }, async () => {
  const client = new DirectLineOf({ secret: DIRECTLINE_SECRET, domain: `${line.url}/v3/directline` });
  client.setUserId('u-program');
  const heard: Said[] = [];
  const listening = client.activity$.subscribe((activity) => void heard.push(activity));
  client.postActivity({ type: 'message', from: { id: 'u-program' }, text: '七天无理由怎么退' }).subscribe(() => {});
  await expect.poll(() => heard.filter(({ type }) => type === 'message').length, SOON).toBe(2);
  expect(heard.find(({ from }) => from.role === 'user')!.from.id).toBe('u-program');
  listening.unsubscribe();
  client.end();
});
