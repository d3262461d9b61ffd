// Days and hours of the shop's time zone, and the way back to an instant. Knows no words and no shop.

/** Which days count as working days, and when the shop's working day ends. */
export interface WorkCalendar {
  /** `day` is `2026-11-24` in the shop's time zone. */
  isWorkingDay(day: string): boolean;
  /** Minutes since midnight. */
  closesAtMinute: number;
}

/** Monday to Friday, until six. A shop with holidays and make-up days passes its own. */
export const OFFICE_CALENDAR: WorkCalendar = {
  isWorkingDay: (day) => ![6, 7].includes(weekdayOf(Date.parse(day) / DAY_MS)),
  closesAtMinute: 18 * 60,
};

export const SHOP_TIME_ZONE = 'Asia/Shanghai';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01: a date without a clock, so that adding days never meets a change of the hour. */
export type DayNumber = number;

export interface LocalTime {
  day: DayNumber;
  /** Seconds since midnight as the clock on the wall shows them. */
  second: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}

export function localTime(at: Date, timeZone: string): LocalTime {
  const part = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  return {
    day: dayOf(part.year, part.month, part.day),
    second: part.hour * 3600 + part.minute * 60 + part.second,
  };
}

/** `second` may be 86,400: the midnight that ends the day. An hour that a change of the clock skips becomes the next one. */
export function instantOf({ day, second }: LocalTime, timeZone: string): Date {
  const wall = day * DAY_MS + second * 1000;
  const first = wall - offsetAt(wall, timeZone);
  return new Date(wall - offsetAt(first, timeZone));
}

function offsetAt(instant: number, timeZone: string): number {
  const local = localTime(new Date(instant), timeZone);
  return local.day * DAY_MS + local.second * 1000 - Math.floor(instant / 1000) * 1000;
}

/** `month` counts from 1 and may leave the year on either side; so may `day` leave the month. */
export function dayOf(year: number, month: number, day: number): DayNumber {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

export function dateOf(day: DayNumber): { year: number; month: number; day: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

export const sayDate = (day: DayNumber): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Monday is 1, Sunday is 7. */
export const weekdayOf = (day: DayNumber): number => ((((day + 3) % 7) + 7) % 7) + 1;

export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The same date of a later month, or its last day: 31 January + 1 is 28 or 29 February. */
export function addMonths(day: DayNumber, months: number): DayNumber {
  const from = dateOf(day);
  const first = dateOf(dayOf(from.year, from.month + months, 1));
  return dayOf(first.year, first.month, Math.min(from.day, daysInMonth(first.year, first.month)));
}

/** A calendar without a working day would never end; after this many days it is not asked any more. */
const SEARCH_DAYS = 400;

/** The `count`-th working day after `day`. */
export function addWorkingDays(day: DayNumber, count: number, calendar: WorkCalendar): DayNumber {
  let at = day;
  for (let left = count, tried = 0; left > 0 && tried < SEARCH_DAYS; tried++) {
    at += 1;
    if (calendar.isWorkingDay(sayDate(at))) left -= 1;
  }
  return at;
}
