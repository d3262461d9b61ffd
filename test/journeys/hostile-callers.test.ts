// What anybody on the network can try at every address a platform is told: against the running product, with its default paths and settings.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment, type Knock, type Speaker, speakers, teach } from '../../scripts/ack-bench/speakers.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { type RunningServer, startServer } from './server.ts';

let platform: FakePlatform;
let server: RunningServer;
let all: Speaker[];
/** Ahead of the machine's, for everything the product asks about the time of a request. */
let aheadMs = 0;
beforeAll(async () => {
  platform = await openFakePlatform();
  const kf = teach(platform);
  server = await startServer({
    env: environment(platform.url),
    app: { now: () => new Date(Date.now() + aheadMs) },
  });
  all = speakers(server.base, platform, kf);
}, 180_000);
afterAll(async () => {
  await server?.close();
  await platform?.close();
});

interface Heard {
  status: number;
  body: string;
}

async function ask({ path, headers, body }: Knock, method = 'POST'): Promise<Heard> {
  const response = await fetch(server.base + path, {
    method,
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, body: await response.text() };
}

/** Of that kind of channel: what 微信客服 was told of is fetched while the next one's turn has come. */
const storedBy = async (name: string): Promise<number> => {
  const { rows } = await server.rows<{ n: string }>(
    `select count(*) as n from messages m join conversations c on c.id = m.conversation_id
     join channel_accounts a on a.id = c.channel_account_id where m.author = 'shopper' and a.kind = $1`,
    [name.split(',')[0]],
  );
  return Number(rows[0]!.n);
};
const of = (name: string): Speaker => all.find((speaker) => speaker.name === name)!;
const bytesOf = ({ body }: Knock): Buffer => Buffer.from(body);

/** Numbers of shoppers that nobody else here uses. */
let count = 0;
const say = (speaker: Speaker): Promise<Knock> => speaker.say(++count);

const NAMES = [
  'wechat-oa',
  'wechat-mp',
  'wecom-kf',
  'taobao',
  'doudian',
  'webhook',
  'webhook, chatwoot',
  'directline',
  'bot-framework',
];
/** Signed over the body, so that no other body is theirs. */
const SIGNED = NAMES.slice(0, 7);
/** The platform signs no time; the library that checks the generic webhook asks the machine's clock (test/channels/webhook.test.ts). */
const TIMELESS = new Set(['doudian', 'directline', 'bot-framework', 'webhook']);

describe.each(NAMES)('%s', (name) => {
  const stored = () => storedBy(name);
  it('a genuine message, twenty times at once and once more, is one', { timeout: 60_000 }, async () => {
    const request = await say(of(name));
    const before = await stored();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(request)));
    answers.push(await ask(request));
    for (const { status, body } of answers) expect(of(name).isTaken(status, body), `${status} ${body}`).toBe(true);
    await expect.poll(stored, { timeout: 10_000 }).toBe(before + 1);
  });

  it('a megabyte is refused, whatever is in it, and the line goes on', { timeout: 60_000 }, async () => {
    const request = await say(of(name));
    const before = await stored();
    const large = Buffer.alloc(1024 * 1024, 'a');
    bytesOf(request).copy(large);
    const answer = await ask({ ...request, body: large });
    expect(answer.status).toBe(413);
    expect(answer.body).not.toMatch(/stack|node_modules|at .*\.ts/);
    if (name !== 'wecom-kf') expect(await stored()).toBe(before);
    const { status, body } = await ask(request);
    expect(of(name).isTaken(status, body)).toBe(true);
  });

  it('other methods, other accounts and broken paths are nobody', async () => {
    const request = await say(of(name));
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const { status } = await ask(request, method);
      expect([404, 405], `${method} ${status}`).toContain(status);
    }
    const [path = '', query = ''] = request.path.split('?');
    for (const other of [path.replace('/default/', '/another/'), `${path}/more`, path.replace('/default/', '/%ff/')]) {
      if (other === path) continue;
      const { status } = await ask({ ...request, path: `${other}?${query}` });
      expect([400, 404], `${other} ${status}`).toContain(status);
    }
  });
});

