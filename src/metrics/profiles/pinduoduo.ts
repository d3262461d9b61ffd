// 拼多多. Three generations of its reply rate, as far as secondary sources tell them.
import type { Profile } from '../profile.ts';
import { ANYBODY, BOT_IDLE_MS, EVERYBODY, MINUTE_MS, PEOPLE, SLOW_REPLY_MS } from './standings.ts';

export const PINDUODUO: Profile = {
  id: 'pinduoduo',
  name: '拼多多',
  window: { fromMinute: 8 * 60, untilMinute: 23 * 60 },
  windowBy: 'message',
  round: { endedBy: EVERYBODY, midnight: 'ends', transfer: 'goes-on', close: 'goes-on', leftMessage: 'counts' },
  session: { idleMs: BOT_IDLE_MS, reopenMs: 0 },
  slowReplyMs: SLOW_REPLY_MS,
  headline: 'three-minute-human-rate',
  source: 'gstsqh.com.cn/ecschool/pinduoduo/show_64869 (08:00-23:00, by day and by person)',
  doubt: 'Hours: 09:00-21:00 for the five-minute rate with xlycwl 1623278.',
  metrics: [
    {
      kind: 'rate-within',
      id: 'three-minute-human-rate',
      name: '3分钟人工回复率',
      limitMs: 3 * MINUTE_MS,
      unit: 'round',
      by: PEOPLE,
      days: 30,
      target: null,
      source: 'common knowledge of the trade, 08:00-23:00',
      doubt: 'No source was found: unit, days and the standing of robots are assumed.',
    },
    {
      kind: 'rate-within',
      id: 'five-minute-rate',
      name: '5分钟回复率',
      limitMs: 5 * MINUTE_MS,
      unit: 'session-first',
      by: ANYBODY,
      botCredit: { ratingAbove: 4, each: 0.2 },
      days: 30,
      target: 0.9,
      source:
        'cymth.com/post/141552: first reply to an inquiry, human or AI, with the robot credit; xlycwl 1623278: 90 %',
      doubt: 'What one inquiry is, is not said: a session as configured here.',
    },
    {
      kind: 'rate-within',
      id: 'effective-reply-rate',
      name: '有效回复率（2019）',
      limitMs: 60 * MINUTE_MS,
      unit: 'shopper-day',
      by: ANYBODY,
      days: 1,
      target: null,
      source:
        'gstsqh.com.cn/ecschool/pinduoduo/show_64869 (2019): people without a message unanswered or answered after an hour',
      doubt: 'Whether a robot is 商家客服 is not said.',
    },
  ],
};
