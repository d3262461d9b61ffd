// Opening hours in the shop's time: edges of minutes, days, weeks, holidays and special days.
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../src/contract/team.ts';
import { hoursOf, isOpen, nextOpening } from '../../src/handoff/hours.ts';

/** A moment of the shop's clock (UTC+8). */
const at = (local: string): Date => new Date(`${local}+08:00`);
const WEEK: Hours = {
  days: {
    '1': [
      ['09:00', '12:00'],
      ['13:00', '18:00'],
    ],
    '2': [['09:00', '18:00']],
    '5': [['22:00', '24:00']],
    '6': [['00:00', '02:00']],
  },
  closed: ['2026-12-01'],
  special: { '2026-12-06': [['10:00', '11:00']] },
};

describe('opening hours', () => {
  it.each([
    ['2026-11-30T08:59:59', false],
    ['2026-11-30T09:00:00', true],
    ['2026-11-30T11:59:59', true],
    ['2026-11-30T12:00:00', false], // the break at noon
    ['2026-11-30T13:00:00', true],
    ['2026-11-30T18:00:00', false],
    ['2026-12-01T10:00:00', false], // a Tuesday off
    ['2026-12-08T10:00:00', true],
    ['2026-12-02T10:00:00', false], // no shift on Wednesdays
    ['2026-12-04T23:59:59', true], // a night shift is two
    ['2026-12-05T00:00:00', true],
    ['2026-12-05T02:00:00', false],
    ['2026-12-06T10:30:00', true], // a working Sunday
    ['2026-12-06T11:00:00', false],
  ])('at %s: %s', (local, open) => {
    expect(isOpen(WEEK, at(local))).toBe(open);
  });

  it.each([
    ['2026-11-30T10:00:00', '2026-11-30T10:00:00'],
    ['2026-11-30T12:30:00', '2026-11-30T13:00:00'],
    ['2026-11-30T18:00:00', '2026-12-04T22:00:00'], // over the day off and the days without a shift
    ['2026-12-05T02:00:00', '2026-12-06T10:00:00'],
    ['2026-12-06T11:00:00', '2026-12-07T09:00:00'],
    ['2026-12-31T20:00:00', '2027-01-01T22:00:00'], // over the year
  ])('after %s the next opening is %s', (local, next) => {
    expect(nextOpening(WEEK, at(local))).toEqual(at(next));
  });

  it('says null when nobody is planned', () => {
    expect(nextOpening({ days: {}, closed: [], special: {} }, at('2026-11-30T10:00:00'))).toBeNull();
  });

  it('takes the setting as the same shift every day', () => {
    const hours = hoursOf(null, { from: 9 * 60, until: 24 * 60 });
    expect(isOpen(hours, at('2026-11-29T23:59:59'))).toBe(true);
    expect(isOpen(hours, at('2026-11-29T00:00:00'))).toBe(false);
    expect(nextOpening(hours, at('2026-11-29T00:00:00'))).toEqual(at('2026-11-29T09:00:00'));
  });
});
