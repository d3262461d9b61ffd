// BM25 over character 1-2-grams of one release, in memory. The score is the share of the query's weight that was found.
import { type Cut, detectCut, terms } from './features.ts';

export interface LexicalIndex {
  /** How well each document fits, 0 to about 1, one number per document. */
  scores(query: string): Float32Array;
  size: number;
}

const K1 = 1.2;
const B = 0.4;

export function createLexicalIndex(texts: readonly string[], cut: Cut = detectCut(texts)): LexicalIndex {
  const postings = new Map<string, { documents: number[]; weights: number[] }>();
  const lengths = texts.map((text) => terms(text, cut).length);
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, texts.length) || 1;
  texts.forEach((text, document) => {
    const counts = new Map<string, number>();
    for (const term of terms(text, cut)) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const weight = (count * (K1 + 1)) / (count + K1 * (1 - B + (B * lengths[document]!) / average));
      const list = postings.get(term);
      if (list === undefined) postings.set(term, { documents: [document], weights: [weight] });
      else {
        list.documents.push(document);
        list.weights.push(weight);
      }
    }
  });
  const unseen = Math.log(1 + texts.length + 0.5);
  return {
    size: texts.length,
    scores(query) {
      const out = new Float32Array(texts.length);
      let possible = 0;
      for (const term of new Set(terms(query, cut))) {
        const list = postings.get(term);
        const df = list?.documents.length ?? 0;
        const idf = df === 0 ? unseen : Math.log(1 + (texts.length - df + 0.5) / (df + 0.5));
        possible += idf;
        if (list === undefined) continue;
        for (let k = 0; k < list.documents.length; k++) {
          out[list.documents[k]!] = out[list.documents[k]!]! + idf * list.weights[k]!;
        }
      }
      if (possible > 0) for (let i = 0; i < out.length; i++) out[i] = out[i]! / possible;
      return out;
    },
  };
}