describe.each(SIGNED)('%s: what is not signed so', (name) => {
  const stored = () => storedBy(name);
  it('gets one answer, and leaves nothing', { timeout: 60_000 }, async () => {
    const request = await say(of(name));
    const [path = '', query = ''] = request.path.split('?');
    const bytes = bytesOf(request);
    const changed = Buffer.from(bytes);
    changed[Math.floor(bytes.length / 2)]! ^= 1;
    const before = await stored();
    const forged: Record<string, Knock> = {
      'one bit': { ...request, body: changed },
      'nothing in it': { ...request, body: '' },
      'half of it': { ...request, body: bytes.subarray(0, bytes.length >> 1) },
      'no query and no headers': { ...request, path: name.includes('chatwoot') ? request.path : path, headers: {} },
      'bytes that are no text': { ...request, body: Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0])]) },
      'doctype in front': { ...request, body: Buffer.concat([Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]>'), bytes]) },
      'another body': { ...request, body: '<xml><ToUserName>a</ToUserName></xml>' },
      ...(query.includes('sign') && { 'the query twice': { ...request, path: `${path}?${query}&${query}` } }),
    };
    const answers = new Map<string, string[]>();
    for (const [what, knock] of Object.entries(forged)) {
      const { status, body } = await ask(knock);
      const answer = `${status} ${body}`;
      answers.set(answer, [...(answers.get(answer) ?? []), what]);
      expect(status, what).toBeGreaterThanOrEqual(400);
      expect(status, what).toBeLessThan(500);
    }
    expect(Object.fromEntries(answers)).toEqual({ [[...answers.keys()][0]!]: Object.keys(forged) });
    if (name !== 'wecom-kf') expect(await stored()).toBe(before);
  });
});

it('how far the clocks may differ is a setting', { timeout: 180_000 }, async () => {
  const wide = await startServer({
    env: { ...environment(platform.url), WECHAT_OA_TOLERANCE_SECONDS: '7200', WECOM_KF_TOLERANCE_SECONDS: '7200' },
    app: { now: () => new Date(Date.now() + 3_600_000) },
  });
  try {
    const took: boolean[] = [];
    for (const name of ['wechat-oa', 'wecom-kf', 'wechat-mp']) {
      const { path, headers, body } = await say(of(name));
      const response = await fetch(wide.base + path, { method: 'POST', headers, body: String(body) });
      took.push(of(name).isTaken(response.status, await response.text()));
    }
    expect(took).toEqual([true, true, false]);
  } finally {
    await wide.close();
  }
});

describe('an hour later', () => {
  afterAll(() => {
    aheadMs = 0;
  });
  it.each(NAMES.filter((name) => !TIMELESS.has(name)))('%s: the same bytes are stale', async (name) => {
    aheadMs = 0;
    const request = await say(of(name));
    aheadMs = 3_600_000;
    const { status, body } = await ask(request);
    expect(status, body).toBeGreaterThanOrEqual(400);
    expect(of(name).isTaken(status, body)).toBe(false);
  });
});

describe('at the shopper’s own page', () => {
  const JSON_BODY = { 'content-type': 'application/json' };
  const enter = (body: string) =>
    fetch(`${server.base}/api/shop/visitors`, { method: 'POST', headers: JSON_BODY, body });

  it('a name or order that nothing can keep is refused, any other is not', async () => {
    for (const field of ['name', 'orderId', 'productId', 'shop'])
      for (const bad of ['\\u0000', 'a\\u0000b', '\\ud800', '\\u001b'])
        expect((await enter(`{"${field}":"${bad}"}`)).status, `${field} ${bad}`).toBe(400);
    for (const name of ['小美', '😀', "O'Neil; drop table"])
      expect((await enter(JSON.stringify({ name }))).status, name).toBe(200);
  });

  it('a place beyond all numbers is refused, on the stream it is the beginning', async () => {
    const { token } = (await (await enter('{}')).json()) as { token: string };
    const headers = { authorization: `Bearer ${token}`, ...JSON_BODY };
    const said = { clientMessageId: 'a', orderId: '\u0000' };
    const post = (path: string, body: unknown) =>
      fetch(server.base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await post('/api/shop/messages', said)).status).toBe(400);
    expect((await post('/api/shop/messages', { clientMessageId: 'b', text: '在吗' })).status).toBe(202);
    const far = '99999999999999999999';
    expect((await fetch(`${server.base}/api/shop/messages?after=${far}`, { headers })).status).toBe(400);
    expect((await post(`/api/shop/messages/${far}/feedback`, { helpful: true })).status).toBe(400);
    const none = await post(`/api/shop/messages/${Number.MAX_SAFE_INTEGER}/feedback`, { helpful: true });
    expect(none.status).toBe(404);
    const stop = new AbortController();
    const stream = await fetch(`${server.base}/api/shop/stream`, {
      headers: { ...headers, 'last-event-id': far },
      signal: stop.signal,
    });
    let heard = '';
    const decoder = new TextDecoder();
    for await (const chunk of stream.body!) {
      heard += decoder.decode(chunk, { stream: true });
      if (heard.includes('在吗')) break;
    }
    stop.abort();
    expect(heard).toContain('在吗');
  });
});
