// Shifts, holidays and special days as people write them.
import { describe, expect, it } from 'vitest';
import {
  readDay,
  readDays,
  readShifts,
  readSpecial,
  showShifts,
  showSpecial,
} from '../../src/console/settings/hours-text.ts';

describe('hours as people write them', () => {
  it('are read whatever stands between the times', () => {
    const lunch = [
      ['09:00', '12:00'],
      ['13:00', '18:00'],
    ];
    for (const text of ['09:00-12:00 13:00-18:00', '9:00 - 12:00，13：00～18:00', '09:00至12:00、13:00到18:00'])
      expect(readShifts(text), text).toEqual(lunch);
    expect(readShifts('  ')).toEqual([]);
    expect(readShifts('20:00-24:00')).toEqual([['20:00', '24:00']]);
  });

  it('are refused when they are none', () => {
    for (const text of ['上午', '9-18', '18:00-09:00', '09:00-09:00', '09:00-24:30', '25:00-26:00', '09:00-12:60'])
      expect(readShifts(text), text).toBeNull();
  });

  it('come back as they were written down', () => {
    const special = { '2027-02-14': [['10:00', '16:00']], '2027-02-15': [] } as Parameters<typeof showSpecial>[0];
    expect(readSpecial(showSpecial(special))).toEqual(special);
    expect(showShifts(readShifts('9:00-12:00 13:00-18:00')!)).toBe('09:00-12:00 13:00-18:00');
  });

  it('days are those of a calendar, each once, in order', () => {
    expect(readDay('2027年2月7日')).toBe('2027-02-07');
    expect(readDay('2027-02-30')).toBeNull();
    expect(readDays('2027-02-18\n2027/2/17，2027-02-18')).toEqual(['2027-02-17', '2027-02-18']);
    expect(readDays('春节')).toBeNull();
    expect(readSpecial('2027-02-14 上午')).toBeNull();
  });
});
