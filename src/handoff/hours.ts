// When people are there: weekly shifts, closed days and special days of a team, in the shop's time. Pure.
import type { Hours } from '../contract/team.ts';
import type { CallWindow } from '../contract/ticket.ts';

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

const WINDOW_MINUTES = 120;
/** Less than this nobody waits beside the telephone for. */
const WINDOW_MIN = 30;
/** Somebody has to see it first. */
const NOTICE_MINUTES = 15;
const PER_DAY = 3;
const DAYS = 2;

/** When somebody can be called back: pieces of the shifts to come, the first of this day and of the next one with any. */
export function callWindows(hours: Hours, now: Date): CallWindow[] {
  const local = now.getTime() + OFFSET_MS;
  const today = local - (local % DAY_MS);
  const windows: CallWindow[] = [];
  let days = 0;
  for (let day = 0; day <= LOOK_AHEAD_DAYS && days < DAYS; day++) {
    const start = today + day * DAY_MS;
    const at = (minute: number): number => start + minute * 60_000;
    const ofDay = shiftsOn(hours, start)
      .flatMap(([from, until]) => piecesOf(minutesOf(from), minutesOf(until)))
      .filter(([from]) => at(from) >= local + NOTICE_MINUTES * 60_000)
      .sort((a, b) => a[0] - b[0])
      .slice(0, PER_DAY);
    if (ofDay.length > 0) days += 1;
    const iso = (minute: number): string => new Date(at(minute) - OFFSET_MS).toISOString();
    windows.push(...ofDay.map(([from, until]) => ({ from: iso(from), until: iso(until) })));
  }
  return windows;
}

function piecesOf(from: number, until: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let at = from; until - at >= WINDOW_MIN; at += WINDOW_MINUTES)
    pieces.push([at, Math.min(at + WINDOW_MINUTES, until)]);
  return pieces;
}

/** `今天 14:00–16:00`, `明天 9:00–11:00`, `12月7日 9:00–11:00`; without a `now`, for what is read on another day, the date. */
export function sayWindow({ from, until }: CallWindow, now: Date | null): string {
  const local = (at: string | Date): Date => new Date(new Date(at).getTime() + OFFSET_MS);
  const dayOf = (at: string | Date): number => Math.floor(local(at).getTime() / DAY_MS);
  const [first, end] = [local(from), local(until)];
  const days = now === null ? null : dayOf(from) - dayOf(now);
  const day = days === 0 ? '今天' : days === 1 ? '明天' : `${first.getUTCMonth() + 1}月${first.getUTCDate()}日`;
  const clock = (at: Date): string => `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, '0')}`;
  // a shift that ends with the day
  return `${day} ${clock(first)}–${clock(end) === '0:00' ? '24:00' : clock(end)}`;
}
