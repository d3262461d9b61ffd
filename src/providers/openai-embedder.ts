// Vectors from any OpenAI-compatible endpoint, masked before they leave and within a deadline. Loaded only by who has set one.
import { createHash } from 'node:crypto';
import { Embeddings } from '@langchain/core/embeddings';
import { OpenAI } from 'openai';
import { maskPersonalData } from '../policy/mask.ts';
import { boundedFetch, type Fetch } from './bounded-fetch.ts';
import { checkVector, type Embedder } from './embedder.ts';
import { ProviderError } from './provider-error.ts';
import { createResilientCall, type ResilientCall } from './resilience.ts';

export interface OpenAiEmbedderOptions {
  /** E.g. https://api.example.com/v1 */
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Asked of the endpoint and checked in every answer; without it the first answer decides. */
  dimensions?: number;
  /** Total time for one query and for one batch of documents, retries included. */
  queryDeadlineMs?: number;
  batchDeadlineMs?: number;
  breakAfter?: number;
  halfOpenAfterMs?: number;
  fetch?: Fetch;
}

/** Failures are ProviderError. Personal data is masked before a text leaves. */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): OpenAiEmbedder {
  return new OpenAiEmbedder(options);
}

const ENDPOINT = '向量接口';
const BATCH_MAX = 64;
/** What the narrowest public endpoint takes at once (DashScope, text-embedding-v4); tried where more was refused. */
const SMALL_BATCH_MAX = 10;
const BATCHES_AT_ONCE = 3;
const RETRIES = 2;
/** 64 vectors of 4096 numbers in base64 are 1.4 MB, as decimal text some 5 MB. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const CACHED_MAX = 2000;

export class OpenAiEmbedder extends Embeddings implements Embedder {
  readonly #options: OpenAiEmbedderOptions;
  readonly #client: OpenAI;
  readonly #call: ResilientCall;
  readonly #cache = new Map<string, number[]>();
  #dimensions: number | null;
  #batchMax = BATCH_MAX;

  constructor(options: OpenAiEmbedderOptions) {
    super({});
    this.#options = options;
    this.#dimensions = options.dimensions ?? null;
    this.#client = new OpenAI({
      baseURL: options.baseUrl,
      apiKey: options.apiKey,
      organization: null,
      project: null,
      maxRetries: RETRIES,
      logLevel: 'off',
      fetch: boundedFetch(ANSWER_BYTES_MAX, options.fetch),
    });
    this.#call = createResilientCall({
      endpoint: ENDPOINT,
      concurrencyMax: 16,
      breakAfter: options.breakAfter ?? 5,
      halfOpenAfterMs: options.halfOpenAfterMs ?? 10_000,
    });
  }

  get id(): string {
    const size = this.#options.dimensions === undefined ? '' : `@${this.#options.dimensions}`;
    return `openai:${this.#options.model}${size}`;
  }

  /** 0 until it is known. */
  get dimensions(): number {
    return this.#dimensions ?? 0;
  }

  breakerState(): 'closed' | 'open' | 'half-open' {
    return this.#call.state();
  }

  async embedQuery(document: string): Promise<number[]> {
    const [vector] = await this.#embed([document], this.#options.queryDeadlineMs ?? 2000);
    return vector!;
  }

  /** One vector per document in the same order. Fails as a whole; batches done before are cached for the next try. */
  async embedDocuments(documents: string[]): Promise<number[][]> {
    const batches: string[][] = [];
    const size = this.#batchMax;
    for (let at = 0; at < documents.length; at += size) batches.push(documents.slice(at, at + size));
    const done: number[][][] = [];
    let next = 0;
    const work = async () => {
      while (next < batches.length) {
        const at = next++;
        try {
          done[at] = await this.#embed(batches[at]!, this.#options.batchDeadlineMs ?? 30_000);
        } catch (error) {
          next = batches.length;
          throw error;
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(BATCHES_AT_ONCE, batches.length) }, work));
    } catch (error) {
      const isTooMany = error instanceof ProviderError && (error.status === 400 || error.status === 413);
      if (!isTooMany || size <= SMALL_BATCH_MAX || documents.length <= SMALL_BATCH_MAX) throw error;
      this.#batchMax = SMALL_BATCH_MAX;
      return this.embedDocuments(documents);
    }
    return done.flat();
  }

  async #embed(texts: readonly string[], deadlineMs: number): Promise<number[][]> {
    // An empty input is refused by the endpoints; a blank has the same meaning to us.
    const inputs = texts.map((text) => maskPersonalData(text).trim().slice(0, 4000) || '。');
    const missing = [...new Set(inputs.filter((input) => !this.#cached(input)))];
    const fresh = new Map<string, number[]>();
    if (missing.length > 0) {
      const vectors = await this.#call.run(deadlineMs, (signal) => this.#request(missing, deadlineMs, signal));
      missing.forEach((input, at) => {
        fresh.set(input, vectors[at]!);
        this.#remember(input, vectors[at]!);
      });
    }
    return inputs.map((input) => fresh.get(input) ?? this.#cached(input)!);
  }

  async #request(inputs: string[], timeoutMs: number, signal: AbortSignal): Promise<number[][]> {
    const { model, dimensions } = this.#options;
    // The SDK asks for base64 and decodes it; endpoints that answer with plain numbers are understood as well.
    const answer = await this.#client.embeddings.create(
      { model, input: inputs, dimensions },
      { signal, timeout: timeoutMs },
    );
    const vectors: number[][] = [];
    if (!Array.isArray(answer.data)) throw new ProviderError('bad-answer', `${ENDPOINT} 的回答里没有向量列表`);
    for (const item of answer.data) vectors[item.index] = Array.from(item.embedding);
    if (answer.data.length !== inputs.length || Object.keys(vectors).length !== inputs.length) {
      throw new ProviderError('bad-answer', `${ENDPOINT} 返回 ${answer.data.length} 个向量，应为 ${inputs.length} 个`);
    }
    const expected = this.#dimensions ?? vectors[0]!.length;
    for (const vector of vectors) checkVector(vector, expected, this.id);
    this.#dimensions = expected;
    return vectors;
  }

  #cached(input: string): number[] | undefined {
    const key = this.#key(input);
    const vector = this.#cache.get(key);
    if (vector === undefined) return undefined;
    this.#cache.delete(key);
    this.#cache.set(key, vector);
    return vector;
  }

  #remember(input: string, vector: number[]): void {
    this.#cache.set(this.#key(input), vector);
    if (this.#cache.size > CACHED_MAX) this.#cache.delete(this.#cache.keys().next().value!);
  }

  #key(input: string): string {
    return createHash('sha256').update(input).digest('base64');
  }
}
