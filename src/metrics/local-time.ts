// Days and hours as the platforms count them. Knows nothing of messages.

/** All of China keeps UTC+8 and has had no summer time since 1991 (tz database, Asia/Shanghai). */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Hours of the day that are assessed, minutes since local midnight; `untilMinute` itself lies outside. */
export interface Window {
  fromMinute: number;
  untilMinute: number;
}

export const WHOLE_DAY: Window = { fromMinute: 0, untilMinute: 24 * 60 };

const dayNumber = (at: number): number => Math.floor((at + OFFSET_MS) / DAY_MS);

/** `2026-11-23`, the local day of an instant (ms since 1970, UTC). */
export const dayOf = (at: number): string => new Date(dayNumber(at) * DAY_MS).toISOString().slice(0, 10);

/** The first instant of the next local day. */
export const nextMidnight = (at: number): number => (dayNumber(at) + 1) * DAY_MS - OFFSET_MS;

/** Tells whether a local day is one of the `days` days that end with `lastDay`. */
export function daysUpTo(lastDay: string, days: number): (day: string) => boolean {
  const first = new Date(Date.parse(lastDay) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return (day) => first <= day && day <= lastDay;
}

export function isWithin(window: Window, at: number): boolean {
  const minute = (at + OFFSET_MS - dayNumber(at) * DAY_MS) / MINUTE_MS;
  return window.fromMinute <= minute && minute < window.untilMinute;
}

/** The first instant of the local day of an instant. */
export const midnightOf = (at: number): number => dayNumber(at) * DAY_MS - OFFSET_MS;

/** Of `2026-11-23`. */
export const startOfDay = (day: string): number => Date.parse(day) - OFFSET_MS;

/** 0 to 23. */
export const hourOf = (at: number): number => Math.floor((at - midnightOf(at)) / 3_600_000);

/** 1 is Monday, 7 is Sunday. The first day of 1970 was a Thursday. */
export const weekdayOf = (at: number): number => ((dayNumber(at) + 3) % 7) + 1;
