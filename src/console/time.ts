// Times as people read them: 1:12, 约 3 分钟, 14:02.
import type { Language, Translate } from './language.tsx';

/** 72_000 -> 1:12, an hour and more -> 1:02:05. Never negative. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A rough length for people who wait: tens of seconds below a minute, else minutes, rounded up. */
export function roughly(seconds: number, t: Translate): string {
  if (seconds < 60) return t('time.seconds', { n: Math.max(10, Math.ceil(seconds / 10) * 10) });
  return t('time.minutes', { n: Math.ceil(seconds / 60) });
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
