// Ranks a corpus for queries with the product's own parts: BM25, and what is learned from pairs when there are some.
import { detectCut } from '../../src/understanding/features.ts';
import { createLexicalIndex } from '../../src/understanding/lexical.ts';
import { normalise } from '../../src/understanding/normalise.ts';
import type { GroupedText } from '../../src/understanding/train-encoder.ts';
import { createFusedRanking, learnGroups, type Ranked } from './fused-ranking.ts';
import { readRows, writeRows } from './rows.ts';

interface Text {
  id: string;
  text: string;
}

const RANKED_MAX = 100;
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

/** Wording alone, for a corpus nobody has given pairs for. */
function createLexicalRanking(texts: readonly string[]): (query: string) => Ranked[] {
  const index = createLexicalIndex(texts, detectCut(texts));
  return (query) =>
    Array.from(index.scores(query), (score, at) => ({ at, score })).sort((a, b) => b.score - a.score || a.at - b.at);
}

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
  const rank =
    pairs.length > 0 ? createFusedRanking(texts, await learnGroups(groupsOf(pairs))) : createLexicalRanking(texts);
  console.log(`建立索引 ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  const mark = performance.now();
  const results = queries.map((q) => {
    const best = rank(normalise(q.text)).slice(0, RANKED_MAX);
    return {
      id: q.id,
      ranked: best.map(({ at }) => corpus[at]!.id),
      scores: best.map(({ score }) => Math.round(score * 1e6) / 1e6),
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
