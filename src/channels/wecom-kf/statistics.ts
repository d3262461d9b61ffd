// What WeCom counted of a customer-service account, day by day: its totals and those of its people, put together. Knows no board.
import type { PlatformDay } from '../../contract/platform-day.ts';
import type { Fields } from '../wechat/answer.ts';
import type { KfApi } from './api.ts';

/** A platform's midnight is Beijing's. */
const secondsAt = (day: string): number => Date.parse(`${day}T00:00:00+08:00`) / 1_000;
const dayAt = (seconds: number): string => new Date((seconds + 8 * 3_600) * 1_000).toISOString().slice(0, 10);

/** Of one day; what is not there was not counted. */
function figures(fields: Fields | undefined) {
  const number = (name: string): number | null => {
    const value = fields?.[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
  };
  return {
    number,
    count: (name: string) => {
      const value = number(name);
      return value === null ? null : Math.round(value);
    },
    share: (name: string) => {
      const value = number(name);
      return value === null ? null : Math.min(1, value);
    },
  };
}

async function byDay(api: KfApi, path: string, body: Fields): Promise<Map<string, Fields>> {
  const { statistic_list: list } = await api.call(path, body);
  const days = Array.isArray(list) ? (list as Fields[]) : [];
  return new Map(
    days.flatMap(({ stat_time: at, statistic }) =>
      typeof at === 'number' && typeof statistic === 'object' && statistic !== null
        ? [[dayAt(at), statistic as Fields]]
        : [],
    ),
  );
}

/**
 * developer.work.weixin.qq.com/document/path/95489 (the account's totals) and 95490 (its people's, without `servicer_userid`: all
 * of them). Both days included, at most 31 of the last 180; a day is counted the morning after. A day without anything is left out
 * by the platform, and here.
 * @param from and `until` local days, `2026-11-27`
 * @throws SendError; 48002 where the app may not ask for statistics
 */
export async function countedDays(api: KfApi, openKfId: string, from: string, until: string): Promise<PlatformDay[]> {
  const asked = { open_kfid: openKfId, start_time: secondsAt(from), end_time: secondsAt(until) };
  const [totals, peoples] = await Promise.all([
    byDay(api, 'get_corp_statistic', asked),
    byDay(api, 'get_servicer_statistic', asked),
  ]);
  const days = [...new Set([...totals.keys(), ...peoples.keys()])].sort();
  return days.map((day) => {
    const all = figures(totals.get(day));
    const people = figures(peoples.get(day));
    return {
      day,
      sessions: all.count('session_cnt'),
      shoppers: all.count('customer_cnt'),
      messages: all.count('customer_msg_cnt'),
      botSessions: all.count('ai_session_reply_cnt'),
      toPersonShare: all.share('ai_transfer_rate'),
      personSessions: people.count('session_cnt'),
      repliedShare: people.share('reply_rate'),
      firstReplySeconds: people.number('first_reply_average_sec'),
      satisfiedShare: people.share('satisfied_rate'),
      rejecting: all.count('msg_rejected_customer_cnt'),
    };
  });
}
