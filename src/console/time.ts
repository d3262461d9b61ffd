// Times as people read them: 1:12, 约 3 分钟, 14:02.
import type { WaitRange } from '../contract/shop.ts';
import type { Language, Translate } from './language.tsx';

/** 72_000 -> 1:12, an hour and more -> 1:02:05. Never negative. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

type Unit = 'seconds' | 'minutes' | 'hours';
const UNIT_SECONDS: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3600 };
const unitOf = (seconds: number): Unit => (seconds < 60 ? 'seconds' : seconds < 3600 ? 'minutes' : 'hours');

/** A waiting time whose ends the server has rounded: 大约 2–5 分钟, 大约 30 秒到 2 分钟, 1 分钟内. */
export function between({ fromSeconds, toSeconds }: WaitRange, t: Translate): string {
  const [from, to] = [unitOf(fromSeconds), unitOf(toSeconds)];
  const say = (seconds: number, unit: Unit) => t(`time.${unit}`, { n: seconds / UNIT_SECONDS[unit] });
  if (fromSeconds === 0) return t('time.within', { time: say(toSeconds, to) });
  const start = from === to ? String(fromSeconds / UNIT_SECONDS[from]) : say(fromSeconds, from);
  return t(from === to ? 'time.range' : 'time.mixed', { from: start, to: say(toSeconds, to) });
}

/** Time of day today, with the date on other days. */
export function moment(iso: string, language: Language, now: number): string {
  const at = new Date(iso);
  const sameDay = at.toDateString() === new Date(now).toDateString();
  const style: Intl.DateTimeFormatOptions = sameDay
    ? { hour: '2-digit', minute: '2-digit' }
    : { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, { ...style, hourCycle: 'h23' }).format(at);
}

const PAUSE_MS = 5 * 60_000;

/** Whether a message starts after a pause, so that its time is worth a line. */
export const afterPause = (previous: string | undefined, at: string): boolean =>
  previous === undefined || Date.parse(at) - Date.parse(previous) > PAUSE_MS;
