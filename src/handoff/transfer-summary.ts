// What whoever takes a transfer has to know, read from what was said: wish, promises, last word, open question. Pure and the same every time.
import type { Author } from '../contract/conversation.ts';
import { promisesIn, timesIn } from '../policy/facts.ts';
import { normaliseForRules } from '../policy/normalise.ts';

export interface SaidMessage {
  seq: number;
  author: Author;
  kind: 'text' | 'notice' | 'note';
  text: string;
}

/** What was known when the handoff began. */
export interface TransferCase {
  intent: string | null;
  /** The packet's line about the wish, for a shopper who has said nothing of their own since. */
  wish: string | null;
}

export interface TransferSummary {
  /** What the shopper wants, in their own words, after the intent's name. */
  wants: string;
  /** Sentences by which a person of the shop bound it, oldest first, at most three. */
  promised: string[];
  /** The last words a person of the shop said; null when nobody has answered yet. */
  said: string | null;
  /** What the shopper asked and nobody has answered; null when nothing is open. */
  open: string | null;
}

const WISH_MAX = 60;
const SAID_MAX = 80;
const PROMISES_MAX = 3;

/** Words that open or close a talk, or ask for a person, and say nothing about the case. */
const COURTESY =
  /你好|您好|哈喽|hello|hi|在吗|在么|在不在|有人吗|请问|多谢|感谢|谢谢|谢了|好的|收到|知道|明白|可以|转人工|真人|人工|客服|服务|我要|帮我|给我|麻烦|请|转|找|叫|换|接|个|亲|嗯|哦|ok|好|行|[啊呀哈呢吧了的嘛]/gi;

const saysNothing = (text: string): boolean => text.replace(COURTESY, '').replace(/[\s\p{P}\p{S}]/gu, '') === '';

/** Asked outright, or with a word that wants an answer. */
const ASKS =
  /[?？]|吗|呢$|么$|怎么|怎样|什么|啥|哪|谁|几[天时点号个件]|多少|多久|多大|为何|为什么|能不能|可不可以|可以.*不|行不行|是不是|有没有|何时/;

/** A sentence that looks ahead: only then does a word like 退 or 送 bind anybody. */
const AHEAD =
  /(?:会|将|帮|给|为|替|安排|通知|联系)(?:您|你|亲)|(?:我|我们|这边|仓库|师傅|财务|同事)[^，,。]{0,6}(?:会|去|来|马上|尽快)|(?:小时|分钟|天|日|周)(?:之)?内|前(?:会|给|发|退|寄|回复)|马上|尽快|稍后|一定/;
const ACTS = /发|寄|退|补|换|赔|送|联系|回复|答复|处理|核实|催|到账|打款|上门|跟进|通知|申请|改/;

const short = (text: string, max: number): string => {
  const signs = [...text.replace(/\s+/g, ' ').trim()];
  return signs.length <= max ? signs.join('') : `${signs.slice(0, max - 1).join('')}…`;
};

const isSaid = (m: SaidMessage): boolean => m.kind === 'text' && m.text.trim() !== '';
const isPerson = (m: SaidMessage): boolean => m.author === 'agent' || m.author === 'platform_agent';

function wantsOf(before: TransferCase, wishes: readonly string[]): string {
  const [first] = wishes;
  const last = wishes.at(-1);
  if (first === undefined || last === undefined) return before.wish ?? '顾客还没有说明要办什么';
  const words = first === last ? [first] : [first, last];
  return `${before.intent === null ? '' : `【${before.intent}】`}${words.map((w) => short(w, WISH_MAX)).join('；')}`;
}

function isPromise(sentence: string): boolean {
  const plain = normaliseForRules(sentence);
  if (ASKS.test(plain) || !ACTS.test(plain)) return false;
  const bound = promisesIn(plain);
  if (bound.length > 0 && bound.every((p) => p.denied)) return false;
  return AHEAD.test(plain) || (timesIn(plain).length > 0 && bound.length > 0);
}

const sentences = (text: string): string[] => text.match(/[^。！!？?；;\n]+[。！!？?；;]?/g) ?? [];

/** `messages`: of the conversation since the handoff began, the one that led to it included, oldest first. */
export function summariseForTransfer(before: TransferCase, messages: readonly SaidMessage[]): TransferSummary {
  const said = messages.filter(isSaid);
  const shoppers = said.filter((m) => m.author === 'shopper');
  const persons = said.filter(isPerson);
  const answeredTo = persons.at(-1)?.seq ?? 0;
  const waiting = shoppers.filter((m) => m.seq > answeredTo && !saysNothing(m.text));
  const open = waiting.findLast((m) => ASKS.test(m.text)) ?? waiting.at(-1);
  const promised = persons.flatMap((m) => sentences(m.text).map((s) => s.trim())).filter(isPromise);
  const last = persons.at(-1);
  return {
    wants: wantsOf(
      before,
      shoppers.filter((m) => !saysNothing(m.text)).map((m) => m.text),
    ),
    promised: [...new Set(promised)].slice(-PROMISES_MAX).map((s) => short(s, SAID_MAX)),
    said: last ? short(last.text, SAID_MAX) : null,
    open: open ? short(open.text, SAID_MAX) : null,
  };
}
