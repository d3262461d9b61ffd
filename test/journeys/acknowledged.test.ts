// Every platform that does not wait is told at once that its message was taken, while the turn takes eight seconds; the long form is scripts/ack-bench.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../scripts/ack-bench/load.ts';
import { listenPassive } from '../../scripts/ack-bench/passive.ts';
import { environment, speakers, teach } from '../../scripts/ack-bench/speakers.ts';
import type { Writer } from '../../src/providers/language-model.ts';
import { type FakePlatform, openFakePlatform } from '../channels/fake-platform.ts';
import { type RunningServer, startServer } from './server.ts';

const TURN_MS = 8_000;
const MESSAGES = 3;
/** The platform's own limit; anything later is cut off and shown to the shopper as trouble. */
const CUT_MS = 5_000;

const writer: Writer = {
  async reword({ answer }) {
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    return answer;
  },
  summarise: async () => null,
  secondOpinion: async () => ({ said: 'none' }),
};

let platform: FakePlatform;
let kf: ReturnType<typeof teach>;
beforeAll(async () => {
  platform = await openFakePlatform();
  kf = teach(platform);
});
afterAll(() => platform?.close());

const countOf = async (server: RunningServer, sql: string): Promise<number> =>
  Number((await server.rows<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]!.n);

describe('answers go out by an API', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ env: environment(platform.url), app: { writer } });
  }, 180_000);
  afterAll(() => server?.close());

  it('each is taken before its answer exists, each once, and answered afterwards', { timeout: 180_000 }, async () => {
    const all = speakers(server.base, platform, kf);
    const heard = await listen(server.base, all, { messages: MESSAGES, perSecond: 20 });
    for (const [name, { ms, wrong }] of heard) {
      expect(wrong, name).toEqual([]);
      expect(Math.max(...ms), name).toBeLessThan(CUT_MS);
    }
    const said = all.length * MESSAGES;
    await expect.poll(() => countOf(server, "turns where state = 'done'"), { timeout: 120_000 }).toBe(said);
    expect(await countOf(server, "messages where author = 'shopper'")).toBe(said);
    expect(await countOf(server, `turns where done_at - created_at < interval '${TURN_MS} ms'`)).toBe(0);
    expect(await countOf(server, "messages where author = 'bot'")).toBeGreaterThanOrEqual(said);
  });
});

describe('answers go out in the response', () => {
  let server: RunningServer;
  beforeAll(async () => {
    const env = { ...environment(platform.url), WECHAT_OA_REPLY: 'passive' };
    server = await startServer({ env, app: { writer } });
  }, 180_000);
  afterAll(() => server?.close());

  it('nobody sees that the service is down, everybody reads the answer in one of the tries', {
    timeout: 120_000,
  }, async () => {
    const report = await listenPassive(server.base, MESSAGES, 2);
    expect(report).toMatchObject({ sawTrouble: 0, replied: MESSAGES });
    expect(report.longestMs).toBeLessThan(CUT_MS);
  });
});
