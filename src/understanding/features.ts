// Turns text into weighted n-grams: characters for Chinese, words and characters inside words for English. Knows no labels.
import type { Rows, SparseRow } from './matrix.ts';
import { cleanForModel } from './normalise.ts';

/** How a data set is cut. Chinese needs no segmenter: char 1-2-grams beat jieba words on every set measured. */
export type Cut = 'zh' | 'en';

export interface Vectoriser {
  cut: Cut;
  terms: Map<string, number>;
  idf: Float32Array;
  averageLength: number;
}

export interface VectoriserOptions {
  cut: Cut;
  /** Terms in fewer texts are dropped: 1 for few examples, 2 for large sets. */
  dfMin?: number;
  /** Exponent of idf; .5 measured better for large English sets. */
  idfPower?: number;
}

const ENGLISH_WORD = /[a-z0-9]+(?:'[a-z]+)?/g;
const LATIN_RUN = /[a-z]{2,}/g;

/** The n-grams of a text, with repetitions. */
export function terms(text: string, cut: Cut): string[] {
  return cut === 'zh' ? chineseTerms(text) : englishTerms(text);
}

function chineseTerms(text: string): string[] {
  const cleaned = cleanForModel(text);
  const symbols = Array.from(`^${cleaned.replaceAll(' ', '')}$`);
  const out: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    out.push(symbols[i]!);
    if (i + 1 < symbols.length) out.push(symbols[i]! + symbols[i + 1]!);
  }
  for (const run of cleaned.match(LATIN_RUN) ?? []) if (run.length > 2) out.push(`w ${run}`);
  return out;
}

function englishTerms(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().replaceAll('’', "'").match(ENGLISH_WORD) ?? [];
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    out.push(`w ${word}`);
    if (i + 1 < words.length) out.push(`v ${word} ${words[i + 1]!}`);
    const padded = `<${word}>`;
    for (let n = 2; n <= 4; n++) for (let k = 0; k + n <= padded.length; k++) out.push(padded.slice(k, k + n));
  }
  return out;
}

/** English when Latin words carry most of the texts. */
export function detectCut(texts: readonly string[]): Cut {
  let latin = 0;
  let han = 0;
  for (const text of texts) {
    latin += text.match(/[a-z]+/gi)?.length ?? 0;
    han += text.match(/\p{Script=Han}/gu)?.length ?? 0;
  }
  return latin > han ? 'en' : 'zh';
}

export function fitVectoriser(texts: readonly string[], options: VectoriserOptions): Vectoriser {
  const frequency = new Map<string, number>();
  let length = 0;
  for (const text of texts) {
    const all = terms(text, options.cut);
    length += all.length;
    for (const term of new Set(all)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const kept = new Map<string, number>();
  const idf: number[] = [];
  for (const [term, df] of frequency) {
    if (df < (options.dfMin ?? 1)) continue;
    kept.set(term, kept.size);
    idf.push((Math.log((1 + texts.length) / (1 + df)) + 1) ** (options.idfPower ?? 1));
  }
  return {
    cut: options.cut,
    terms: kept,
    idf: Float32Array.from(idf),
    averageLength: length / Math.max(1, texts.length),
  };
}

/** Weighted terms of one text, unit length: bm25 term frequency (k1 1.2, b .4) for Chinese, 1 + ln tf for English. */
export function vectorise(vectoriser: Vectoriser, text: string): SparseRow {
  const all = terms(text, vectoriser.cut);
  const counts = new Map<number, number>();
  for (const term of all) {
    const at = vectoriser.terms.get(term);
    if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const index = new Int32Array(counts.size);
  const value = new Float32Array(counts.size);
  const lengthFactor = 1.2 * (0.6 + (0.4 * all.length) / (vectoriser.averageLength || 1));
  let at = 0;
  let sum = 0;
  for (const [term, count] of counts) {
    const tf = vectoriser.cut === 'zh' ? (count * 2.2) / (count + lengthFactor) : 1 + Math.log(count);
    const weight = tf * vectoriser.idf[term]!;
    index[at] = term;
    value[at++] = weight;
    sum += weight * weight;
  }
  const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let i = 0; i < value.length; i++) value[i] = value[i]! * factor;
  return { index, value };
}

export function vectoriseAll(vectoriser: Vectoriser, texts: readonly string[]): Rows {
  const rows = texts.map((text) => vectorise(vectoriser, text));
  const ptr = new Int32Array(texts.length + 1);
  for (let i = 0; i < rows.length; i++) ptr[i + 1] = ptr[i]! + rows[i]!.index.length;
  const index = new Int32Array(ptr[rows.length]!);
  const value = new Float32Array(ptr[rows.length]!);
  for (let i = 0; i < rows.length; i++) {
    index.set(rows[i]!.index, ptr[i]);
    value.set(rows[i]!.value, ptr[i]);
  }
  return { ptr, index, value };
}
