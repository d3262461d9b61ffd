// Ranks the entries of one release for a message: meaning (vectors), wording (BM25) and intent joined, filtered before anything is ranked.
import type { FaqHit } from '../contract/decision.ts';
import { applyLogistic, type Logistic } from './calibration.ts';
import { type LexicalIndex, lexicalSteps } from './lexical.ts';
import { normaliseVector } from './matrix.ts';
import { runAtOnce, type Steps } from './slices.ts';
import { topPlaces } from './top.ts';

/** One entry of a release as the search needs it. */
export interface ReleaseEntry {
  entryId: string;
  revisionId: string;
  /** The canonical question. */
  title: string;
  /** All ways to ask, the canonical question first. */
  variants: string[];
  /** The words of its answers. */
  answer: string;
  /** Main intent first. */
  intents: string[];
  /** Empty: all. */
  products: string[];
  channels: string[];
  /** YYYY-MM-DD, both inclusive. */
  validFrom: string | null;
  validUntil: string | null;
}

export interface Release {
  id: string;
  entries: ReleaseEntry[];
}

export interface Scope {
  channel: string;
  /** Without a product no entry is left out for its product. */
  productId?: string;
  /** The shop's day, YYYY-MM-DD. */
  today: string;
}

export interface DenseQuery extends Scope {
  shopId: string;
  releaseId: string;
  encoderId: string;
  vector: Float32Array;
  limit: number;
}

export interface DenseHit {
  entryId: string;
  variant: string;
  /** Cosine. */
  similarity: number;
}

/** Searches vectors by meaning, nearest first. Must apply the scope before it ranks. Rejects when the search is not to be had. */
export type DenseSearch = (query: DenseQuery) => Promise<DenseHit[]>;

/** Weights of the marks of an entry in the ranking. */
export interface Mix {
  lexical: number;
  lexicalWhole: number;
  dense: number;
  denseWhole: number;
  intent: number;
}

/** How the parts are joined and what the joined score is worth. Fitted on variants held out from their own entry. */
export interface RetrieverCalibration {
  mix: Mix;
  /** From the evidence of an entry to the probability that it answers. */
  confidence: Logistic;
  /** The two of a search without vectors, for when that search fails. */
  mixLexical: Mix;
  confidenceLexical: Logistic;
}

/** One entry with its marks. */
export interface Candidate {
  entry: ReleaseEntry;
  variant: string;
  lexical: number;
  lexicalWhole: number;
  dense: number;
  denseWhole: number;
  /** Natural logarithm of the main intent's share, floored. */
  intent: number;
  joined: number;
}

const CANDIDATES_MAX = 30;
/** Several variants of one entry are among the nearest, so more rows than entries are fetched. */
export const DENSE_ROWS = 80;
const HITS_MAX = 5;
const INTENT_FLOOR = 1e-3;

export interface ReleaseIndex {
  release: Release;
  variants: LexicalIndex;
  /** Of entry i: variants `firstVariant[i]` to `firstVariant[i + 1]`. */
  firstVariant: Int32Array;
  /** One document per entry: its questions and answers. */
  wholes: LexicalIndex;
  /** The mean direction of each entry's questions and answers, by the learned encoder, one after the other. */
  wholeVectors: Float32Array;
  positionOf: Map<string, number>;
}

/** Everything of one release that is searched in memory: about 1 kB per question. `encode` is the learned encoder. */
export function indexRelease(release: Release, encode: (text: string) => Float32Array): ReleaseIndex {
  return runAtOnce(indexSteps(release, encode));
}

