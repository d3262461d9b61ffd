// The search in memory gives what the plain way gives: n-grams as strings, every score computed, everything sorted.
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/settings.ts';
import { loadShopContent } from '../../src/shop.ts';
import { encode } from '../../src/understanding/encoder.ts';
import { fitVectoriser, vectorise } from '../../src/understanding/features.ts';
import { releaseOf } from '../../src/understanding/learn-from.ts';
import { createLexicalIndex } from '../../src/understanding/lexical.ts';
import { addKey, type Cut, createKeyTable, findKey, keyOf, readKeys } from '../../src/understanding/ngrams.ts';
import { cleanForModel } from '../../src/understanding/normalise.ts';
import {
  type DenseHit,
  indexRelease,
  isInScope,
  type Mix,
  type Release,
  rankEntries,
} from '../../src/understanding/retriever.ts';
import { topPlaces } from '../../src/understanding/top.ts';
import { trainEncoder } from '../../src/understanding/train-encoder.ts';

const content = await loadShopContent(loadConfig([], {}, '/nonexistent/.env'));
const release = releaseOf({ entries: content.entries.filter((_, i) => i % 4 === 0) }, '1', () => '1');
const ENGLISH = [
  "Where's my parcel",
  'My card was declined twice, why?',
  'can i change the PIN of my card',
  'ünïcode ’s',
];
const asked = [
  ...release.entries.slice(0, 60).map((entry) => `${entry.variants.at(-1)!.slice(1)}呢`),
  ...ENGLISH,
  ...['', '   ', '😀😀退款', '\ud800坏的', 'wifi连不上 wifi', '^$', '1234567', 'x'.repeat(400)],
];

/** The n-grams of a text as the plain strings they are. */
function stringTerms(text: string, cut: Cut): string[] {
  const out: string[] = [];
  if (cut === 'zh') {
    const cleaned = cleanForModel(text);
    const symbols = Array.from(`^${cleaned.replaceAll(' ', '')}$`);
    symbols.forEach((symbol, i) => {
      out.push(symbol);
      if (i + 1 < symbols.length) out.push(symbol + symbols[i + 1]!);
    });
    for (const run of cleaned.match(/[a-z]{3,}/g) ?? []) out.push(`w ${run}`);
    return out;
  }
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[a-z0-9]+(?:'[a-z]+)?/g) ?? [];
  words.forEach((word, i) => {
    out.push(`w ${word}`);
    if (i + 1 < words.length) out.push(`v ${word} ${words[i + 1]!}`);
    const padded = `<${word}>`;
    for (let n = 2; n <= 4; n++) for (let k = 0; k + n <= padded.length; k++) out.push(padded.slice(k, k + n));
  });
  return out;
}

describe('n-grams as numbers', () => {
  for (const cut of ['zh', 'en'] as const) {
    it(`are the ${cut} strings, in their order`, () => {
      for (const text of asked) {
        const keys = readKeys(text, cut);
        const got = Array.from({ length: keys.count }, (_, k) => `${keys.low[k]} ${keys.high[k]}`);
        expect(got, text).toEqual(stringTerms(text, cut).map((term) => `${keyOf(term).low} ${keyOf(term).high}`));
      }
    });
  }

  it('never meet: every n-gram of the shop has its own number', () => {
    const texts = content.entries.flatMap((entry) => [
      entry.question,
      ...entry.similar,
      ...Object.values(entry.answers),
    ]);
    const table = createKeyTable();
    const names = new Map<string, number>();
    for (const text of [...texts, ...ENGLISH]) {
      for (const cut of ['zh', 'en'] as const) {
        for (const term of stringTerms(text, cut)) {
          const { low, high } = keyOf(term);
          const number = addKey(table, low, high);
          expect(names.get(term) ?? number).toBe(number);
          names.set(term, number);
        }
      }
    }
    expect(table.size).toBe(names.size);
    expect(names.size).toBeGreaterThan(20_000);
    for (const [term, number] of names) expect(findKey(table, keyOf(term).low, keyOf(term).high)).toBe(number);
    expect(findKey(table, 1, 2)).toBe(-1);
  });

  it('weigh what they weighed as strings', () => {
    for (const [cut, texts] of [
      ['zh', release.entries.flatMap((entry) => entry.variants)],
      ['en', ENGLISH],
    ] as const) {
      const vectoriser = fitVectoriser(texts, { cut });
      const df = new Map<string, number>();
      for (const text of texts)
        for (const term of new Set(stringTerms(text, cut))) df.set(term, (df.get(term) ?? 0) + 1);
      const order = new Map([...df.keys()].map((term, i) => [term, i]));
      for (const text of asked) {
        const all = stringTerms(text, cut);
        const counts = new Map<number, number>();
        for (const term of all) {
          const at = order.get(term);
          if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + 1);
        }
        const norm = 1.2 * (0.6 + (0.4 * all.length) / vectoriser.averageLength);
        const weights = [...counts].map(
          ([at, n]) => (cut === 'zh' ? (n * 2.2) / (n + norm) : 1 + Math.log(n)) * vectoriser.idf[at]!,
        );
        const length = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)) || 1;
        const row = vectorise(vectoriser, text);
        expect([...row.index]).toEqual([...counts.keys()]);
        for (const [i, value] of row.value.entries()) expect(value).toBeCloseTo(weights[i]! / length, 5);
      }
    }
  });
});

