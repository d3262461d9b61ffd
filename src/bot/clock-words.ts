// Times as a shopper says them, in the shop's time zone. Deterministic: the same moment gives the same words.

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

/** Minutes since midnight in the shop's time zone. */
export const minuteOfDay = (at: Date): number => Number(parts(at).hour) * 60 + Number(parts(at).minute);

/** `3 天 4 小时`, `5 小时`; whole hours, at least one. */
export function saySpan(ms: number): string {
  const hours = Math.max(1, Math.floor(ms / 3_600_000));
  const days = Math.floor((hours * 3_600_000) / DAY_MS);
  const rest = hours - days * 24;
  if (days === 0) return `${hours} 小时`;
  return rest === 0 ? `${days} 天` : `${days} 天 ${rest} 小时`;
}

export const sayMinute = (minute: number): string =>
  `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