/** The same in steps. */
export function* indexSteps(release: Release, encode: (text: string) => Float32Array): Steps<ReleaseIndex> {
  const { entries } = release;
  const firstVariant = new Int32Array(entries.length + 1);
  entries.forEach((entry, i) => {
    firstVariant[i + 1] = firstVariant[i]! + entry.variants.length;
  });
  const variants = yield* lexicalSteps(entries.flatMap((entry) => entry.variants));
  const wholes = yield* lexicalSteps(entries.map((entry) => `${entry.variants.join(' ')} ${entry.answer}`));
  let wholeVectors = new Float32Array(0);
  for (let i = 0; i < entries.length; i++) {
    yield;
    const vector = wholeVector(textsOf(entries[i]!).map(encode));
    if (i === 0) wholeVectors = new Float32Array(entries.length * vector.length);
    wholeVectors.set(vector, i * vector.length);
  }
  const positionOf = new Map(entries.map((entry, i) => [entry.entryId, i]));
  return { release, variants, firstVariant, wholes, wholeVectors, positionOf };
}

const SENTENCE_END = /[。！？!?\n]+/;
const SENTENCE_MIN = 6;

/** The questions of an entry and the sentences of its answers that are long enough to mean something alone. */
export function textsOf(entry: Pick<ReleaseEntry, 'variants' | 'answer'>): string[] {
  const sentences = entry.answer.split(SENTENCE_END).map((sentence) => sentence.trim());
  return [...entry.variants, ...sentences.filter((sentence) => sentence.length >= SENTENCE_MIN)];
}

function wholeVector(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d] = sum[d]! + vector[d]!;
  return normaliseVector(sum);
}

export function isInScope(entry: ReleaseEntry, scope: Scope): boolean {
  return (
    (entry.channels.length === 0 || entry.channels.includes(scope.channel)) &&
    (entry.products.length === 0 || scope.productId === undefined || entry.products.includes(scope.productId)) &&
    (entry.validFrom === null || entry.validFrom <= scope.today) &&
    (entry.validUntil === null || entry.validUntil >= scope.today)
  );
}

export interface RankRequest {
  index: ReleaseIndex;
  text: string;
  /** By the learned encoder. */
  vector: Float32Array;
  /** null when there was no search or it failed. */
  dense: readonly DenseHit[] | null;
  /** Probability of each intent for this message. */
  intentShare(intent: string): number;
  /** Which entries may be ranked at all. */
  allowed(entry: ReleaseEntry): boolean;
  mix: Mix;
}

/** Best entries first; an entry is as near as its nearest variant. */
export function rankEntries(request: RankRequest): Candidate[] {
  const { index, mix } = request;
  const { entries } = index.release;
  const wholes = index.wholes.scores(request.text);
  const best = bestVariants(index, index.variants.scores(request.text));
  const near = nearness(index, request.dense ?? []);
  const similarities = similaritiesOf(index.wholeVectors, request.vector, entries.length);
  const candidates: Candidate[] = [];
  for (const i of pick(request, [wholes, best.score, similarities], near.hits)) {
    const entry = entries[i]!;
    const hit = near.hits.get(i);
    candidates.push({
      entry,
      variant: hit?.variant ?? entry.variants[best.at[i]!] ?? entry.title,
      lexical: best.score[i]!,
      lexicalWhole: wholes[i]!,
      dense: hit?.similarity ?? near.floor,
      denseWhole: similarities[i]!,
      intent: Math.log(INTENT_FLOOR + request.intentShare(entry.intents[0] ?? '')),
      joined: 0,
    });
  }
  return rerank(candidates, mix);
}

/** The same candidates under these weights, best first. */
export function rerank(candidates: readonly Candidate[], mix: Mix): Candidate[] {
  const weights = weightsOf(mix);
  return candidates
    .map((candidate) => ({
      ...candidate,
      joined: marksOf(candidate).reduce((sum, mark, k) => sum + mark * weights[k]!, 0),
    }))
    .sort((a, b) => b.joined - a.joined || (a.entry.entryId < b.entry.entryId ? -1 : 1));
}

export function marksOf(candidate: Candidate): number[] {
  return [candidate.lexical, candidate.lexicalWhole, candidate.dense, candidate.denseWhole, candidate.intent];
}

function weightsOf(mix: Mix): number[] {
  return [mix.lexical, mix.lexicalWhole, mix.dense, mix.denseWhole, mix.intent];
}

