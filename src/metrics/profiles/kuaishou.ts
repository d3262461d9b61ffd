// 快手小店. Counts people, not rounds, and only those who reached a person.
import type { Profile } from '../profile.ts';
import { BOT_IDLE_MS, EVERYBODY, MINUTE_MS, PEOPLE, SLOW_REPLY_MS } from './standings.ts';

export const KUAISHOU: Profile = {
  id: 'kuaishou',
  name: '快手小店',
  window: { fromMinute: 8 * 60, untilMinute: 23 * 60 },
  windowBy: 'message',
  round: { endedBy: EVERYBODY, midnight: 'ends', transfer: 'goes-on', close: 'goes-on', leftMessage: 'counts' },
  session: { idleMs: BOT_IDLE_MS, reopenMs: 0 },
  slowReplyMs: SLOW_REPLY_MS,
  headline: 'three-minute-human-rate',
  source: 'snsmcma.cn/article-15550 (2023-03-27, after the notice edu.kwaixiaodian.com/rule/web/detail?id=buL7ifUj6v)',
  metrics: [
    {
      kind: 'rate-within',
      id: 'three-minute-human-rate',
      name: '人工客服3分钟回复率',
      limitMs: 3 * MINUTE_MS,
      unit: 'shopper-day',
      by: PEOPLE,
      days: 30,
      target: null,
      source:
        'snsmcma.cn/article-15550: (people who reached a person − people with a miss) ÷ people who reached a person',
      doubt: 'Whether a person is counted once a day or once a period is not said: once a day.',
    },
    {
      kind: 'rating-share',
      id: 'good-rating-rate',
      name: '人工客服好评率',
      scores: [4, 5],
      of: 'person',
      hours: 'window',
      days: 30,
      target: null,
      source: 'snsmcma.cn/article-15550: ratings whose card was sent 08:00-23:00, people only',
      doubt: 'Which stars are good is assumed.',
    },
  ],
};
