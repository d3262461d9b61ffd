// When an agent is reminded of a promise, and what a shopper is told before one slips. Pure; knows no queue and no store.
import type { PromiseKind } from '../contract/promise.ts';
import { dateOf, localTime, SHOP_TIME_ZONE } from './calendar.ts';

export type ReminderKind = 'two_hours_before' | 'half_hour_before' | 'due' | 'overdue';

export interface Reminder {
  kind: ReminderKind;
  at: Date;
}

const MINUTE_MS = 60_000;
const BEFORE: readonly { kind: ReminderKind; minutes: number }[] = [
  { kind: 'two_hours_before', minutes: -120 },
  { kind: 'half_hour_before', minutes: -30 },
  { kind: 'due', minutes: 0 },
  { kind: 'overdue', minutes: 30 },
];

/**
 * Those still to come, in order; none at the moment of the promise itself. A promise that is overdue already is said so
 * at once; one without a time has none.
 */
export function reminderTimes(dueAt: Date | null, now: Date): Reminder[] {
  if (dueAt === null) return [];
  const plan = BEFORE.map(({ kind, minutes }) => ({ kind, at: new Date(dueAt.getTime() + minutes * MINUTE_MS) }));
  const ahead = plan.filter(({ at }) => at > now);
  return ahead.length > 0 ? ahead : [{ kind: 'overdue', at: now }];
}

export interface SlippingPromise {
  kind: PromiseKind;
  dueAt: Date | null;
  subject?: string;
  /** Chosen by the agent. Without it, or when it is over already, the notice names no new time. */
  newDueAt?: Date;
}

const WHAT: Record<PromiseKind, string> = {
  shipment: '给您发货',
  arrival: '给您送到',
  refund: '给您退款',
  compensation: '给您补偿',
  gift: '给您送上赠品',
  replacement: '给您补发',
  remark: '给您备注好',
  reply: '给您回复',
  courier: '给您联系快递',
  invoice: '给您开发票',
  stock_notice: '把到货的消息通知您',
  hold: '给您留货',
  order_change: '给您修改订单',
  inquiry: '给您核实情况',
  visit: '给您安排上门',
  other: '给您办好这件事',
};

/** Says that it will be late, or is; apologises; promises nothing the agent has not chosen a time for. */
export function slipNotice(promise: SlippingPromise, now: Date, timeZone: string = SHOP_TIME_ZONE): string {
  const what = WHAT[promise.kind] + (promise.subject ? `（${promise.subject}）` : '');
  const when = promise.dueAt === null ? '' : sayBy(promise.dueAt, now, timeZone);
  const isLate = promise.dueAt !== null && promise.dueAt <= now;
  const said = `您好，之前答应${when ? `${when}` : ''}${what}，${isLate ? '没有按时做到' : '现在看要晚了'}，非常抱歉。`;
  if (promise.newDueAt && promise.newDueAt > now) {
    return `${said}我们改为${sayBy(promise.newDueAt, now, timeZone)}${what}。要是这个时间对您不合适，请直接告诉我。`;
  }
  return `${said}新的时间目前还没有确定，不想随口给您一个做不到的说法。您是愿意再等等，还是换一种处理方式？`;
}

/** 11月26日之内, 11月26日18:00前; with the year when it is another. */
function sayBy(at: Date, now: Date, timeZone: string): string {
  const { day, second } = localTime(at, timeZone);
  const date = dateOf(day);
  const isThisYear = date.year === dateOf(localTime(now, timeZone).day).year;
  const words = `${isThisYear ? '' : `${date.year}年`}${date.month}月${date.day}日`;
  if (second >= 86_399 - 59) return `${words}之内`;
  const minute = Math.floor(second / 60);
  return `${words}${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}前`;
}
