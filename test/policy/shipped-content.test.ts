// The product's own content under its own filter: no curated answer may be held back, no question may lose its meaning.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../src/contract/content.ts';
import { loadContent } from '../../src/curation/load-content.ts';
import { checkOutgoing } from '../../src/policy/check.ts';
import { guardRewording } from '../../src/policy/guard.ts';
import { findPersonalData } from '../../src/policy/mask.ts';

const SHOPS = ['apparel', 'electronics', 'food', 'beauty', 'furniture'];

describe.each(SHOPS)('the content that ships: %s', (shop) => {
  let content: Content;
  beforeAll(async () => {
    content = await loadContent(join(import.meta.dirname, '../..'), shop);
  });

  it('every wording of every answer passes on every channel', () => {
    const held: string[] = [];
    for (const { id, answers, plus_one } of content.entries) {
      for (const [style, text] of Object.entries({ ...answers, plus_one: plus_one ?? '' })) {
        for (const channel of ['web', 'webhook', 'wechat-oa'] as const) {
          const result = checkOutgoing(text, { channel, author: 'bot', source: text, allowedHosts: [] });
          if (!result.ok)
            held.push(`${id} ${style}: ${result.findings.map(({ rule, evidence }) => `${rule} ${evidence}`)}`);
        }
      }
    }
    expect(held).toEqual([]);
  });

  it('an answer is a faithful wording of itself, and not of another', () => {
    const standard = content.entries.map(({ answers }) => answers.standard);
    expect(standard.filter((text) => !guardRewording(text, text).ok)).toEqual([]);
    // Half the corpus away lies another subject; the neighbour may well say nearly the same.
    const half = Math.floor(standard.length / 2);
    const mixed = standard.filter((text, at) => guardRewording(text, standard[(at + half) % standard.length]!).ok);
    expect(mixed.length).toBeLessThan(standard.length * 0.02);
  });

  it('examples of intents carry hardly any personal data, so masking keeps their meaning', () => {
    const examples = content.intents.flatMap(({ examples: texts }) => texts);
    const masked = examples.filter((text) => findPersonalData(text).length > 0);
    expect(masked.length).toBeLessThan(examples.length * 0.005);
  });
});
