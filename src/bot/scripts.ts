// The bot's own sentences (not FAQ): handoff notices, clarifications, safety. Shown to shoppers as they are.
import type { Choice } from '../contract/decision.ts';
import type { WaitRange } from '../contract/shop.ts';
import { sayOpening, sayRange } from './clock-words.ts';

export interface QueueWords {
  /** 1 is next. */
  position: number;
  range: WaitRange | null;
  agentsOnline: number;
  isOpen: boolean;
  backAt: Date | null;
  now: Date;
}

/** Where the shopper stands, honestly: no figure is given that nobody measured. */
export function queueWords(sight: QueueWords): string {
  if (sight.agentsOnline === 0 && !sight.isOpen) {
    return `现在是非服务时间，人工客服${backWords(sight)}。这件事已经登记，客服上班后会按紧急程度处理，您可以先把情况和凭证写在这里。`;
  }
  const place = sight.position === 1 ? '您是下一位' : `您前面还有 ${sight.position - 1} 位`;
  const wait = sight.range === null ? '' : `，预计等待${spaced(sayRange(sight.range))}`;
  const busy = sight.agentsOnline === 0 ? '目前客服都不在座位上，已经为您登记排队，' : '';
  return `${busy}${place}${wait}。`;
}

/** A figure at the beginning stands apart from the word before it. */
const spaced = (words: string): string => (/^\d/.test(words) ? ` ${words}` : words);

/** When people are back; nothing is named that nobody has planned. */
const backWords = ({ backAt, now }: { backAt: Date | null; now: Date }): string =>
  backAt === null ? '暂时不在，上班时间还没有定' : `${sayOpening(backAt, now)} 上班`;

/** Nobody is there and the case can wait: when they are back, and that what is written now is kept. Asks for nothing personal. */
export const awayWords = (when: { backAt: Date | null; now: Date }): string =>
  `现在是非服务时间，人工客服${backWords(when)}。您可以直接在这里写下要说的，我会作为留言保存，客服上班后看到就在这里回复您，不用留电话，也不用守着。`;

/** Said once, after the first words of a message. */
export const keptWords = (away: { backAt: Date | null; now: Date } | null): string =>
  away === null
    ? '好的，已经记下，您可以先去忙。位置还为您留着，客服看到后会在这里回复您。'
    : `好的，已经作为留言记下，客服${away.backAt === null ? '上班后' : ` ${sayOpening(away.backAt, away.now)} 上班后`}会在这里回复您。`;

/** How a deferred case begins: what is said instead of "you are being connected". */
export const AWAY_OPENINGS: Readonly<Partial<Record<keyof typeof HANDOFF_WORDS, string>>> = {
  soothe: '非常抱歉给您带来不好的体验。',
  failed: '抱歉，我这边暂时没能处理好您的问题。',
  commerce: '抱歉，订单系统这会儿没有响应。',
};

export const LEAVE_WORDS = {
  queue: '好的，已经为您取消排队，您直接说问题就行。想找人工，随时说“人工”。',
  away: '好的，我先来回答，您直接说问题就行。想找人工，随时说“人工”。',
  message: '好的，我先来回答，刚才的留言就不转给客服了。还想找人工，随时说“人工”。',
  stays: '这件事需要人工来处理，位置为您留着。',
} as const;

/** Before an answer that the platform had not taken. */
export const UNHEARD_WORDS = '刚才有一条回复没能发到您这里，现在补上：';

/** Before their place in the line, for who was never told that they stand in it. */
export const UNTOLD_WORDS = '您的问题会由人工客服接着处理。';

/** A call back; a page shows a form below these words, elsewhere the words are enough. */
export const CALL_WORDS = {
  offer: '也可以由客服给您回电：选一个时间，留下手机号就行，号码只给负责回电的客服看。',
  ask: '好的，客服可以给您回电。请选一个方便的时间，并留下手机号，号码只给负责回电的客服看。',
  none: '接下来几天还没有排好的服务时间，暂时约不了电话。您可以直接在这里留言，客服上班后在这里回复您。',
} as const;

/** A time is chosen; what is missing is the number. */
export const callAtWords = (window: string): string => `好的，${window}给您回电。请直接回复手机号。`;

/** Agreed on. */
export const callBookedWords = (window: string): string =>
  `已为您预约电话回访：${window}，我们会拨打您刚才留下的号码。不用一直等在这里；要改时间或号码，随时说“电话回访”。`;

/** What a business is asked for; a page shows a form below these words, elsewhere the words are enough. */
export const QUOTE_WORDS = {
  ask: '想快点拿到报价，请补充四项：商品、数量、公司名称、联系方式（电话或邮箱）。联系方式只给负责报价的同事看。',
  kept: '报价需求已收到，销售同事会按您说的内容核算，然后在这里或按您留的联系方式回复您。',
} as const;

/** Who takes up what was left as a message. */
export const takenUpWords = (name: string): string => `人工客服 ${name} 已经接手您的留言。`;

/** A place that has not changed for a while. */
export const STILL_WAITING = '让您久等了，还在为您排队。';

/** The case waited and the shop closed meanwhile. */
export const CLOSED_MEANWHILE = '抱歉，今天没能轮到您。';

export const HANDOFF_WORDS = {
  plain: '好的，正在为您转接人工客服。',
  soothe:
    '非常抱歉给您带来不好的体验，您反映的情况我们很重视，正在为您转接专人处理。您可以把订单和凭证（照片、截图）先发在这里。',
  safety:
    '请先确保人身安全：立即停止使用商品，如有受伤或不适请尽快就医，并保留好商品、包装和照片。我已经通知负责人，会马上有人联系处理。',
  scam: '请注意防骗：我们不会让您加群、下载软件、共享屏幕，也不会索要验证码或让您转账。请先不要按对方说的操作，正在为您转接人工核实。',
  failed: '抱歉，我这边暂时没能处理好您的问题，正在为您转接人工客服。',
  commerce: '抱歉，订单系统这会儿没有响应，我已经把您的问题交给人工客服跟进。',
  message: '好的，请把要说的写在这里，不用留电话，写完可以先去忙。',
} as const;

export const CLARIFY_WORDS = {
  unsure: '您想问的是下面哪一个呢？',
  lost: '不好意思，我没太明白您的意思。您可以换个说法，或者从下面选一个：',
  rejected: '抱歉刚才没有答到点子上。您想了解的是下面哪一个？都不是的话可以直接找人工。',
  repeated: '这个问题刚刚答过了，是不是没有解决？您可以选一个方向，或者直接找人工。',
  emotion: '让您不舒服了，真的很抱歉。您愿意的话，我马上请人工客服来处理，也可以先从下面选：',
  unseen: '这种消息我这里看不到内容。请用文字说一下是什么事，或者直接找人工客服来看：',
  which_order: '您说的是哪个订单呢？',
  which_product: '您想了解的是哪一款呢？',
  which_size: '想要哪个尺码呢？',
  which_color: '想要哪个颜色呢？',
} as const;

/** Something came that is no words and that we cannot open: what it is, and what helps. */
export const unseenWords = (called: string): string =>
  `收到您发的${called}了，不过里面的内容我这里看不到。请用文字说一下是什么事，或者直接找人工客服来看：`;

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
