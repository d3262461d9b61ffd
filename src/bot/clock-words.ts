// Times as a shopper says them, in the shop's time zone. Deterministic: the same moment gives the same words.
import type { WaitRange } from '../contract/shop.ts';

const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;

const parts = (at: Date) =>
  Object.fromEntries(
    new Intl.DateTimeFormat('zh-CN', {
      timeZone: ZONE,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>;

/** `11月20日`. */
export const sayDay = (at: Date): string => `${parts(at).month}月${parts(at).day}日`;

/** `11月20日 14:05`. */
export const sayTime = (at: Date): string => `${sayDay(at)} ${parts(at).hour}:${parts(at).minute}`;

/** `2026-11-23` in the shop's time zone. */
export function shopDay(at: Date): string {
  const p = parts(at);
  return `${p.year}-${p.month.padStart(2, '0')}-${p.day.padStart(2, '0')}`;
}

/** `3 天 4 小时`, `5 小时`; whole hours, at least one. */
export function saySpan(ms: number): string {
  const hours = Math.max(1, Math.floor(ms / 3_600_000));
  const days = Math.floor((hours * 3_600_000) / DAY_MS);
  const rest = hours - days * 24;
  if (days === 0) return `${hours} 小时`;
  return rest === 0 ? `${days} 天` : `${days} 天 ${rest} 小时`;
}

const clockOf = (at: Date): string => `${Number(parts(at).hour)}:${parts(at).minute}`;
const dayNumber = (at: Date): number => Math.floor((at.getTime() + 8 * 3_600_000) / DAY_MS);
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** A moment to come as people name it: `今天 14:00`, `明早 9:00`, `明天 14:00`, `周一 9:00`, `12月7日 9:00`. */
export function sayOpening(at: Date, now: Date): string {
  const days = dayNumber(at) - dayNumber(now);
  if (days <= 0) return `今天 ${clockOf(at)}`;
  if (days === 1) return `${Number(parts(at).hour) < 12 ? '明早' : '明天'} ${clockOf(at)}`;
  if (days < 7) return `${WEEKDAYS[(dayNumber(at) + 4) % 7]} ${clockOf(at)}`;
  return `${sayDay(at)} ${clockOf(at)}`;
}

const UNITS: readonly [unit: string, seconds: number][] = [
  ['秒', 1],
  ['分钟', 60],
  ['小时', 3_600],
];

/** A waiting time: `1 分钟内`, `大约 10–30 秒`, `大约半分钟到 2 分钟`, `大约 2–5 分钟`, `大约 1–2.5 小时`. Both ends come rounded. */
export function sayRange({ fromSeconds, toSeconds }: WaitRange): string {
  const unitOf = (s: number) => UNITS.findLast(([, seconds]) => s >= seconds) ?? UNITS[0]!;
  const count = (s: number, [, seconds]: (typeof UNITS)[number]) => s / seconds;
  const [from, to] = [unitOf(fromSeconds), unitOf(toSeconds)];
  const until = `${count(toSeconds, to)} ${to[0]}`;
  if (fromSeconds === 0) return `${until}内`;
  if (from === to) return `大约 ${count(fromSeconds, from)}–${until}`;
  return fromSeconds === 30 ? `大约半分钟到 ${until}` : `大约 ${count(fromSeconds, from)} ${from[0]}到 ${until}`;
}
