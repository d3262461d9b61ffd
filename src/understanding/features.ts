// Turns text into weighted n-grams: characters for Chinese, words and characters inside words for English. Knows no labels.
import type { Rows, SparseRow } from './matrix.ts';
import { addKey, type Cut, createKeyTable, findKey, type KeyTable, readKeys, trimKeys } from './ngrams.ts';

export interface Vectoriser {
  cut: Cut;
  terms: KeyTable;
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

const TEXTS_LOOKED_AT = 2_000;

/** English when Latin words carry most of the texts; of very many texts a sample is looked at. */
export function detectCut(texts: readonly string[]): Cut {
  const stride = Math.ceil(texts.length / TEXTS_LOOKED_AT);
  let latin = 0;
  let han = 0;
  for (let t = 0; t < texts.length; t += stride) {
    latin += texts[t]!.match(/[a-z]+/gi)?.length ?? 0;
    han += texts[t]!.match(/\p{Script=Han}/gu)?.length ?? 0;
  }
  return latin > han ? 'en' : 'zh';
}

export function fitVectoriser(texts: readonly string[], options: VectoriserOptions): Vectoriser {
  const all = createKeyTable();
  const frequency: number[] = [];
  const lastText: number[] = [];
  let length = 0;
  texts.forEach((text, t) => {
    const keys = readKeys(text, options.cut);
    length += keys.count;
    for (let k = 0; k < keys.count; k++) {
      const term = addKey(all, keys.low[k]!, keys.high[k]!);
      if (lastText[term] === t) continue;
      lastText[term] = t;
      frequency[term] = (frequency[term] ?? 0) + 1;
    }
  });
  const kept = createKeyTable();
  const idf: number[] = [];
  for (let term = 0; term < all.size; term++) {
    const df = frequency[term]!;
    if (df < (options.dfMin ?? 1)) continue;
    addKey(kept, all.low[term]!, all.high[term]!);
    idf.push((Math.log((1 + texts.length) / (1 + df)) + 1) ** (options.idfPower ?? 1));
  }
  return {
    cut: options.cut,
    terms: trimKeys(kept),
    idf: Float32Array.from(idf),
    averageLength: length / Math.max(1, texts.length),
  };
}

// Counts of one text by term, and the terms that have one. All zero between two calls.
let counts = new Int32Array(1024);
let met = new Int32Array(1024);

/** Weighted terms of one text, unit length: bm25 term frequency (k1 1.2, b .4) for Chinese, 1 + ln tf for English. */
export function vectorise(vectoriser: Vectoriser, text: string): SparseRow {
  const { terms, idf, cut } = vectoriser;
  const keys = readKeys(text, cut);
  if (counts.length < terms.size) counts = new Int32Array(terms.size);
  if (met.length < keys.count) met = new Int32Array(2 * keys.count);
  let size = 0;
  for (let k = 0; k < keys.count; k++) {
    const term = findKey(terms, keys.low[k]!, keys.high[k]!);
    if (term < 0) continue;
    const count = counts[term]! + 1;
    counts[term] = count;
    if (count === 1) met[size++] = term;
  }
  const index = met.slice(0, size);
  const value = new Float32Array(size);
  const lengthFactor = 1.2 * (0.6 + (0.4 * keys.count) / (vectoriser.averageLength || 1));
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const term = index[i]!;
    const count = counts[term]!;
    counts[term] = 0;
    const tf = cut === 'zh' ? (count * 2.2) / (count + lengthFactor) : 1 + Math.log(count);
    const weight = tf * idf[term]!;
    value[i] = weight;
    sum += weight * weight;
  }
  const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let i = 0; i < size; i++) value[i] = value[i]! * factor;
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
