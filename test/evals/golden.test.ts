// The exam itself: large enough, over all intents, and not a copy of what the bot learned from.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHOPS } from '../../scripts/eval/golden.ts';
import { type GoldenRow, goldenFile, groupBy, interval, readGolden } from '../../scripts/eval/judge.ts';
import type { Content } from '../../src/contract/content.ts';
import { loadContent } from '../../src/curation/load-content.ts';

const root = path.resolve(import.meta.dirname, '../..');
const content = new Map<string, Content>();
const golden = new Map<string, GoldenRow[]>();
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

describe('the golden questions', () => {
  it('are 2,000 and more, 150 of them complaints without a cue word', () => {
    const all = [...golden.values()].flat();
    expect(all.length).toBeGreaterThan(2_000);
    expect(all.filter((row) => row.cue === 'none').length).toBeGreaterThanOrEqual(150);
    expect(new Set(all.map((row) => row.id)).size).toBe(all.length);
  });

  it('expect only what exists', () => {
    for (const shop of SHOPS) {
      const intents = new Set(content.get(shop)!.intents.map((intent) => intent.name));
      const entries = new Set(content.get(shop)!.entries.map((entry) => entry.id));
      const unknown = golden
        .get(shop)!
        .flatMap(({ id, expect: { intent = [], faq = [] } }) => [
          ...intent.filter((name) => !intents.has(name)).map((name) => `${id} ${name}`),
          ...faq.filter((entry) => !entries.has(entry)).map((entry) => `${id} ${entry}`),
        ]);
      expect(unknown).toEqual([]);
    }
  });

  it('ask for every intent', () => {
    const asked = groupBy(golden.get('apparel')!, (row) => row.expect.intent?.[0] ?? '');
    const missing = content.get('apparel')!.intents.filter((intent) => (asked.get(intent.name)?.length ?? 0) < 2);
    expect(missing.map((intent) => intent.name)).toEqual([]);
  });

  it('hold hardly a near copy of what is learned', () => {
    for (const shop of SHOPS) {
      const { intents, entries } = content.get(shop)!;
      const learned = [
        ...intents.flatMap((intent) => intent.examples),
        ...entries.flatMap((entry) => [entry.question, ...entry.similar]),
      ].map(pairs);
      const byPair = new Map<string, number[]>();
      learned.forEach((set, i) => {
        for (const pair of set) byPair.set(pair, [...(byPair.get(pair) ?? []), i].slice(-400));
      });
      const near = golden.get(shop)!.filter((row) => {
        const own = pairs(row.text);
        // Of two or three characters there are only so many; whoever says 谢谢 says it like everybody.
        if (own.size < 5) return false;
        const seen = new Set([...own].flatMap((pair) => byPair.get(pair) ?? []));
        return [...seen].some((i) => likeness(own, learned[i]!) >= 0.8);
      });
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
