// 微信客服 (企业微信). The ids are the official field names of the two statistics calls; the platform computes them by natural day.
import { WHOLE_DAY } from '../local-time.ts';
import type { MetricRow, Profile } from '../profile.ts';
import { EVERYBODY, SLOW_REPLY_MS } from './standings.ts';

const SERVICER = 'developer.work.weixin.qq.com/document/path/96433 (kf/get_servicer_statistic)';
const CORP = 'developer.work.weixin.qq.com/document/path/95492 (kf/get_corp_statistic)';
const STARS = 'The platform asks 满意 / 一般 / 不满意; here 4-5, 3 and 1-2 of five stars.';

const rating = (id: string, name: string, scores: readonly number[]): MetricRow => ({
  kind: 'rating-share',
  id,
  name,
  scores,
  of: 'person',
  hours: 'any',
  days: 1,
  target: null,
  source: SERVICER,
  doubt: STARS,
});

const count = (id: string, name: string, of: (MetricRow & { kind: 'count' })['of'], source: string): MetricRow => ({
  kind: 'count',
  id,
  name,
  of,
  days: 1,
  target: null,
  source,
});

export const WECOM_KF: Profile = {
  id: 'wecom-kf',
  name: '微信客服',
  window: WHOLE_DAY,
  windowBy: 'message',
  round: { endedBy: EVERYBODY, midnight: 'ends', transfer: 'goes-on', close: 'ends', leftMessage: 'counts' },
  // A session lasts until it is ended, or 48 hours: developer.work.weixin.qq.com/document/path/94698
  session: { idleMs: 48 * 3_600_000, reopenMs: 0 },
  slowReplyMs: SLOW_REPLY_MS,
  headline: null,
  source: `${SERVICER}; ${CORP}`,
  doubt: 'Its own satisfaction figures are empty while sessions are managed over the API; these are ours.',
  metrics: [
    count('session_cnt', '接入人工会话数', 'assigned-sessions', SERVICER),
    count('customer_cnt', '咨询客户数', 'assigned-shoppers', SERVICER),
    count('customer_msg_cnt', '咨询消息总数', 'assigned-messages', SERVICER),
    {
      kind: 'replied',
      id: 'reply_rate',
      name: '人工回复率',
      of: 'assigned',
      days: 1,
      target: null,
      source: SERVICER,
    },
    {
      kind: 'first-human-response',
      id: 'first_reply_average_sec',
      name: '平均首次响应时长',
      from: 'message',
      days: 1,
      target: null,
      source: `${SERVICER}: first message to the servicer until the reply, over the sessions that were answered that day`,
    },
    count('satisfaction_investgate_cnt', '满意度评价发送数', 'invitations', SERVICER),
    {
      kind: 'rating-participation',
      id: 'satisfaction_participation_rate',
      name: '满意度参评率',
      of: 'person',
      hours: 'any',
      days: 1,
      target: null,
      source: SERVICER,
    },
    rating('satisfied_rate', '满意评价占比', [4, 5]),
    rating('middling_rate', '一般评价占比', [3]),
    rating('dissatisfied_rate', '不满意评价占比', [1, 2]),
    count('ai_session_reply_cnt', '智能回复会话数', 'bot-sessions', CORP),
    {
      kind: 'bot-handed-over',
      id: 'ai_transfer_rate',
      name: '转人工率',
      days: 1,
      target: null,
      source: CORP,
      doubt: 'The page names the field only; the denominator is taken as sessions the bot spoke in.',
    },
  ],
};
