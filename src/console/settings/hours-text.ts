// Shifts as people write them, `09:00-12:00 13:00-18:00`, and as the server keeps them. Pure.
import type { Hours } from '../../contract/team.ts';

type Shift = Hours['days'][string][number];

const SHIFT = /^([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~～至到]\s*([01]?\d|2[0-4])[:：]([0-5]\d)$/;
const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;

const two = (text: string) => text.padStart(2, '0');

/** Null when it is no list of shifts; nothing written is no shift. */
export function readShifts(text: string): Shift[] | null {
  const shifts: Shift[] = [];
  const parts = text
    .replace(/\s*([-–—~～至到])\s*/g, '$1')
    .split(/[\s,，、;；]+/)
    .filter((part) => part !== '');
  for (const part of parts) {
    const found = SHIFT.exec(part);
    if (!found) return null;
    const [from, until] = [`${two(found[1]!)}:${found[2]}`, `${two(found[3]!)}:${found[4]}`];
    if (from >= until || until > '24:00') return null;
    shifts.push([from, until]);
  }
  return shifts;
}

export const showShifts = (shifts: readonly Shift[] | undefined): string =>
  (shifts ?? []).map(([from, until]) => `${from}-${until}`).join(' ');

/** `2027-02-17` of what people write; null for something else. */
export function readDay(text: string): string | null {
  const found = DAY.exec(text.trim());
  if (!found) return null;
  const day = `${found[1]}-${two(found[2]!)}-${two(found[3]!)}`;
  const at = new Date(`${day}T00:00:00Z`);
  // 30 February is read as 2 March
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
}

/** A line each: a day, and its shifts. Null when a line is something else. */
export function readSpecial(text: string): Hours['special'] | null {
  const special: Hours['special'] = {};
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [first = '', ...rest] = line.trim().split(/\s+/);
    const [day, shifts] = [readDay(first), readShifts(rest.join(' '))];
    if (day === null || shifts === null) return null;
    special[day] = shifts;
  }
  return special;
}

export const showSpecial = (special: Hours['special']): string =>
  Object.keys(special)
    .sort()
    .map((day) => `${day} ${showShifts(special[day])}`)
    .join('\n');

export function readDays(text: string): string[] | null {
  const days = text
    .split(/[\s,，、;；]+/)
    .filter((one) => one !== '')
    .map(readDay);
  return days.includes(null) ? null : [...new Set(days as string[])].sort();
}
