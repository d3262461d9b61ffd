// A shop of many questions, measured: how long understanding, publishing and learning take, what the search finds, how long the event loop stands still.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { shopDay } from '../../src/bot/clock-words.ts';
import type { Content } from '../../src/contract/content.ts';
import { type EncodedEntries, type NewRelease, publishRelease } from '../../src/curation/publish-release.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createLearned } from '../../src/jobs/learned.ts';
import { cachedModels } from '../../src/jobs/model-cache.ts';
import { createKnowledgeBase, draftRelease } from '../../src/jobs/release.ts';
import { loadConfig } from '../../src/settings.ts';
import { ensureDefaultShop, loadShopContent } from '../../src/shop.ts';
import { encode } from '../../src/understanding/encoder.ts';
import { dot } from '../../src/understanding/matrix.ts';
import { deserialize, type Models } from '../../src/understanding/models.ts';
import { DENSE_ROWS, type DenseSearch } from '../../src/understanding/retriever.ts';
import { createDenseSearch, growGraph } from '../../src/understanding/store.ts';
import { trainInWorker } from '../../src/understanding/train-in-worker.ts';
import { askedOf, largeContent } from './scale-corpus.ts';

export interface ScaleOptions {
  questions: number;
  /** A PostgreSQL server; null for the embedded database. */
  database: string | null;
  learn: boolean;
  asked: number;
}

const RECALL_AT = 10;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const at = (ms: readonly number[], share: number): string =>
  ([...ms].sort((a, b) => a - b)[Math.floor(ms.length * share)] ?? Number.NaN).toFixed(2);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is kept in memory after a collection. */
function memoryBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The longest computing of this thread between two turns of the event loop, which says the same on a busy machine. */
function watchThread(): () => number {
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = used();
  let longest = 0;
  const look = () => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

/** Prints how long the work took, how much of it was this process's own, and the longest time nothing else could run. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const watched = watchThread();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const tookMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const computedMs = watched();
  delay.disable();
  const gap = `事件循环最长停顿 ${(delay.max / 1e6).toFixed(0)} ms，其中本线程计算至多 ${computedMs.toFixed(0)} ms`;
  console.log(`${name}：${seconds(tookMs)}（本进程 CPU ${seconds((user + system) / 1000)}），${gap}`);
  return result;
}

export async function evaluateScale(options: ScaleOptions): Promise<void> {
  const config = loadConfig([], {}, '/nonexistent/.env');
  const database = await openDatabase(options.database ? { url: options.database } : {});
  try {
    await migrate(database);
    const base = await loadShopContent(config);
    const content = largeContent(base, options.questions);
    const said = `${options.questions} 个问法，${content.entries.length} 条问答，${database.mode === 'server' ? 'PostgreSQL' : '内嵌数据库'}`;
    console.log(said);
    const deps = { pool: database.pool, config, onProgress: (line: string) => console.error(line) };
    let models = await cachedModels(base, deps.onProgress);
    if (options.learn)
      models = await timed('学习新的编码器与分类器（工作线程）', () => trainInWorker(content, () => {}));
    await measure(database, { content, models, asked: options.asked, deps });
  } finally {
    await database.close();
  }
}

interface Measured {
  content: Content;
  models: Uint8Array;
  asked: number;
  deps: Parameters<typeof draftRelease>[0];
}

async function measure(database: Database, { content, models, asked, deps }: Measured): Promise<void> {
  const { pool } = database;
  const shop = await ensureDefaultShop(database, deps.config);
  const learned = deserialize(models);
  let draft: NewRelease | undefined;
  const releaseId = await timed('发布（现有编码器）', async () => {
    draft = await draftRelease(deps, content, models);
    return publishRelease(pool, shop.id, draft);
  });
  const before = memoryBytes();
  const knowledge = await timed('载入发布的内容', () =>
    createKnowledgeBase({ pool, config: deps.config, learned: createLearned(pool), onError: console.error }, [shop.id]),
  );
  const perQuestion = (memoryBytes() - before) / countQuestions(content);
  console.log(`内存：每个问法 ${(perQuestion / 1024).toFixed(2)} KiB（含问答原文与模型）`);
  await timed('建立检索图', () =>
    growGraph(pool, { shopId: shop.id, releaseId, encoderId: learned.encoder.id }, { rest: 0 }),
  );

  const questions = askedOf(content, asked);
  const { understand } = knowledge.of(shop.id);
  const context = { shopId: shop.id, channel: 'web', today: shopDay(new Date()) };
  for (const text of questions.slice(0, 50)) await understand(text, context);
  const tookMs: number[] = [];
  const parts: Record<string, number[]> = {};
  for (const text of questions) {
    const started = performance.now();
    const { timings } = await understand(text, context);
    tookMs.push(performance.now() - started);
    for (const [part, ms] of Object.entries(timings)) parts[part] = [...(parts[part] ?? []), ms];
  }
  const medians = Object.entries(parts).map(([part, ms]) => `${part} ${at(ms, 0.5)}`);
  console.log(`整个理解：中位 ${at(tookMs, 0.5)} ms，p99 ${at(tookMs, 0.99)} ms（中位：${medians.join('，')}）`);
  const search = { search: createDenseSearch(pool), shopId: shop.id, releaseId };
  const encoded = draft!.encoders[0]!;
  for (const productId of [undefined, 'G8']) {
    const recall = await recallOf(search, learned, { content, encoded, questions: questions.slice(0, 300), productId });
    const filter = productId ? `只问商品 ${productId}` : '不限商品';
    console.log(`recall@${RECALL_AT}（${filter}）：${recall.toFixed(4)}`);
  }
  knowledge.close();
}

const countQuestions = (content: Content): number =>
  content.entries.reduce((sum, entry) => sum + 1 + entry.similar.length, 0);

/** Share of the truly nearest that the search finds among its first, over all questions. */
async function recallOf(
  { search, shopId, releaseId }: { search: DenseSearch; shopId: string; releaseId: string },
  { encoder }: Models,
  asked: { content: Content; encoded: EncodedEntries; questions: string[]; productId: string | undefined },
): Promise<number> {
  const { productId } = asked;
  const allowed = asked.content.entries.filter(
    ({ products }) => products.length === 0 || productId === undefined || products.includes(productId),
  );
  const rows = allowed.flatMap(({ id }) => (asked.encoded.vectors.get(id) ?? []).map((row) => row.vector));
  let found = 0;
  for (const text of asked.questions) {
    const vector = encode(encoder, text);
    const nearest = Float64Array.from(rows, (row) => dot(row, vector))
      .sort()
      .subarray(-RECALL_AT);
    const query = { shopId, releaseId, encoderId: encoder.id, vector, channel: 'web', today: '2026-11-27' };
    const hits = await search({ ...query, limit: DENSE_ROWS, ...(productId === undefined ? {} : { productId }) });
    // by nearness, not by name: many questions are equally near, and halfvec rounds
    const far = nearest[0]! - 1e-3;
    found += hits.slice(0, RECALL_AT).filter((hit) => hit.similarity >= far).length / Math.min(RECALL_AT, rows.length);
  }
  return found / asked.questions.length;
}
