// The period of the board and its buckets, quantiles, and what a spreadsheet must not run.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCsv } from '../../src/console/board/csv.ts';
import { quantile } from '../../src/metrics/figures.ts';
import { hourOf, weekdayOf } from '../../src/metrics/local-time.ts';
import { buckets, periodOf } from '../../src/metrics/period.ts';
import { cellsOf } from '../browser/board-parts.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const shown = ({ from, to }: { from: number; to: number }) =>
  [from, to].map((ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16));

describe('a period', () => {
  const now = at('2026-11-27T14:05:00');

  test('today is compared with yesterday up to the same time', () => {
    const period = periodOf({ range: 'today' }, now);
    expect(shown(period)).toEqual(['2026-11-27T00:00', '2026-11-27T14:05']);
    expect(shown(period.before)).toEqual(['2026-11-26T00:00', '2026-11-26T14:05']);
  });

  test('seven days end now, days of one’s own end at midnight', () => {
    expect(shown(periodOf({ range: 'week' }, now))).toEqual(['2026-11-21T00:00', '2026-11-27T14:05']);
    const own = periodOf({ range: 'custom', from: '2026-11-01', until: '2026-11-03' }, now);
    expect(shown(own)).toEqual(['2026-11-01T00:00', '2026-11-04T00:00']);
    expect(shown(own.before)).toEqual(['2026-10-29T00:00', '2026-11-01T00:00']);
  });

  test.each([
    { range: 'custom' as const },
    { range: 'custom' as const, from: '2026-02-30' },
    { range: 'custom' as const, from: '2026-11-05', until: '2026-11-01' },
    { range: 'custom' as const, from: '2026-01-01', until: '2026-02-01' },
  ])('%j is refused', (wish) => expect(() => periodOf(wish, now)).toThrow(/日期/));

  test('its buckets lose nothing and add nothing', () => {
    const period = periodOf({ range: 'today' }, now);
    const items = [
      { at: at('2026-11-27T00:00:00') },
      { at: at('2026-11-27T14:04:59') },
      { at: at('2026-11-27T09:30:00') },
    ];
    const groups = buckets(period, items);
    expect(groups).toHaveLength(15);
    expect(groups.flat()).toHaveLength(3);
    expect([groups[0]!.length, groups[9]!.length, groups[14]!.length]).toEqual([1, 1, 1]);
    expect(buckets(periodOf({ range: 'week' }, now), items)).toHaveLength(7);
  });

  test('hours and weekdays are Shanghai’s', () => {
    expect([hourOf(at('2026-11-27T00:00:00')), hourOf(at('2026-11-27T23:59:59'))]).toEqual([0, 23]);
    expect(['23', '27', '29'].map((day) => weekdayOf(at(`2026-11-${day}T12:00:00`)))).toEqual([1, 5, 7]);
  });
});

test('a quantile is one of the values, by nearest rank', () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([30, 100], 0.5)).toBe(30);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
});

describe('an export', () => {
  test.each(['=1+1', '+1', '-1', '@sum', '\tx', '\rx', '＝1', '＋1', '－1', '＠x'])('disarms %j', (text) =>
    expect(
      toCsv([[text]])
        .replace(/^\uFEFF"?/, '')
        .startsWith(`'${text}`),
    ).toBe(true),
  );

  test('keeps every other text as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (texts) => {
        fc.pre(texts.every((text) => !/^[=+\-@\t\r＝＋－＠]/.test(text)));
        expect(cellsOf(toCsv([texts, ['完']]))[0]).toEqual(texts);
      }),
    );
  });
});
