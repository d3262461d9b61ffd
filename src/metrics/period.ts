// The period the board looks at, the one before it to compare with, and the buckets of its trends. Pure; local days of the shop.
import { AppError } from '../errors.ts';
import { dayOf, hourOf, midnightOf, startOfDay } from './local-time.ts';

const DAY_MS = 86_400_000;
/** As far back as any platform looks. */
const DAYS_MAX = 31;

export interface Span {
  /** ms since 1970; `to` itself lies outside. */
  from: number;
  to: number;
}

export interface Period extends Span {
  /** The same hours, a period earlier: today is compared with yesterday up to the same time. */
  before: Span;
  bucket: 'hour' | 'day';
}

export interface PeriodWish {
  range?: 'today' | 'yesterday' | 'week' | 'custom' | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

const of = (from: number, to: number, days: number): Period => ({
  from,
  to,
  before: { from: from - days * DAY_MS, to: to - days * DAY_MS },
  bucket: days === 1 ? 'hour' : 'day',
});

/** NaN for a day that no calendar has. */
const dayFrom = (day = ''): number => {
  const at = startOfDay(day);
  return Number.isNaN(at) || dayOf(at) !== day ? Number.NaN : at;
};

function custom(from: string | undefined, until: string | undefined, now: number): Period {
  const [start, last] = [dayFrom(from), dayFrom(until ?? from)];
  const days = Math.round((last - start) / DAY_MS) + 1;
  if (Number.isNaN(days)) throw new AppError('invalid_request', '自定义时间需要开始和结束日期，例如 2026-11-01');
  if (days < 1 || days > DAYS_MAX)
    throw new AppError('invalid_request', `结束日期不能早于开始日期，最多看 ${DAYS_MAX} 天`);
  return of(start, Math.max(start, Math.min(last + DAY_MS, now)), days);
}

/** @throws AppError `invalid_request` for days that no calendar has, or too many */
export function periodOf(wish: PeriodWish, now: number): Period {
  const today = midnightOf(now);
  const { range = 'today' } = wish;
  switch (range) {
    case 'today':
      return of(today, now, 1);
    case 'yesterday':
      return of(today - DAY_MS, today, 1);
    case 'week':
      return of(today - 6 * DAY_MS, now, 7);
    case 'custom':
      return custom(wish.from, wish.until, now);
    default:
      return range satisfies never;
  }
}

export const isIn = ({ from, to }: Span, at: number): boolean => from <= at && at < to;

/** One group per hour of the day or per day, oldest first, those without anything too; nothing for what is still to come. */
export function buckets<T extends { at: number }>(period: Period, items: readonly T[]): T[][] {
  if (period.bucket === 'hour') {
    const byHour = Map.groupBy(items, (item) => hourOf(item.at));
    const last = period.to > period.from ? hourOf(period.to - 1) : 0;
    return Array.from({ length: last + 1 }, (_, hour) => byHour.get(hour) ?? []);
  }
  const byDay = Map.groupBy(items, (item) => dayOf(item.at));
  const days = Math.ceil((period.to - period.from) / DAY_MS);
  return Array.from({ length: days }, (_, i) => byDay.get(dayOf(period.from + i * DAY_MS)) ?? []);
}
