// Turns texts into vectors: the port, and the encoder learned from the shop's own content. Knows no endpoint and no SDK.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Embeddings } from '@langchain/core/embeddings';
import { ProviderError } from './provider-error.ts';

/** `id` names the vector space: vectors of different ids are never compared. */
export interface Embedder extends Embeddings {
  readonly id: string;
  readonly dimensions: number;
}

export interface LearnedEmbedderOptions {
  id: string;
  dimensions: number;
  /** Deterministic and in memory; no call leaves the process. */
  encode: (text: string) => Float32Array;
}

export function createLearnedEmbedder(options: LearnedEmbedderOptions): Embedder {
  return new LearnedEmbedder(options);
}

/** Some milliseconds of work, then everyone else has a turn. */
const DOCUMENTS_PER_SLICE = 200;

class LearnedEmbedder extends Embeddings implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly #encode: (text: string) => Float32Array;
  constructor({ id, dimensions, encode }: LearnedEmbedderOptions) {
    super({});
    this.id = id;
    this.dimensions = dimensions;
    this.#encode = encode;
  }
  async embedDocuments(documents: string[]): Promise<number[][]> {
    const vectors: number[][] = [];
    for (const document of documents) {
      if (vectors.length % DOCUMENTS_PER_SLICE === 0) await nextTurn();
      vectors.push(this.#embed(document));
    }
    return vectors;
  }
  async embedQuery(document: string): Promise<number[]> {
    return this.#embed(document);
  }
  #embed(text: string): number[] {
    const vector = Array.from(this.#encode(text));
    checkVector(vector, this.dimensions, this.id);
    return vector;
  }
}

/** @throws ProviderError `bad-answer` */
export function checkVector(vector: readonly number[], dimensions: number, id: string): void {
  if (vector.length !== dimensions || dimensions === 0) {
    const told = `${id} 返回 ${vector.length} 维向量，应为 ${dimensions} 维；请改正维数设置，或重新建立索引`;
    throw new ProviderError('bad-answer', told);
  }
  if (!vector.every(Number.isFinite)) throw new ProviderError('bad-answer', `${id} 的向量里有不是数的值`);
}