export function mixOf(weights: readonly number[]): Mix {
  const [lexical = 0, lexicalWhole = 0, dense = 0, denseWhole = 0, intent = 0] = weights;
  return { lexical, lexicalWhole, dense, denseWhole, intent };
}

function bestVariants(index: ReleaseIndex, scores: Float32Array): { score: Float32Array; at: Int32Array } {
  const { firstVariant } = index;
  const size = firstVariant.length - 1;
  const score = new Float32Array(size);
  const at = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const first = firstVariant[i]!;
    const end = firstVariant[i + 1]!;
    let top = 0;
    for (let v = first; v < end; v++) {
      if (scores[v]! <= top) continue;
      top = scores[v]!;
      at[i] = v - first;
    }
    score[i] = top;
  }
  return { score, at };
}

/**
 * Of vectors that lie one after the other, each with the query.
 * Four sums instead of one: a single chain of additions would wait for itself at every step.
 */
export function similaritiesOf(vectors: Float32Array, query: Float32Array, count: number): Float32Array {
  const size = query.length;
  const out = new Float32Array(count);
  if (vectors.length !== count * size) return out;
  for (let i = 0; i < count; i++) {
    const start = i * size;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let d = 0; d + 3 < size; d += 4) {
      s0 += vectors[start + d]! * query[d]!;
      s1 += vectors[start + d + 1]! * query[d + 1]!;
      s2 += vectors[start + d + 2]! * query[d + 2]!;
      s3 += vectors[start + d + 3]! * query[d + 3]!;
    }
    for (let d = size - (size % 4); d < size; d++) s0 += vectors[start + d]! * query[d]!;
    out[i] = s0 + s1 + (s2 + s3);
  }
  return out;
}

interface Nearness {
  /** Nearest variant of each entry that has one among the hits. */
  hits: Map<number, DenseHit>;
  /** What lies beyond the last hit is at most as near as that hit. */
  floor: number;
}

function nearness(index: ReleaseIndex, hits: readonly DenseHit[]): Nearness {
  const usable = hits.filter((hit) => Number.isFinite(hit.similarity));
  const near: Nearness = { hits: new Map(), floor: usable.length === 0 ? 0 : 1 };
  for (const hit of usable) {
    const similarity = Math.fround(hit.similarity);
    near.floor = Math.min(near.floor, similarity);
    const i = index.positionOf.get(hit.entryId);
    if (i !== undefined && similarity > (near.hits.get(i)?.similarity ?? Number.NEGATIVE_INFINITY))
      near.hits.set(i, { ...hit, similarity });
  }
  return near;
}

/** The allowed entries that are among the first by any of the marks, and those with a hit. */
function pick(request: RankRequest, marks: readonly Float32Array[], hits: Nearness['hits']): Set<number> {
  const { entries } = request.index.release;
  const allowed = (i: number): boolean => request.allowed(entries[i]!);
  const picked = new Set(marks.flatMap((scores) => topPlaces(scores, CANDIDATES_MAX, allowed)));
  for (const i of hits.keys()) if (allowed(i)) picked.add(i);
  return picked;
}

/** What speaks for the entry at `rank` being the answer. All grow with certainty. */
export function entryEvidence(candidates: readonly Candidate[], rank: number): number[] {
  const own = candidates[rank]!;
  const rival = candidates[rank === 0 ? 1 : 0];
  const gap = own.joined - (rival?.joined ?? own.joined - 2);
  return [...marksOf(own), own.joined, gap];
}

/** The best five with calibrated probabilities; a lower rank never gets a higher one. */
export function toHits(candidates: readonly Candidate[], confidence: Logistic): FaqHit[] {
  let ceiling = 1;
  return candidates.slice(0, HITS_MAX).map((candidate, rank) => {
    const score = Math.min(ceiling, applyLogistic(confidence, entryEvidence(candidates, rank)));
    ceiling = score;
    return {
      entryId: candidate.entry.entryId,
      revisionId: candidate.entry.revisionId,
      question: candidate.variant,
      title: candidate.entry.title,
      score,
      lexical: candidate.lexical,
      dense: candidate.dense,
    };
  });
}