/** BM25 over maps of strings. */
function plainScores(texts: readonly string[], query: string): number[] {
  const documents = texts.map((text) => stringTerms(text, 'zh'));
  const average = documents.reduce((sum, terms) => sum + terms.length, 0) / texts.length;
  const wanted = [...new Set(stringTerms(query, 'zh'))];
  const idf = new Map(
    wanted.map((term) => {
      const df = documents.filter((terms) => terms.includes(term)).length;
      return [term, Math.log(1 + (df === 0 ? texts.length + 0.5 : (texts.length - df + 0.5) / (df + 0.5)))];
    }),
  );
  const possible = [...idf.values()].reduce((a, b) => a + b, 0);
  return documents.map((terms) => {
    let sum = 0;
    for (const term of wanted) {
      const tf = terms.filter((other) => other === term).length;
      if (tf > 0) sum += (idf.get(term)! * tf * 2.2) / (tf + 1.2 * (0.6 + (0.4 * terms.length) / average));
    }
    return possible > 0 ? sum / possible : 0;
  });
}

it('BM25 over postings is BM25 over all documents', () => {
  const texts = release.entries.flatMap((entry) => entry.variants).slice(0, 150);
  const index = createLexicalIndex(texts, 'zh');
  for (const query of asked) {
    const plain = plainScores(texts, query);
    for (const [i, score] of index.scores(query).entries()) expect(score).toBeCloseTo(plain[i]!, 5);
  }
});

it('the best of many are those of a full sort, ties by place', () => {
  for (let round = 0; round < 300; round++) {
    const scores = Float32Array.from({ length: round % 70 }, () => Math.floor(Math.random() * 9) / 4 - 0.5);
    const allowed = (i: number): boolean => (i * 7 + round) % 3 > 0;
    const sorted = [...scores.keys()]
      .filter((i) => allowed(i) && scores[i]! > 0)
      .sort((a, b) => scores[b]! - scores[a]! || a - b);
    expect(topPlaces(scores, 10, allowed)).toEqual(sorted.slice(0, 10));
  }
});

describe('ranking', () => {
  const texts = release.entries.flatMap((entry) => entry.variants.map((text) => ({ text, group: entry.entryId })));
  const encoder = trainEncoder(texts, { epochs: 2, dimensions: 32, batch: 64 });
  const limited: Release = {
    id: '1',
    entries: release.entries.map((entry, i) => ({
      ...entry,
      products: i % 3 === 0 ? ['P1'] : [],
      channels: i % 5 === 0 ? ['phone'] : [],
    })),
  };
  const index = indexRelease(limited, (text) => encode(encoder, text));
  const mix: Mix = { lexical: 0.7, lexicalWhole: 3, dense: 4, denseWhole: 8, intent: 0.5 };
  const scope = { channel: 'web', productId: 'P2', today: '2026-11-27' };
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);

  /** Every mark of every entry, everything sorted. */
  function plainOrder(text: string, dense: readonly DenseHit[]): { id: string; joined: number }[] {
    const { entries } = limited;
    const vector = encode(encoder, text);
    const variants = entries.flatMap((entry) => entry.variants);
    const scores = plainScores(variants, text);
    const wholes = plainScores(
      entries.map((entry) => `${entry.variants.join(' ')} ${entry.answer}`),
      text,
    );
    let first = 0;
    const lexical = entries.map((entry) => {
      first += entry.variants.length;
      return Math.max(0, ...scores.slice(first - entry.variants.length, first));
    });
    const size = encoder.dimensions;
    const whole = entries.map((_, i) => dot(index.wholeVectors.subarray(i * size, (i + 1) * size), vector));
    const floor = Math.min(1, ...dense.map((hit) => hit.similarity));
    const nearest = new Map<string, number>();
    for (const hit of dense) nearest.set(hit.entryId, Math.max(nearest.get(hit.entryId) ?? -1, hit.similarity));
    const allowed = [...entries.keys()].filter((i) => isInScope(entries[i]!, scope));
    const best = (marks: number[]) =>
      allowed
        .filter((i) => marks[i]! > 0)
        .sort((a, b) => marks[b]! - marks[a]! || a - b)
        .slice(0, 30);
    const picked = new Set([
      ...best(wholes),
      ...best(lexical),
      ...best(whole),
      ...allowed.filter((i) => nearest.has(entries[i]!.entryId)),
    ]);
    return [...picked]
      .map((i) => {
        const near = nearest.get(entries[i]!.entryId) ?? floor;
        const joined = 0.7 * lexical[i]! + 3 * wholes[i]! + 4 * near + 8 * whole[i]! + 0.5 * Math.log(1e-3 + 0.2);
        return { id: entries[i]!.entryId, joined };
      })
      .sort((a, b) => b.joined - a.joined || (a.id < b.id ? -1 : 1));
  }

  it('is that of the plain way', () => {
    const variants = limited.entries.flatMap((entry) =>
      entry.variants.map((variant) => ({ entryId: entry.entryId, variant })),
    );
    for (const text of asked.slice(0, 40)) {
      const vector = encode(encoder, text);
      const dense = variants
        .map((one) => ({ ...one, similarity: dot(encode(encoder, one.variant), vector) }))
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, 20);
      const allowed = (entry: Release['entries'][number]) => isInScope(entry, scope);
      const got = rankEntries({ index, text, vector, dense, intentShare: () => 0.2, allowed, mix });
      const plain = plainOrder(text, dense);
      expect(got.map((one) => one.entry.entryId).sort()).toEqual(plain.map((one) => one.id).sort());
      for (const [i, one] of got.entries()) expect(one.joined).toBeCloseTo(plain[i]!.joined, 4);
      expect(got[0]?.entry.entryId).toBe(plain[0]?.id);
    }
  });
});
