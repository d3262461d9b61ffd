// Ranks a corpus for queries with the product's own parts: BM25, and an encoder learned from pairs when there are some.

import { encode } from '../../src/understanding/encoder.ts';
import { detectCut } from '../../src/understanding/features.ts';
import { createLexicalIndex } from '../../src/understanding/lexical.ts';
import { dot } from '../../src/understanding/matrix.ts';
import { normalise } from '../../src/understanding/normalise.ts';
import { type GroupedText, trainEncoder } from '../../src/understanding/train-encoder.ts';
import { readRows, writeRows } from './rows.ts';

interface Text {
  id: string;
  text: string;
}

const RANKED_MAX = 100;
/** Chosen on the development set: wording beside meaning once an encoder has been learned; wording alone without pairs. */
const LEXICAL_WEIGHT = 0.15;

/** Texts connected by pairs mean the same: one group. */
function groupsOf(pairs: readonly { a: string; b: string }[]): GroupedText[] {
  const parent = new Map<string, string>();
  const find = (x: string): string => {
    let root = x;
    while ((parent.get(root) ?? root) !== root) root = parent.get(root)!;
    parent.set(x, root);
    return root;
  };
  for (const { a, b } of pairs) {
    for (const text of [a, b]) if (!parent.has(text)) parent.set(text, text);
    parent.set(find(a), find(b));
  }
  return [...parent.keys()].map((text) => ({ text: normalise(text), group: find(text) }));
}

const scaled = (scores: Float32Array): Float32Array => {
  const top = scores.reduce((a, b) => Math.max(a, b), 0);
  return top > 0 ? scores.map((s) => s / top) : scores;
};

function printFigures(queries: readonly Text[], ranked: readonly string[][], qrels: string): void {
  const relevant = new Map(
    readRows<{ id: string; relevant: string[] }>(qrels, ['id', 'relevant']).map((r) => [r.id, new Set(r.relevant)]),
  );
  const places = queries.flatMap((q, i) => {
    const right = relevant.get(q.id);
    return right === undefined ? [] : [ranked[i]!.findIndex((id) => right.has(id))];
  });
  const at = (n: number) => (places.filter((p) => p >= 0 && p < n).length / Math.max(1, places.length)) * 100;
  const mrr = places.reduce((sum, p) => sum + (p < 0 ? 0 : 1 / (p + 1)), 0) / Math.max(1, places.length);
  console.log(`R@1 ${at(1).toFixed(2)} %，R@5 ${at(5).toFixed(2)} %，MRR ${mrr.toFixed(4)}（${places.length} 个问题）`);
}

export async function evaluateRetrieval(files: {
  corpus: string;
  queries: string;
  out: string;
  pairs: string | null;
  qrels: string | null;
}): Promise<void> {
  const corpus = readRows<Text>(files.corpus, ['id', 'text']);
  const queries = readRows<Text>(files.queries, ['id', 'text']);
  const pairs = files.pairs === null ? [] : readRows<{ a: string; b: string }>(files.pairs, ['a', 'b']);
  const texts = corpus.map((c) => normalise(c.text));
  const started = performance.now();
  const encoder = pairs.length > 0 ? trainEncoder(groupsOf(pairs)) : null;
  const vectors = encoder ? texts.map((t) => encode(encoder, t)) : [];
  const lexical = createLexicalIndex(texts, detectCut(texts));
  console.log(`建立索引 ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  const mark = performance.now();
  const results = queries.map((q) => {
    const text = normalise(q.text);
    const wording = scaled(lexical.scores(text));
    const meaning = encoder ? encode(encoder, text) : null;
    const scores = corpus.map((_, i) =>
      meaning ? LEXICAL_WEIGHT * wording[i]! + dot(meaning, vectors[i]!) : wording[i]!,
    );
    const order = scores
      .map((_, i) => i)
      .sort((a, b) => scores[b]! - scores[a]! || a - b)
      .slice(0, RANKED_MAX);
    return {
      id: q.id,
      ranked: order.map((i) => corpus[i]!.id),
      scores: order.map((i) => Math.round(scores[i]! * 1e6) / 1e6),
    };
  });
  console.log(`每个问题 ${((performance.now() - mark) / Math.max(1, queries.length)).toFixed(2)} ms`);
  writeRows(files.out, results);
  if (files.qrels !== null)
    printFigures(
      queries,
      results.map((r) => r.ranked),
      files.qrels,
    );
}
