// The exam itself: large enough, over all intents, and not a copy of what the bot learned from.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHOPS } from '../../scripts/eval/golden.ts';
import { type GoldenRow, goldenFile, groupBy, interval, readGolden, unseenFile } from '../../scripts/eval/judge.ts';
import type { Content } from '../../src/contract/content.ts';
import { loadContent } from '../../src/curation/load-content.ts';

const root = path.resolve(import.meta.dirname, '../..');
const content = new Map<string, Content>();
const golden = new Map<string, GoldenRow[]>();
const unseen = readGolden(unseenFile('apparel'));
beforeAll(async () => {
  for (const shop of SHOPS) {
    content.set(shop, await loadContent(root, shop));
    golden.set(shop, readGolden(goldenFile(shop)));
  }
});

const pairs = (text: string): Set<string> => {
  const clean = Array.from(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s\p{P}\p{S}]+/gu, ''),
  );
  return new Set(clean.length < 2 ? clean : clean.slice(1).map((symbol, i) => clean[i]! + symbol));
};
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const pair of a) if (b.has(pair)) both += 1;
  return both / Math.max(1, a.size + b.size - both);
}

/** The questions with a near copy among `known`. */
function nearCopies(rows: readonly GoldenRow[], known: readonly string[]): string[] {
  const sets = known.map(pairs);
  const byPair = new Map<string, number[]>();
  sets.forEach((set, i) => {
    for (const pair of set) byPair.set(pair, [...(byPair.get(pair) ?? []), i].slice(-400));
  });
  return rows
    .filter((row) => {
      const own = pairs(row.text);
      // Of two or three characters there are only so many; whoever says 谢谢 says it like everybody.
      if (own.size < 5) return false;
      const seen = new Set([...own].flatMap((pair) => byPair.get(pair) ?? []));
      return [...seen].some((i) => likeness(own, sets[i]!) >= 0.8);
    })
    .map((row) => row.id);
}

const learnedBy = ({ intents, entries }: Content): string[] => [
  ...intents.flatMap((intent) => intent.examples),
  ...entries.flatMap((entry) => [entry.question, ...entry.similar]),
];

/** What is expected although the content has no such intent or entry. */
function unknownIn(rows: readonly GoldenRow[], { intents, entries }: Content): string[] {
  const names = new Set(intents.map((intent) => intent.name));
  const ids = new Set(entries.map((entry) => entry.id));
  return rows.flatMap(({ id, expect: { intent = [], faq = [] } }) => [
    ...intent.filter((name) => !names.has(name)).map((name) => `${id} ${name}`),
    ...faq.filter((entry) => !ids.has(entry)).map((entry) => `${id} ${entry}`),
  ]);
}

describe('the golden questions', () => {
  it('are 2,000 and more, 150 of them complaints without a cue word', () => {
    const all = [...golden.values()].flat();
    expect(all.length).toBeGreaterThan(2_000);
    expect(all.filter((row) => row.cue === 'none').length).toBeGreaterThanOrEqual(150);
    expect(new Set(all.map((row) => row.id)).size).toBe(all.length);
  });

  it('expect only what exists', () => {
    for (const shop of SHOPS) expect(unknownIn(golden.get(shop)!, content.get(shop)!)).toEqual([]);
  });

  it('ask for every intent', () => {
    const asked = groupBy(golden.get('apparel')!, (row) => row.expect.intent?.[0] ?? '');
    const missing = content.get('apparel')!.intents.filter((intent) => (asked.get(intent.name)?.length ?? 0) < 2);
    expect(missing.map((intent) => intent.name)).toEqual([]);
  });

  it('hold hardly a near copy of what is learned', () => {
    for (const shop of SHOPS) {
      const near = nearCopies(golden.get(shop)!, learnedBy(content.get(shop)!));
      expect(near.length).toBeLessThan(golden.get(shop)!.length * 0.02);
    }
  });

  it('intervals are those of Wilson', () => {
    const [low, high] = interval(8, 10);
    expect(low).toBeCloseTo(0.4902, 3);
    expect(high).toBeCloseTo(0.9433, 3);
    expect(interval(0, 100)[0]).toBe(0);
    expect(interval(0, 100)[1]).toBeCloseTo(0.037, 3);
  });
});

describe('the unseen questions', () => {
  it('are 900, each its own, 90 of them complaints without a cue word', () => {
    expect(
      Object.fromEntries([...groupBy(unseen, (row) => row.group)].map(([name, rows]) => [name, rows.length])),
    ).toEqual({
      'in-scope': 380,
      act: 60,
      handoff: 70,
      complaint: 150,
      human: 70,
      'risk-negative': 90,
      'out-of-scope': 80,
    });
    expect(unseen.filter((row) => row.cue === 'none').length).toBeGreaterThanOrEqual(90);
    expect(new Set(unseen.map((row) => row.id)).size).toBe(unseen.length);
    expect(new Set(unseen.map((row) => row.text)).size).toBe(unseen.length);
  });

  it('expect only what exists and what can be decided', () => {
    expect(unknownIn(unseen, content.get('apparel')!)).toEqual([]);
    const kinds = new Set(['answer', 'act', 'clarify', 'handoff']);
    const wrong = unseen.filter(({ expect: { decision = [], intent = [], faq = [] } }) => {
      const isKnown = decision.length > 0 && decision.every((kind) => kinds.has(kind));
      return !isKnown || intent.length === 0 || decision.includes('answer') !== faq.length > 0;
    });
    expect(wrong.map((row) => row.id)).toEqual([]);
  });

  it('ask for every intent', () => {
    const asked = new Set(unseen.map((row) => row.expect.intent?.[0]));
    expect(content.get('apparel')!.intents.filter((intent) => !asked.has(intent.name))).toEqual([]);
  });

  it('are no near copy of what is learned, nor of the questions that chose the thresholds', () => {
    expect(nearCopies(unseen, learnedBy(content.get('apparel')!))).toEqual([]);
    const chosenWith = [...golden.values()].flat().map((row) => row.text);
    expect(nearCopies(unseen, chosenWith)).toEqual([]);
  });
});

it('the hard questions are there once each, and name intents that exist', () => {
  const hard = readGolden(goldenFile('hard'));
  const counts = [...groupBy(hard, (row) => row.group)].map(([name, rows]) => [name, rows.length]);
  expect(Object.fromEntries(counts)).toEqual({
    'risk-negative': 120,
    complaint: 120,
    human: 70,
    'out-of-scope': 100,
    'in-scope': 70,
  });
  expect(new Set(hard.map((row) => row.text)).size).toBe(hard.length);
  expect(unknownIn(hard, content.get('apparel')!)).toEqual([]);
});
