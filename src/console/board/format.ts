// Numbers as the board shows them; the export writes the same strings.
import { stopwatch } from '../time.ts';
import type { Speak } from './speech.ts';

export const NOTHING = '—';

/** 0.9423 -> 94.2% */
export const percent = (share: number | null): string => (share === null ? NOTHING : `${(share * 100).toFixed(1)}%`);

/** 38 秒, 1:52, 1:02:05 */
export function duration(ms: number | null, t: Speak): string {
  if (ms === null) return NOTHING;
  return ms < 60_000 ? t('time.seconds', { n: Math.round(ms / 1000) }) : stopwatch(ms);
}

export const stars = (value: number | null): string => (value === null ? NOTHING : value.toFixed(1));

const SHANGHAI = { timeZone: 'Asia/Shanghai', hour12: false } as const;

/** 14:05:09 */
export const clockTime = (at: string | number): string =>
  new Intl.DateTimeFormat('zh-CN', { ...SHANGHAI, timeStyle: 'medium' }).format(new Date(at));

/** 11-27 14:05 */
export const dayAndTime = (at: string | number): string =>
  new Intl.DateTimeFormat('zh-CN', {
    ...SHANGHAI,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(new Date(at))
    .replace('/', '-');

/** 2026-11-27 */
export const dayOf = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at);

/** 540 -> 09:00 */
export const ofDay = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
