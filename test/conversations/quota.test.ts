// What is left of a platform's quota: every opening, every message on its way, and bubbles that have to share.
import { describe, expect, test } from 'vitest';
import { fitParts } from '../../src/bot/fit-parts.ts';
import type { Quota } from '../../src/contract/conversation.ts';
import {
  type Opened,
  QUOTA_CROSSING_MS,
  QUOTA_MARGIN_MAX_MS,
  quotaLeft,
  quotaMargin,
  type Spent,
} from '../../src/conversations/quota.ts';

const HOUR = 3_600_000;
const QUOTA: Quota = { message: { messages: 5, windowMs: 48 * HOUR }, click: { messages: 3, windowMs: 60_000 } };
const NOW = 1_000 * HOUR;
const opened = (opening: Opened['opening'], seq: number, agoMs: number): Opened => ({ opening, seq, at: NOW - agoMs });
const spent = (seq: number, agoMs: number | null, parts = 1): Spent => ({
  id: String(seq),
  seq,
  parts,
  endedAt: agoMs === null ? null : NOW - agoMs,
});
const leftOf = (openings: Opened[], used: Spent[], now: number, refusedSeq?: number) =>
  quotaLeft(QUOTA, { opened: openings, spent: used, ...(refusedSeq !== undefined && { refusedSeq }) }, now);

describe('what is left', () => {
  test('five after a message, for 48 hours less a minute: clocks differ and a call takes its time', () => {
    expect(leftOf([opened('message', 1, HOUR)], [], NOW)).toEqual({
      left: 5,
      until: new Date(NOW + 47 * HOUR - QUOTA_MARGIN_MAX_MS).toISOString(),
    });
    const shut = { left: 0, until: null };
    for (const beforeEnd of [QUOTA_MARGIN_MAX_MS, 20_000, 3_001, 1, 0, -1])
      expect(leftOf([opened('message', 1, 48 * HOUR - beforeEnd)], [], NOW), `${beforeEnd} ms`).toEqual(shut);
    expect(leftOf([opened('message', 1, 48 * HOUR - QUOTA_MARGIN_MAX_MS - 1)], [], NOW).left).toBe(5);
  });

  test('of a minute three seconds are kept, so that most of it is left', () => {
    expect(quotaMargin(60_000)).toBe(3_000);
    expect(leftOf([opened('click', 1, 57_000)], [], NOW)).toEqual({ left: 0, until: null });
    expect(leftOf([opened('click', 1, 56_999)], [], NOW).left).toBe(3);
  });

  test('each part counts; what left before the shopper wrote does not', () => {
    const all = [spent(2, HOUR + 60_000), spent(4, 30_000, 2), spent(5, null)];
    expect(leftOf([opened('message', 3, HOUR)], all, NOW).left).toBe(2);
  });

  test('what was on its way when the shopper wrote may have come after them', () => {
    const message = [opened('message', 3, 10_000)];
    expect(leftOf(message, [spent(2, null)], NOW).left).toBe(4);
    expect(leftOf(message, [spent(2, 9_000)], NOW).left).toBe(4);
    expect(leftOf(message, [spent(2, 10_000 + QUOTA_CROSSING_MS + 1)], NOW).left).toBe(5);
  });

  test('a click beside an open message: whichever allows more, and the message’s time outlives the minute', () => {
    const both = [opened('message', 1, HOUR), opened('click', 8, 30_000)];
    const four = [2, 3, 4, 5].map((seq) => spent(seq, 2_000_000));
    expect(leftOf(both, four, NOW)).toEqual({
      left: 3,
      until: new Date(NOW + 30_000 - quotaMargin(60_000)).toISOString(),
    });
    expect(leftOf(both, four, NOW + 60_000).left).toBe(1);
  });

  test('what the platform refused shuts what was open before it, and nothing after', () => {
    const shut = { left: 0, until: null };
    expect(leftOf([opened('message', 3, HOUR)], [], NOW, 5)).toEqual(shut);
    expect(leftOf([opened('message', 3, HOUR), opened('click', 4, 1_000)], [], NOW, 5)).toEqual(shut);
    // written while the refused one was on its way
    expect(leftOf([opened('message', 6, 1_000)], [], NOW, 5).left).toBe(5);
  });

  test('what the platform does not name opens nothing', () => {
    expect(leftOf([opened('enter', 1, 0)], [], NOW)).toEqual({ left: 0, until: null });
    expect(leftOf([], [], NOW)).toEqual({ left: 0, until: null });
  });
});

describe('bubbles', () => {
  const parts = [
    { text: '一', payload: { source: { kind: 'faq' as const, id: 'a', title: '甲' } } },
    { text: '二', author: 'system' as const },
    { text: '三', payload: { choices: [{ value: 'x', label: '选' }] } },
  ];

  test('stay apart while there is room, and are joined from the first when there is not', () => {
    expect(fitParts(parts, 3)).toEqual(parts);
    expect(fitParts(parts, 2)!.map(({ text }) => text)).toEqual(['一\n二', '三']);
    expect(fitParts(parts, 1)).toEqual([
      {
        text: '一\n二\n三',
        payload: { source: { kind: 'faq' as const, id: 'a', title: '甲' }, choices: [{ value: 'x', label: '选' }] },
      },
    ]);
    expect(fitParts(parts, 0)).toBeNull();
    expect(fitParts([], 0)).toEqual([]);
  });

  test('one that the platform cuts in two needs two places', () => {
    const long = [{ text: 'a'.repeat(30) }, { text: 'b' }];
    const partsOf = ({ text }: { text: string }) => Math.ceil(text.length / 20);
    expect(fitParts(long, 3, partsOf)).toHaveLength(2);
    expect(fitParts(long, 2, partsOf)).toHaveLength(1);
    expect(fitParts(long, 1, partsOf)).toBeNull();
  });
});
