// What WeCom counted of a customer-service account, day by day: its totals and those of its people, put together. Knows no board.
import type { CountedDay } from '../../contract/platform-day.ts';
import type { Fields } from '../wechat/answer.ts';
import type { KfApi } from './api.ts';

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

async function byDay(api: KfApi, path: string, body: Fields): Promise<Map<number, Fields>> {
  const { statistic_list: list } = await api.call(path, body);
  const days = Array.isArray(list) ? (list as Fields[]) : [];
  return new Map(
    days.flatMap(({ stat_time: at, statistic }) =>
      typeof at === 'number' && typeof statistic === 'object' && statistic !== null
        ? [[at, statistic as Fields] as const]
        : [],
    ),
  );
}

/**
 * developer.work.weixin.qq.com/document/path/95489 (the account's totals) and 95490 (its people's, without `servicer_userid`: all
 * of them). Both days included, each given by its first instant, at most 31 of the last 180; a day is counted the morning after.
 * A day without anything is left out by the platform, and here.
 * @throws SendError; 48002 where the app may not ask for statistics
 */
export async function countedDays(api: KfApi, openKfId: string, from: number, until: number): Promise<CountedDay[]> {
  const asked = { open_kfid: openKfId, start_time: from / 1_000, end_time: until / 1_000 };
  const [totals, peoples] = await Promise.all([
    byDay(api, 'get_corp_statistic', asked),
    byDay(api, 'get_servicer_statistic', asked),
  ]);
  const told = [...new Set([...totals.keys(), ...peoples.keys()])].sort((a, b) => a - b);
  const days = told.filter((seconds) => seconds >= asked.start_time && seconds <= asked.end_time);
  return days.map((seconds) => {
    const all = figures(totals.get(seconds));
    const people = figures(peoples.get(seconds));
    return {
      startsAt: seconds * 1_000,
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
