// One word of time and what it means. Types and the reading of numbers only.
import { spokenNumber } from '../policy/facts.ts';
import type { DayNumber, WorkCalendar } from './calendar.ts';

export type Meaning =
  /** `endsIt`: 月底 is a limit itself, so that 月底前 is not the day before. */
  | { kind: 'days'; first: DayNumber; last: DayNumber; endsIt?: boolean }
  /** Seconds since midnight. */
  | { kind: 'hours'; from: number; until: number; pm: boolean }
  | { kind: 'clock'; minute: number }
  | { kind: 'closing' }
  | { kind: 'minutes'; count: number; elastic?: boolean }
  | { kind: 'unknown' };

export interface TimeWord {
  start: number;
  end: number;
  meaning: Meaning;
}

export interface ReaderContext {
  today: DayNumber;
  calendar: WorkCalendar;
}

export type Reader = { pattern: RegExp; read(match: RegExpMatchArray, context: ReaderContext): Meaning | null };

export const NUMBER = '\\d{1,4}(?:\\.\\d)?|[零一二两三四五六七八九十百]{1,4}';
/** 1 to 39 as people write a date or an hour. */
export const TENS = '[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]';

/** 7, 2.5, 半, 二十, 两三. */
export function amountOf(text: string): number | null {
  if (text === '半') return 0.5;
  return /^\d/.test(text) ? Number(text) : spokenNumber(text);
}
