// One visit in the sample history, told message by message: the bot's alone, one that a person takes, or one that gives up. Pure.
import type { Random } from './random.ts';

export interface Topic {
  intent: string;
  label: string;
  category: string;
  team: string;
  weight: number;
  /** Of ten visits, how many end at a person. */
  person: number;
  asks: string[];
  answer: string;
  more: string[];
  reason?: string;
  says: string[];
}

export interface SampleMessage {
  author: 'shopper' | 'bot' | 'agent' | 'system';
  /** Login of the agent. */
  by: string | null;
  kind: 'text' | 'notice';
  text: string;
  at: number;
  payload: Record<string, unknown>;
}

export interface SampleTurn {
  /** Places in the visit's messages. */
  message: number;
  receipt: Record<string, unknown>;
}

export interface SampleHandoff {
  reason: string;
  risk: 'R2' | 'R3' | 'none';
  team: string;
  intent: Topic;
  queuedAt: number;
  /** Null: nobody took it. */
  accepted: { by: string; at: number; firstReplyAt: number } | null;
  resolvedAt: number;
}

export interface Visit {
  messages: SampleMessage[];
  turns: SampleTurn[];
  handoff: SampleHandoff | null;
  /** 1 to 5; null when nobody rated. */
  stars: number | null;
  endedAt: number;
}

const SECOND = 1_000;
const THANKS = ['好的谢谢', '明白了', '知道了，谢谢', '嗯嗯好的'];
const REASONS = ['asked_for_human', 'low_confidence', 'answer_rejected', 'repeated_question', 'emotion'];
const WANTS_PERSON = ['转人工', '我要人工', '人工客服在吗', '帮我转人工'];
const TO_PERSON = '正在为您转接人工客服，请稍等。';
const CLOSED = '本次人工服务已结束，有问题随时再来。';
const WELCOME = ['不客气，有问题随时找我', '不客气，祝您生活愉快', '应该的，有需要再联系我们'];
const GIVES_UP = ['算了，不等了', '那我晚点再来', '先不问了'];

interface Telling {
  random: Random;
  topic: Topic;
  visit: Visit;
  at: number;
}

function say(
  telling: Telling,
  afterS: number,
  message: Partial<SampleMessage> & Pick<SampleMessage, 'author' | 'text'>,
) {
  telling.at += Math.round(afterS * SECOND);
  telling.visit.messages.push({ by: null, kind: 'text', payload: {}, at: telling.at, ...message });
}

function receiptOf({ topic, random }: Telling, decision: string, extra: Record<string, unknown> = {}) {
  const score = Math.round(random.between(0.82, 0.99) * 1000) / 1000;
  return {
    intents: [{ intent: topic.intent, label: topic.label, score }],
    faqs: [],
    risks: [],
    decision: { kind: decision },
    reasons: [],
    timings: { totalMs: Math.round(random.between(8, 40)) },
    sample: true,
    ...extra,
  };
}

function ask(telling: Telling, text: string, decision: string, extra?: Record<string, unknown>): void {
  say(telling, telling.visit.messages.length === 0 ? 0 : telling.random.between(12, 70), { author: 'shopper', text });
  telling.visit.turns.push({
    message: telling.visit.messages.length - 1,
    receipt: receiptOf(telling, decision, extra),
  });
}

function answer(telling: Telling): void {
  const { topic, random } = telling;
  const source = { kind: 'faq', id: topic.intent, title: topic.label };
  say(telling, random.between(0.6, 1.6), { author: 'bot', text: topic.answer, payload: { source } });
}

/** Seconds until a person answers: half within 35, one in sixteen later than three minutes. */
const waitS = (random: Random, slow: number) =>
  random.chance(0.06 * slow) ? random.between(185, 420) : 8 + 60 * random.next() ** 1.6 * slow;

function withPerson(telling: Telling, agents: readonly { login: string; slow: number }[]): void {
  const { random, topic, visit } = telling;
  const queuedAt = telling.at;
  const agent = random.pick(agents);
  const risk = topic.reason === 'complaint' ? ('R2' as const) : ('none' as const);
  const handoff: SampleHandoff = {
    reason:
      random.chance(0.55) && topic.reason ? topic.reason : random.weighted(REASONS, (r) => 6 - REASONS.indexOf(r)),
    risk,
    team: topic.team,
    intent: topic,
    queuedAt,
    accepted: null,
    resolvedAt: queuedAt,
  };
  visit.handoff = handoff;
  say(telling, 0, { author: 'system', kind: 'notice', text: TO_PERSON });
  if (random.chance(0.07)) {
    ask(telling, random.pick(GIVES_UP), 'leave_queue');
    handoff.resolvedAt = telling.at + SECOND;
    return;
  }
  const acceptedAt = queuedAt + Math.round(waitS(random, agent.slow) * 0.6 * SECOND);
  telling.at = acceptedAt;
  const words = topic.says;
  words.forEach((text, i) => {
    if (i > 0 && random.chance(0.75))
      say(telling, random.between(15, 60), {
        author: 'shopper',
        text: random.pick([...topic.more, '好的', '那麻烦快一点']),
      });
    const assist = random.chance(0.3) ? { assist: { suggestion: 'sample', edited: false, distance: 0 } } : {};
    say(telling, waitS(random, agent.slow), { author: 'agent', by: agent.login, text, payload: assist });
    handoff.accepted ??= { by: agent.login, at: acceptedAt, firstReplyAt: telling.at };
  });
  if (random.chance(0.6)) {
    say(telling, random.between(10, 40), { author: 'shopper', text: random.pick(THANKS) });
    say(telling, random.between(6, 30), { author: 'agent', by: agent.login, text: random.pick(WELCOME) });
  }
  telling.at += Math.round(random.between(20, 120) * SECOND);
  handoff.resolvedAt = telling.at;
  say(telling, 0.1, { author: 'system', kind: 'notice', text: CLOSED });
  if (random.chance(0.3)) visit.stars = random.weighted([5, 4, 3, 2, 1], (stars) => [1, 1, 2, 8, 22][stars - 1]!);
}

/** A visit that begins at `at`, ms since 1970. */
export function tellVisit(
  random: Random,
  topic: Topic,
  at: number,
  agents: readonly { login: string; slow: number }[],
): Visit {
  const visit: Visit = { messages: [], turns: [], handoff: null, stars: null, endedAt: at };
  const telling: Telling = { random, topic, visit, at };
  const needsPerson = random.chance(topic.person / 10);
  const atOnce = needsPerson && random.chance(0.3);
  ask(telling, random.pick(topic.asks), atOnce ? 'handoff' : 'answer');
  if (needsPerson) {
    if (!atOnce) {
      answer(telling);
      ask(telling, random.pick(WANTS_PERSON), 'handoff');
    }
    withPerson(telling, agents);
  } else {
    answer(telling);
    if (random.chance(0.35)) {
      ask(telling, random.pick(topic.more), 'answer', random.chance(0.12) ? { rejects: true } : {});
      answer(telling);
    }
    if (random.chance(0.3)) {
      ask(telling, random.pick(THANKS), 'acknowledge');
      say(telling, 1, { author: 'bot', text: WELCOME[0]! });
    }
  }
  visit.endedAt = telling.at;
  return visit;
}
