// When people are there: weekly shifts, closed days and special days of a team, in the shop's time. Pure.
import type { Hours } from '../contract/team.ts';

/** Asia/Shanghai has had no daylight saving since 1991 (IANA tz database), so a fixed offset is exact. */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
/** Nobody plans further ahead than two weeks of holidays. */
const LOOK_AHEAD_DAYS = 21;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The shop's hours setting (minutes of the day) as every day's only shift. */
function everyDay({ from, until }: { from: number; until: number }): Hours {
  const shift: [string, string] = [clockOf(from), clockOf(until)];
  return { days: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((d) => [String(d), [shift]])), closed: [], special: {} };
}

/** A team's own hours as they are stored, or the shop's. */
export const hoursOf = (own: unknown, service: { from: number; until: number }): Hours =>
  (own as Hours | null) ?? everyDay(service);

function shiftsOn(hours: Hours, localMs: number): readonly [string, string][] {
  const day = new Date(localMs);
  const name = day.toISOString().slice(0, 10);
  const special = hours.special[name];
  if (special) return special;
  if (hours.closed.includes(name)) return [];
  return hours.days[String(((day.getUTCDay() + 6) % 7) + 1)] ?? [];
}

export function isOpen(hours: Hours, now: Date): boolean {
  const local = now.getTime() + OFFSET_MS;
  const minute = Math.floor((local % DAY_MS) / 60_000);
  return shiftsOn(hours, local).some(([from, until]) => minute >= minutesOf(from) && minute < minutesOf(until));
}

/** The next moment somebody is there; `now` when they are, null when nobody is planned within three weeks. */
export function nextOpening(hours: Hours, now: Date): Date | null {
  if (isOpen(hours, now)) return now;
  const local = now.getTime() + OFFSET_MS;
  const today = local - (local % DAY_MS);
  for (let day = 0; day <= LOOK_AHEAD_DAYS; day++) {
    const start = today + day * DAY_MS;
    const opening = shiftsOn(hours, start)
      .map(([from]) => start + minutesOf(from) * 60_000)
      .filter((at) => at > local)
      .sort((a, b) => a - b)[0];
    if (opening !== undefined) return new Date(opening - OFFSET_MS);
  }
  return null;
}
