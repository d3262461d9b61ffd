// The embedders against a real HTTP server: right vectors when it is well, a typed error within the deadline when it is not.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLearnedEmbedder } from '../../src/providers/embedder.ts';
import { createOpenAiEmbedder, type OpenAiEmbedderOptions } from '../../src/providers/openai-embedder.ts';
import { ProviderError } from '../../src/providers/provider-error.ts';
import { leaksOf, messages } from './personal-numbers.ts';
import { type ProtocolMode, type ProtocolServer, pseudoVector, startProtocolServer } from './protocol-server.ts';

const KEY = 'sk-test-4f9a8b7c6d5e';
let server: ProtocolServer;
beforeAll(async () => {
  server = await startProtocolServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.mode = 'ok';
  server.dimensions = 32;
  server.rowsMax = 2048;
  server.requests.length = 0;
});

const embedder = (options: Partial<OpenAiEmbedderOptions> = {}) =>
  createOpenAiEmbedder({ baseUrl: server.baseUrl, apiKey: KEY, model: 'embed-small', ...options });
const failureOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw error;
  return error;
};

describe('a healthy endpoint', () => {
  it('embeds a query', async () => {
    const one = embedder();
    const vector = await one.embedQuery('满多少包邮');
    expect(vector).toHaveLength(32);
    pseudoVector('满多少包邮', 32).forEach((value, at) => {
      expect(vector[at]).toBeCloseTo(value, 5);
    });
    expect(one.dimensions).toBe(32);
    expect(one.id).toBe('openai:embed-small');
    expect(server.requests[0]!.authorization).toBe(`Bearer ${KEY}`);
  });

  it('embeds documents in batches of at most 64 and keeps their order', async () => {
    const documents = Array.from({ length: 150 }, (_, at) => `问题${at}号怎么办`);
    const vectors = await embedder({ dimensions: 16 }).embedDocuments(documents);
    expect(vectors).toHaveLength(150);
    for (const at of [0, 63, 64, 149]) expect(vectors[at]![3]).toBeCloseTo(pseudoVector(documents[at]!, 16)[3]!, 5);
    const sizes = server.requests.map(({ body }) => (JSON.parse(body) as { input: string[] }).input.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([22, 64, 64]);
  });

  it('an endpoint that takes fewer at once is asked in smaller batches from then on', async () => {
    server.rowsMax = 10;
    const one = embedder();
    const documents = Array.from({ length: 75 }, (_, at) => `问题${at}号怎么办`);
    const vectors = await one.embedDocuments(documents);
    expect(vectors).toHaveLength(75);
    for (const at of [0, 10, 63, 74]) expect(vectors[at]![3]).toBeCloseTo(pseudoVector(documents[at]!, 32)[3]!, 5);
    server.requests.length = 0;
    await one.embedDocuments(documents.map((text) => `${text}呀`));
    expect(server.requests.every(({ body }) => (JSON.parse(body) as { input: string[] }).input.length <= 10)).toBe(
      true,
    );
    expect(one.breakerState()).toBe('closed');
  });

  it('of 500 messages with a phone, ID-card or card number none gets through', async () => {
    const all = messages(500, 11);
    await embedder().embedDocuments(all.map(({ text }) => text));
    const sent = server.requests.flatMap(({ body }) => (JSON.parse(body) as { input: string[] }).input);
    expect(sent.length).toBeGreaterThan(60);
    for (const message of all)
      expect(
        sent.filter((text) => leaksOf(text, message) !== null),
        message.text,
      ).toEqual([]);
  });

  it('asks once for the same text', async () => {
    const one = embedder();
    await one.embedDocuments(['一样', '一样', '另一个']);
    await one.embedQuery('一样');
    expect(server.requests).toHaveLength(1);
    expect((JSON.parse(server.requests[0]!.body) as { input: string[] }).input).toEqual(['一样', '另一个']);
  });

  it('answers nothing with nothing and embeds a blank text', async () => {
    expect(await embedder().embedDocuments([])).toEqual([]);
    expect(server.requests).toHaveLength(0);
    expect(await embedder().embedQuery('  ')).toHaveLength(32);
  });

  it('never sends personal data', async () => {
    await embedder().embedQuery('我的电话13812345678，订单2711234567890123456到哪了');
    await embedder().embedDocuments(['发到 zhang@example.com']);
    const sent = server.requests.map(({ body }) => body).join();
    expect(sent).not.toMatch(/13812345678|2711234567890123456|zhang@/);
    expect(sent).toContain('到哪了');
  });
});

describe('a sick endpoint', () => {
  it.each<[ProtocolMode, string]>([
    ['hang', 'timeout'],
    ['slow-drip', 'timeout'],
    ['status-500', 'unavailable|timeout'],
    ['cut-off', 'unavailable|timeout'],
    ['rate-limited', 'timeout|rate-limited'],
    ['unauthorized', 'refused'],
    ['nonsense', 'bad-answer'],
    ['wrong-shape', 'bad-answer'],
    ['huge-body', 'bad-answer|timeout'],
    ['redirect', 'unavailable|timeout'],
  ])('%s ends as %s within the deadline and without the key', async (mode, failures) => {
    server.mode = mode;
    const before = performance.now();
    const error = await failureOf(embedder({ queryDeadlineMs: 600 }).embedQuery('快递到哪了'));
    expect(performance.now() - before).toBeLessThan(1100);
    expect(error.failure).toMatch(new RegExp(`^(${failures})$`));
    const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain('快递到哪了');
    expect(server.requests.every(({ path }) => path === '/v1/embeddings')).toBe(true);
  });

  it('nobody listening', async () => {
    const error = await failureOf(
      embedder({ baseUrl: 'http://127.0.0.1:9/v1', queryDeadlineMs: 600 }).embedQuery('在吗'),
    );
    expect(error.failure).toMatch(/unavailable|timeout/);
  });

  it('Retry-After is honoured', async () => {
    server.mode = 'rate-limited-once';
    server.retryAfterS = 1.2;
    expect(await embedder().embedQuery('在吗')).toHaveLength(32);
    expect(server.requests).toHaveLength(2);
    // without the header the SDK would come again after half a second
    expect(server.requests[1]!.at - server.requests[0]!.at).toBeGreaterThan(1150);
  });

  it('another dimension than asked is refused in words an operator understands', async () => {
    server.mode = 'wrong-dimension';
    const error = await failureOf(embedder({ dimensions: 64 }).embedQuery('在吗'));
    expect(error.message).toBe('openai:embed-small@64 返回 65 维向量，应为 64 维；请改正维数设置，或重新建立索引');
  });

  it('a dimension that changes between two answers is refused', async () => {
    const one = embedder();
    await one.embedQuery('在吗');
    server.dimensions = 48;
    expect((await failureOf(one.embedQuery('别的'))).message).toContain('返回 48 维向量，应为 32 维');
  });

  it('a failed batch fails the whole and the next try does not pay twice', async () => {
    const one = embedder();
    const documents = Array.from({ length: 64 }, (_, at) => `第${at}句`);
    await one.embedDocuments(documents);
    server.mode = 'unauthorized';
    expect((await failureOf(one.embedDocuments([...documents, '新的一句']))).status).toBe(401);
    server.mode = 'ok';
    server.requests.length = 0;
    expect(await one.embedDocuments([...documents, '新的一句'])).toHaveLength(65);
    expect((JSON.parse(server.requests[0]!.body) as { input: string[] }).input).toEqual(['新的一句']);
  });

  it('the circuit opens after failures in a row, spares the endpoint and closes again', async () => {
    const one = embedder({ breakAfter: 3, halfOpenAfterMs: 150 });
    server.mode = 'unauthorized';
    for (let at = 0; at < 3; at++) expect((await failureOf(one.embedQuery(`句${at}`))).failure).toBe('refused');
    expect(one.breakerState()).toBe('open');
    server.requests.length = 0;
    const before = performance.now();
    for (let at = 0; at < 20; at++) expect((await failureOf(one.embedQuery(`句${at}`))).failure).toBe('circuit-open');
    expect(performance.now() - before).toBeLessThan(100);
    expect(server.requests).toHaveLength(0);
    server.mode = 'ok';
    await new Promise((resolve) => setTimeout(resolve, 180));
    expect(await one.embedQuery('好了吗')).toHaveLength(32);
    expect(one.breakerState()).toBe('closed');
  });

  it('more calls at once than allowed are turned away, not queued', async () => {
    server.mode = 'hang';
    const one = embedder({ queryDeadlineMs: 300 });
    const results = await Promise.all(Array.from({ length: 40 }, (_, at) => failureOf(one.embedQuery(`句${at}`))));
    expect(results.filter(({ failure }) => failure === 'busy')).toHaveLength(24);
    expect(results.filter(({ failure }) => failure === 'timeout')).toHaveLength(16);
  });
});

describe('the learned embedder', () => {
  it('is an Embeddings of langchain over a function', async () => {
    const one = createLearnedEmbedder({
      id: 'learned:1',
      dimensions: 2,
      encode: (text) => Float32Array.of(text.length, 1),
    });
    expect(await one.embedQuery('四个字呀')).toEqual([4, 1]);
    expect(await one.embedDocuments(['一', '二二'])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('refuses vectors of another size or with holes', async () => {
    const short = createLearnedEmbedder({ id: 'x', dimensions: 3, encode: () => Float32Array.of(1) });
    expect((await failureOf(short.embedQuery('a'))).failure).toBe('bad-answer');
    const nan = createLearnedEmbedder({ id: 'x', dimensions: 1, encode: () => Float32Array.of(Number.NaN) });
    expect((await failureOf(nan.embedQuery('a'))).failure).toBe('bad-answer');
  });
});
