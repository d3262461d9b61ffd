// When a shopper can be called back: pieces of the shifts to come, the same for the same moment.
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../src/contract/team.ts';
import { callWindows, hoursOf, sayWindow } from '../../src/handoff/hours.ts';
import { maskPhone, phoneIn } from '../../src/policy/phone.ts';

const at = (local: string) => new Date(`${local}:00+08:00`);
const said = (hours: Hours, local: string) => callWindows(hours, at(local)).map((one) => sayWindow(one, at(local)));
const NINE_TO_SIX = hoursOf(null, { from: 540, until: 1_080 });

describe('times for a call', () => {
  it('are the rest of today and the next day', () => {
    expect(said(NINE_TO_SIX, '2026-11-27T12:30')).toEqual([
      '今天 13:00–15:00',
      '今天 15:00–17:00',
      '今天 17:00–18:00',
      '明天 9:00–11:00',
      '明天 11:00–13:00',
      '明天 13:00–15:00',
    ]);
  });

  it('leave somebody time to see it, and skip the night', () => {
    expect(said(NINE_TO_SIX, '2026-11-27T12:50')[0]).toBe('今天 15:00–17:00');
    expect(said(NINE_TO_SIX, '2026-11-27T23:30')[0]).toBe('明天 9:00–11:00');
  });

  it('follow days off and days of their own', () => {
    const hours: Hours = {
      days: { '5': [['09:00', '12:00']], '1': [['14:00', '16:00']] },
      closed: ['2026-11-30'],
      special: {
        '2026-11-29': [
          ['10:00', '10:20'],
          ['20:00', '24:00'],
        ],
      },
    };
    expect(said(hours, '2026-11-27T11:30')).toEqual([
      '11月29日 20:00–22:00',
      '11月29日 22:00–24:00',
      '12月4日 9:00–11:00',
      '12月4日 11:00–12:00',
    ]);
  });

  it('are named by their date for another day', () => {
    const [first] = callWindows(NINE_TO_SIX, at('2026-11-27T12:30'));
    expect(sayWindow(first!, null)).toBe('11月27日 13:00–15:00');
  });

  it('are none while nobody is planned', () => {
    expect(callWindows({ days: {}, closed: [], special: {} }, at('2026-11-27T12:00'))).toEqual([]);
  });
});

describe('a telephone number', () => {
  it.each([
    ['13812345678', '13812345678'],
    ['我手机 138 1234 5678，下午打', '13812345678'],
    ['+86-138-1234-5678', '13812345678'],
    ['１３８１２３４５６７８', '13812345678'],
    ['幺三八一二三四五六七八', '13812345678'],
    ['0571-87654321', '057187654321'],
  ])('is found in %s', (text, phone) => expect(phoneIn(text)).toBe(phone));

  it.each(['12345678901', '订单 MH2026112000017', '下午三点', '138123'])('is not seen in %s', (text) =>
    expect(phoneIn(text)).toBeNull(),
  );

  it('is shown by its ends', () => expect(maskPhone('13812345678')).toBe('138****5678'));
});
