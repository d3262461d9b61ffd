// What counts as taking a draft, changing it, or not using it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, labelOf } from '../../src/desk/label.ts';

const DRAFT = '亲，这款支持七天无理由退货，收到货之日起七天内申请就可以。';

describe('the label of a reply', () => {
  it('is accepted when the words are the same, whatever the ends of lines', () => {
    expect(labelOf('第一行\n第二行', ' 第一行\r\n第二行 ')).toEqual({ outcome: 'accepted', distance: 0 });
  });

  it('is edited when words were changed, with the number of signs', () => {
    expect(labelOf(DRAFT, DRAFT.replace('亲，', '小林，'))).toEqual({ outcome: 'edited', distance: 2 });
    expect(labelOf(DRAFT, `${DRAFT}运费险也有的`)).toEqual({ outcome: 'edited', distance: 6 });
  });

  it('is ignored when nearly nothing of the draft is left, or none was named', () => {
    expect(labelOf(DRAFT, '稍等我问一下仓库').outcome).toBe('ignored');
    expect(labelOf(null, DRAFT)).toEqual({ outcome: 'ignored', distance: 0 });
  });
});

/** The definition itself, without a table. */
function slowDistance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const rest = slowDistance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  return Math.min(rest, slowDistance(a.slice(1), b) + 1, slowDistance(a, b.slice(1)) + 1);
}

describe('the edit distance', () => {
  const words = fc.string({ unit: fc.constantFrom('退', '换', '货', '👍'), maxLength: 5 });

  it('is what the definition says', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(editDistance(a, b)).toBe(slowDistance([...a], [...b]));
      }),
      { numRuns: 300 },
    );
  });

  it('is bounded for pages of text', () => {
    const began = performance.now();
    expect(editDistance('甲'.repeat(4_000), '乙'.repeat(4_000))).toBe(1_000);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
