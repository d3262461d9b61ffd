// BM25 over character 1-2-grams of one release, in memory. The score is the share of the query's weight that was found.
import { detectCut } from './features.ts';
import { addKey, type Cut, createKeyTable, findKey, readKeys, trimKeys } from './ngrams.ts';
import { runAtOnce, type Steps } from './slices.ts';

export interface LexicalIndex {
  /** How well each document fits, 0 to about 1, one number per document. The array is used again by the next call. */
  scores(query: string): Float32Array;
  size: number;
}

const K1 = 1.2;
const B = 0.4;
const TEXTS_PER_STEP = 16;
const POSTINGS_PER_STEP = 20_000;

export function createLexicalIndex(texts: readonly string[], cut: Cut = detectCut(texts)): LexicalIndex {
  return runAtOnce(lexicalSteps(texts, cut));
}

/** The same in steps. 8 bytes per n-gram of a document: about 250 bytes per short question. */
export function* lexicalSteps(texts: readonly string[], cut: Cut = detectCut(texts)): Steps<LexicalIndex> {
  const terms = createKeyTable();
  const read = growing();
  const lengths = new Int32Array(texts.length);
  let total = 0;
  for (let document = 0; document < texts.length; document++) {
    if (document % TEXTS_PER_STEP === 0) yield;
    const keys = readKeys(texts[document]!, cut);
    lengths[document] = keys.count;
    total += keys.count;
    read.startDocument(document);
    for (let k = 0; k < keys.count; k++) read.count(addKey(terms, keys.low[k]!, keys.high[k]!));
  }
  trimKeys(terms);
  yield;
  const average = total / Math.max(1, texts.length) || 1;
  const starts = new Int32Array(terms.size + 1);
  for (let p = 0; p < read.size; p++) starts[read.terms[p]! + 1]!++;
  for (let term = 0; term < terms.size; term++) starts[term + 1] = starts[term + 1]! + starts[term]!;
  const documents = new Int32Array(read.size);
  const weights = new Float32Array(read.size);
  const next = starts.slice();
  for (let p = 0; p < read.size; p++) {
    if (p % POSTINGS_PER_STEP === 0) yield;
    const at = next[read.terms[p]!]!++;
    const document = read.documents[p]!;
    const count = read.counts[p]!;
    documents[at] = document;
    weights[at] = (count * (K1 + 1)) / (count + K1 * (1 - B + (B * lengths[document]!) / average));
  }
  return { size: texts.length, scores: scorer(cut, terms, { starts, documents, weights }, texts.length) };
}

interface Postings {
  /** Of term t: `documents[starts[t]..starts[t + 1]]`, rising. */
  starts: Int32Array;
  documents: Int32Array;
  weights: Float32Array;
}

function scorer(cut: Cut, terms: ReturnType<typeof createKeyTable>, postings: Postings, size: number) {
  const { starts, documents, weights } = postings;
  const unseen = Math.log(1 + size + 0.5);
  const out = new Float32Array(size);
  const asked = createAsked();
  return (query: string): Float32Array => {
    out.fill(0);
    const keys = readKeys(query, cut);
    asked.clear();
    let possible = 0;
    for (let k = 0; k < keys.count; k++) {
      if (!asked.isNew(keys.low[k]!, keys.high[k]!)) continue;
      const term = findKey(terms, keys.low[k]!, keys.high[k]!);
      if (term < 0) {
        possible += unseen;
        continue;
      }
      const from = starts[term]!;
      const to = starts[term + 1]!;
      const idf = Math.log(1 + (size - (to - from) + 0.5) / (to - from + 0.5));
      possible += idf;
      for (let p = from; p < to; p++) {
        const document = documents[p]!;
        out[document] = out[document]! + idf * weights[p]!;
      }
    }
    if (possible > 0) for (let i = 0; i < size; i++) out[i] = out[i]! / possible;
    return out;
  };
}

/** The n-grams met in one query. A query is short, so a table of this size is never full. */
function createAsked() {
  let table = createKeyTable();
  return {
    clear(): void {
      if (table.low.length > 4096) table = createKeyTable();
      else table.slots.fill(0);
      table.size = 0;
    },
    isNew(low: number, high: number): boolean {
      const { size } = table;
      return addKey(table, low, high) === size;
    },
  };
}

/** Occurrences as they are read, one per term and document, in arrays that double. */
function growing() {
  let lastOf = new Int32Array(1024).fill(-1);
  let current = 0;
  const read = {
    size: 0,
    terms: new Int32Array(4096),
    documents: new Int32Array(4096),
    counts: new Uint16Array(4096),
    startDocument(document: number): void {
      current = document;
    },
    count(term: number): void {
      if (term >= lastOf.length) {
        const longer = new Int32Array(2 * term).fill(-1);
        longer.set(lastOf);
        lastOf = longer;
      }
      const last = lastOf[term]!;
      if (last >= 0 && read.documents[last] === current) {
        read.counts[last]!++;
        return;
      }
      if (read.size === read.terms.length) grow();
      lastOf[term] = read.size;
      read.terms[read.size] = term;
      read.documents[read.size] = current;
      read.counts[read.size++] = 1;
    },
  };
  const grow = (): void => {
    const capacity = 2 * read.terms.length;
    const [terms, documents, counts] = [
      new Int32Array(capacity),
      new Int32Array(capacity),
      new Uint16Array(capacity),
    ] as const;
    terms.set(read.terms);
    documents.set(read.documents);
    counts.set(read.counts);
    Object.assign(read, { terms, documents, counts });
  };
  return read;
}
