// What the bot does while a shopper waits for a person or has left a message: a word about the queue, the way back, silence. Pure.
import type { Choice, Judgement, Policy, RiskLevel } from '../contract/decision.ts';
import { phoneIn } from '../policy/phone.ts';
import type { Memory, Picked } from './memory.ts';

/** Goes on with the bot; taken at any time while waiting. */
export const BOT_CHOICE: Choice = { value: 'bot', label: '先问智能客服' };
/** Leaves the words and goes; a person answers them when it is their turn. */
export const MESSAGE_CHOICE: Choice = { value: 'message', label: '留言，先离开' };

/** A person calls the shopper at an agreed time. */
export const CALL_CHOICE: Choice = { value: 'callback', label: '电话回访' };

/** An answer that says how to leave a message takes one, too. */
export const messageChoice = (entry: { file: { intents: readonly string[] } }): Choice[] =>
  entry.file.intents.includes('leave_message') ? [{ ...MESSAGE_CHOICE, label: '给客服留言' }] : [];

/** What deciding needs to know about the wait. */
export interface Wait {
  state: 'waiting' | 'offered' | 'deferred';
  /** Of the case that waits. */
  risk: RiskLevel;
  /** The case allows going back to the bot. */
  mayLeave: boolean;
  /** What is written is kept as a message. */
  isMessage: boolean;
  /** And that was acknowledged. */
  isKept: boolean;
  /** Something has reached the shopper since the case was opened, or may yet: they can know of it. */
  isTold: boolean;
}

export type WaitingDecision =
  /** The shopper goes on with the bot. */
  | { kind: 'leave_queue' }
  /** The first words of a message: acknowledged once, kept like all that follow. */
  | { kind: 'keep_message' }
  /** When and where to call is asked; `from` is chosen already. */
  | { kind: 'offer_call'; from: string | null }
  /** The telephone is there: the call is agreed on. */
  | { kind: 'keep_call' }
  /** What a business wants to buy, in its own words. */
  | { kind: 'keep_quote' }
  /** Only a word about the queue. `stays`: the shopper wanted to leave and the case does not allow it. */
  | { kind: 'queue_notice'; stays?: true }
  | { kind: 'silent' };

const PARTICLES = '[了啦吧呀啊哈呢嘛~]*';
const alone = (pattern: string) => new RegExp(`^(?:${pattern})${PARTICLES}$`);

const BACK_TO_BOT = alone(
  '(?:(?:还是|那|就|先)?(?:让|叫|由|请|找|换|换成|换回|转|转回|回到|问|先问|用)(?:你们的|一下)?(?:机器人|智能客服|机器)(?:客服)?(?:来)?(?:回答|回复|答|处理|解决|说|接待)?(?:我)?)|' +
    '(?:你|机器人|智能客服)(?:先)?(?:来|直接)?(?:回答|回复)(?:我)?',
);
const NO_WAITING = alone(
  '(?:那|就|我)?(?:先|还是)?(?:我)?(?:不(?:想|要|用)?(?:再)?(?:等|排队?|转人工|要人工|用人工|需要人工)|等不(?:及|住|下去)?|(?:取消|退出|放弃)(?:人工)?(?:排队|等待|转人工))(?:了)?(?:人工|客服)?',
);

/** Every part of what was said wants it: 不等了，让机器人回答 does, 不等了，我要投诉 does not. */
function wants(text: string, patterns: readonly RegExp[]): boolean {
  const parts = text
    .normalize('NFKC')
    .split(/[\s。.!！?？,，、…~～]+/)
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => patterns.some((p) => p.test(part)));
}

function isAboutMessage({ intents }: Judgement, { actMin }: Policy): boolean {
  const top = intents[0];
  return top?.intent === 'leave_message' && top.score >= actMin;
}

const CALL_ME =
  /(?:打|回|拨|来)(?:个|一个|一?下)?(?:电话|我(?:手机|电话))|电话(?:回访|联系我|沟通|聊)|回(?:个)?电(?!视|脑)|回拨|call ?me|call ?back/iu;
const NO_CALL =
  /(?:别|不要|不用|没|未|勿|甭|拒绝)[^，。,.]{0,6}(?:打|回|拨|来|电话)|电话.{0,4}(?:打不通|没人接|多少|号码)|给(?:你|您)们?打/u;

/** 打电话给我, 能不能回电话; not 别打电话, 你们电话多少. */
export function wantsCall(
  { text, intents }: Pick<Judgement, 'text' | 'intents'>,
  { actMin }: Pick<Policy, 'actMin'>,
): boolean {
  if (NO_CALL.test(text)) return false;
  const top = intents[0];
  return (top?.intent === 'request_callback' && top.score >= actMin) || CALL_ME.test(text);
}

/** Little more than a number: what it was asked for, whatever else the few words beside it may look like. */
const BESIDE_NUMBER = 8;
export const givesNumber = (text: string, call: Memory['call']): boolean =>
  call !== null && phoneIn(text) !== null && text.replace(/[\d\s\p{P}]/gu, '').length <= BESIDE_NUMBER;

function aboutCall(input: { judgement: Judgement; policy: Policy; picked: Picked | null; call: Memory['call'] }) {
  const { judgement, policy, picked, call } = input;
  if (picked?.kind === 'call') return { kind: 'offer_call', from: picked.from } as const;
  if (call !== null && phoneIn(judgement.text) !== null) return { kind: 'keep_call' } as const;
  const wanted = picked?.kind === 'callback' || (picked === null && wantsCall(judgement, policy));
  return wanted ? ({ kind: 'offer_call', from: null } as const) : null;
}

/** 在吗 is no wish to buy anything. */
const WISH_MIN = 6;

/** First that fits: the way back, a call back, leaving a message, the queue for who asks or was never told; else silence. A person will read it. */
export function whileWaiting(input: {
  judgement: Judgement;
  policy: Policy;
  picked: Picked | null;
  wait: Wait;
  call: Memory['call'];
  quote: boolean;
}): {
  decision: WaitingDecision;
  reason: string;
} {
  const { judgement, picked, wait } = input;
  // a message needs no waiting: only who wants the bot takes it back
  const wishes = wait.state === 'deferred' ? [BACK_TO_BOT] : [BACK_TO_BOT, NO_WAITING];
  const leaves = picked?.kind === 'bot' || wants(judgement.text, wishes);
  if (leaves)
    return wait.mayLeave
      ? { decision: { kind: 'leave_queue' }, reason: 'goes on with the bot' }
      : { decision: { kind: 'queue_notice', stays: true }, reason: 'a person has to see it' };
  const call = aboutCall(input);
  if (call !== null) return { decision: call, reason: 'wants to be called' };
  const asks =
    judgement.intents[0]?.intent === 'queue_status' || judgement.risks.some((s) => s.kind === 'asks_for_human');
  if (asks) return { decision: { kind: 'queue_notice' }, reason: 'asks about the queue' };
  if (input.quote && picked === null && judgement.text.length >= WISH_MIN)
    return { decision: { kind: 'keep_quote' }, reason: 'says what to buy' };
  const leavesWords = wait.isMessage || picked?.kind === 'message' || isAboutMessage(judgement, input.policy);
  if (leavesWords && !wait.isKept) return { decision: { kind: 'keep_message' }, reason: 'leaves a message' };
  return !wait.isTold
    ? { decision: { kind: 'queue_notice' }, reason: 'nothing has told them of the case' }
    : { decision: { kind: 'silent' }, reason: 'waits for a person' };
}
