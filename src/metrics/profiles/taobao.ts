// 淘宝 / 天猫, 旺旺. The official rule pages were not to be had; each row names what it follows.
import type { Profile } from '../profile.ts';
import { BOT_IDLE_MS, EVERYBODY, MINUTE_MS, PEOPLE, PEOPLE_ALONE, SLOW_REPLY_MS } from './standings.ts';

export const TAOBAO: Profile = {
  id: 'taobao',
  name: '淘宝 / 天猫（旺旺）',
  window: { fromMinute: 8 * 60, untilMinute: 23 * 60 },
  windowBy: 'message',
  round: { endedBy: EVERYBODY, midnight: 'ends', transfer: 'ends', close: 'goes-on', leftMessage: 'counts' },
  session: { idleMs: BOT_IDLE_MS, reopenMs: 0 },
  slowReplyMs: SLOW_REPLY_MS,
  headline: 'three-minute-rate',
  source: 'dingjiuxi.cn/14066 (round, midnight, worked example); g8108.cn/edu/article/1108 (hours, what is excluded)',
  doubt:
    'Hours: until 23:00 (g8108) or 24:00 (dingjiuxi). A question from outside the hours, answered inside, counts with g8108 (windowBy message-or-reply). That a transfer without a reply is an unanswered round of the first agent is what agents report; no rule page was found.',
  metrics: [
    {
      kind: 'rate-within',
      id: 'three-minute-rate',
      name: '旺旺3分钟人工响应率',
      limitMs: 3 * MINUTE_MS,
      unit: 'round',
      by: PEOPLE,
      days: 30,
      target: null,
      source: 'dingjiuxi.cn/14066; g8108.cn/edu/article/1108: by hand or by a robot in assist mode',
      doubt: 'What a robot answers on its own is taken out of both parts; no source says so in words.',
    },
    {
      kind: 'average-response',
      id: 'average-response',
      name: '旺旺人工响应时长',
      capMs: 10 * MINUTE_MS,
      unanswered: 'left-out',
      over: 'rounds',
      by: PEOPLE_ALONE,
      days: 30,
      target: null,
      source: 'wycfw.com: rounds of people, each at most 10 minutes; robots and rounds unanswered that day left out',
      doubt: 'Others count an unanswered round as 600 seconds (unanswered: cap).',
    },
  ],
};
