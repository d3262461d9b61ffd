// The bot's own sentences (not FAQ): handoff notices, clarifications, safety. Shown to shoppers as they are.
import type { Choice } from '../contract/decision.ts';
import { minuteOfDay, sayMinute } from './clock-words.ts';

export interface QueueSight {
  /** How many are before this shopper. */
  ahead: number;
  etaSeconds: number | null;
  agentsOnline: number;
  hours: { from: number; until: number };
  now: Date;
}

const etaWords = (seconds: number): string =>
  seconds < 60 ? '预计 1 分钟内' : `预计 ${Math.ceil(seconds / 60)}–${Math.ceil((seconds * 1.6) / 60)} 分钟`;

/** Where the shopper stands, honestly: no figure is given that nobody measured. */
export function queueWords(sight: QueueSight): string {
  const minute = minuteOfDay(sight.now);
  // whoever is online answers, whatever the clock says
  const open = sight.agentsOnline > 0 || (minute >= sight.hours.from && minute < sight.hours.until);
  const hours = `${sayMinute(sight.hours.from)}–${sayMinute(sight.hours.until)}`;
  if (!open) return `现在是非服务时间，人工客服每天 ${hours} 在线。您可以先把情况写下来，客服上线后会按顺序回复您。`;
  const place = sight.ahead === 0 ? '您是下一位' : `您前面还有 ${sight.ahead} 位`;
  const eta = sight.etaSeconds === null ? '' : `，${etaWords(sight.etaSeconds)}`;
  const busy = sight.agentsOnline === 0 ? '目前客服都不在座位上，已经为您登记排队，' : '';
  return `${busy}${place}${eta}。`;
}

export const HANDOFF_WORDS = {
  plain: '好的，正在为您转接人工客服。',
  soothe:
    '非常抱歉给您带来不好的体验，您反映的情况我们很重视，正在为您转接专人处理。您可以把订单和凭证（照片、截图）先发在这里。',
  safety:
    '请先确保人身安全：立即停止使用商品，如有受伤或不适请尽快就医，并保留好商品、包装和照片。我已经通知负责人，会马上有人联系处理。',
  scam: '请注意防骗：我们不会让您加群、下载软件、共享屏幕，也不会索要验证码或让您转账。请先不要按对方说的操作，正在为您转接人工核实。',
  failed: '抱歉，我这边暂时没能处理好您的问题，正在为您转接人工客服。',
  commerce: '抱歉，订单系统这会儿没有响应，我已经把您的问题交给人工客服跟进。',
} as const;

export const CLARIFY_WORDS = {
  unsure: '您想问的是下面哪一个呢？',
  lost: '不好意思，我没太明白您的意思。您可以换个说法，或者从下面选一个：',
  rejected: '抱歉刚才没有答到点子上。您想了解的是下面哪一个？都不是的话可以直接找人工。',
  repeated: '这个问题刚刚答过了，是不是没有解决？您可以选一个方向，或者直接找人工。',
  emotion: '让您不舒服了，真的很抱歉。您愿意的话，我马上请人工客服来处理，也可以先从下面选：',
  which_order: '您说的是哪个订单呢？',
  which_product: '您想了解的是哪一款呢？',
  which_size: '想要哪个尺码呢？',
  which_color: '想要哪个颜色呢？',
} as const;

/** After an answer that leaves something open; the choices are below it. */
export const ASK_WORDS = {
  order: '您问的是下面哪个订单？点一下，我接着帮您看。',
  product: '您看的是哪一款？点一下，我按这款说。',
  size: '想换成哪个尺码？点一下，我请同事帮您核对。',
  color: '想换成哪个颜色？点一下，我请同事帮您核对。',
} as const;

/** Before an answer to somebody who is upset; taken in turn, so that nobody reads the same sentence again and again. */
export const SYMPATHY_WORDS = {
  anxious: ['知道您着急，我马上帮您看。', '理解您着急，我这就来看。', '让您久等了，我马上处理您的问题。'],
  disappointed: ['没能让您满意，真的很抱歉。', '您的心情我理解，抱歉让您遇到这样的事。'],
  angry: ['非常抱歉让您生气了，您说的我记下了。', '给您添堵了，真的对不起。'],
  sarcastic: ['听得出来您不满意，很抱歉。', '抱歉，没能让您满意，您说的我听进去了。'],
  confused: ['别担心，我一步步说给您听。', '没关系，我说得简单一点。'],
} as const;

/** How an agent reads a feeling. */
export const EMOTION_WORDS = {
  neutral: '平静',
  happy: '高兴',
  anxious: '着急',
  disappointed: '失望',
  angry: '生气',
  sarcastic: '讽刺',
  confused: '困惑',
} as const;

export const TREND_WORDS = { rising: '越来越强', steady: '没有缓和', easing: '在缓和' } as const;

/** What an empty clarification offers: the most asked-for things. */
export const MENU: readonly Choice[] = [
  { value: 'intent:logistics_track', label: '查物流' },
  { value: 'intent:return_request', label: '退货退款' },
  { value: 'intent:promotion_rule', label: '优惠活动' },
];

export const ACKNOWLEDGE_WORDS = '好的，有需要随时叫我。';
