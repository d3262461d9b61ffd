// Numbers out of cases: shares, medians, hours, the heat map, one line per agent. Pure.
import { type Case, casesOf, type Material, narrow, type PeriodMeasure } from './cases.ts';
import { hourOf, weekdayOf } from './local-time.ts';
import { share } from './measures.ts';
import { buckets, isIn, type Period } from './period.ts';

export interface BoardFigure {
  of: number;
  hits: number | null;
  /** A share, milliseconds, stars or a count; null when there is nothing to divide by. */
  value: number | null;
  extra: number | null;
  before: number | null;
  trend: (number | null)[];
}

type Summary = Pick<BoardFigure, 'of' | 'hits' | 'value'>;

/** Nearest rank: the smallest value that `part` of all do not exceed. */
export function quantile(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;

const valuesOf = (cases: readonly Case[]): number[] => cases.flatMap((c) => (c.value === null ? [] : [c.value]));

function summarise(measure: PeriodMeasure, cases: readonly Case[]): Summary {
  const of = cases.length;
  switch (measure) {
    case 'sessions':
    case 'handoffs':
    case 'resolved':
    case 'causes':
      return { of, hits: null, value: of };
    case 'response':
    case 'bot-resolution': {
      const { hits, rate } = share(narrow(cases, { outcome: 'hit' }).length, of);
      return { of, hits, value: rate };
    }
    case 'average-response':
    case 'satisfaction':
      return { of, hits: null, value: mean(valuesOf(cases)) };
    case 'first-reply':
      return { of, hits: null, value: quantile(valuesOf(cases), 0.5) };
    default:
      return measure satisfies never;
  }
}

function extraOf(measure: PeriodMeasure, cases: readonly Case[], material: Material, period: Period): number | null {
  if (measure === 'first-reply') return quantile(valuesOf(cases), 0.9);
  if (measure !== 'satisfaction') return null;
  return share(cases.length, material.ratings.filter((r) => isIn(period, r.at)).length).rate;
}

export function figureOf(measure: PeriodMeasure, material: Material, period: Period): BoardFigure {
  const cases = casesOf(measure, material, period);
  return {
    ...summarise(measure, cases),
    extra: extraOf(measure, cases, material, period),
    before: summarise(measure, casesOf(measure, material, period.before)).value,
    trend: buckets(period, cases).map((some) => summarise(measure, some).value),
  };
}

/** By hour of the day, over all days of the period. */
export function hoursOf(material: Material, period: Period) {
  const sessions = Map.groupBy(casesOf('sessions', material, period), (c) => hourOf(c.at));
  const responses = Map.groupBy(casesOf('response', material, period), (c) => hourOf(c.at));
  return Array.from({ length: 24 }, (_, hour) => {
    const some = sessions.get(hour) ?? [];
    const rounds = responses.get(hour) ?? [];
    const count = (kind: Case['kind']) => some.filter((c) => c.kind === kind).length;
    return {
      hour,
      bot: count('bot'),
      person: count('person'),
      abandoned: count('abandoned'),
      hits: narrow(rounds, { outcome: 'hit' }).length,
      of: rounds.length,
    };
  });
}

/** Most frequent first. */
export const reasonsOf = (material: Material, period: Period): { reason: string; n: number }[] =>
  [...Map.groupBy(casesOf('handoffs', material, period), (c) => c.reason ?? '')]
    .map(([reason, cases]) => ({ reason, n: cases.length }))
    .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));

/** What lay behind the cases that ended, the most frequent first. */
export const causesOf = (material: Material, period: Period): { cause: string; n: number }[] =>
  [...Map.groupBy(casesOf('causes', material, period), (c) => c.reason ?? '')]
    .map(([cause, cases]) => ({ cause, n: cases.length }))
    .sort((a, b) => b.n - a.n || (a.cause < b.cause ? -1 : 1));

/** Sessions by weekday and hour; fields without any are left out. */
export const heatOf = (material: Material, period: Period): { weekday: number; hour: number; n: number }[] =>
  [...Map.groupBy(casesOf('sessions', material, period), (c) => weekdayOf(c.at) * 100 + hourOf(c.at))]
    .map(([field, cases]) => ({ weekday: Math.floor(field / 100), hour: field % 100, n: cases.length }))
    .sort((a, b) => a.weekday - b.weekday || a.hour - b.hour);

/** Of each agent what the period shows of them. */
export function agentsOf(material: Material, period: Period, ids: readonly string[]) {
  const of = (measure: PeriodMeasure) => Map.groupBy(casesOf(measure, material, period), (c) => c.agentId);
  const [response, average, resolved, rated] = [
    of('response'),
    of('average-response'),
    of('resolved'),
    of('satisfaction'),
  ];
  return ids.map((id) => {
    const mine = response.get(id) ?? [];
    const waits = average.get(id) ?? [];
    const stars = rated.get(id) ?? [];
    return {
      id,
      response: share(narrow(mine, { outcome: 'hit' }).length, mine.length),
      averageMs: mean(valuesOf(waits)),
      averageOf: waits.length,
      resolved: resolved.get(id)?.length ?? 0,
      stars: mean(valuesOf(stars)),
      rated: stars.length,
    };
  });
}
