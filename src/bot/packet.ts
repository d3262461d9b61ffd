// The packet an agent finds: what happened, what the shopper wants, what was said, what could be replied.
import type { Judgement, OrderStage, RiskLevel, RiskSignal } from '../contract/decision.ts';
import type { OrderFacts, Packet, SuggestedReply } from '../contract/handoff.ts';
import type { ClaimedTurn } from '../conversations/turns.ts';
import { guardSummary } from '../policy/guard.ts';
import type { Writer } from '../providers/language-model.ts';
import { curated, sourceOf } from './compose.ts';
import type { Knowledge } from './knowledge.ts';
import { isUpset, type Mood, trendOf } from './mood.ts';
import { EMOTION_WORDS, TREND_WORDS } from './scripts.ts';

const BOT_SAID_MAX = 3;
const SUGGESTIONS_MAX = 3;
const SUGGESTION_MIN = 0.2;
/** The shopper waits for the word that a person comes. */
const SUMMARY_MS = 2_500;

const short = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);

/** Replies an agent may send as they are: an opening that fits the risk, then the curated answers nearest to the question. */
function suggest({ judgement, knowledge, risk, orderId, orders }: PacketRequest): SuggestedReply[] {
  // what is known is not asked for
  const wanted = orderId === null && orders.length === 0 ? '订单号和相关照片' : '相关照片';
  const opening =
    risk === 'R0' || risk === 'R1' || risk === 'R2'
      ? `您好，我是人工客服，非常抱歉给您带来不好的体验。您反映的情况我已经看到了，麻烦把${wanted}发我，我来为您核实处理。`
      : '您好，我是人工客服，前面的对话我已经看过了，马上为您处理。';
  const replies: SuggestedReply[] = [{ text: opening }];
  for (const hit of judgement?.faqs ?? []) {
    const entry = knowledge?.entry(hit.entryId);
    if (entry && hit.score >= SUGGESTION_MIN && replies.length < SUGGESTIONS_MAX) {
      replies.push({ text: curated(entry, 'standard'), source: sourceOf(hit.entryId, entry) });
    }
  }
  return replies;
}

function summarise(
  { said, orderId, orders }: PacketRequest,
  botSaid: readonly string[],
  label: string | null,
): string[] {
  const wish = `${label ? `【${label}】` : ''}${short(said, 80)}`;
  const order = orders[0];
  const still = order?.logistics?.stillForHours;
  const facts = order
    ? `相关订单 ${order.id}（${order.statusText}${still !== null && still !== undefined && still >= 72 ? `，物流已停留 ${Math.floor(still / 24)} 天` : ''}）`
    : orderId === null
      ? '没有关联到订单'
      : `顾客带着订单号 ${short(orderId, 40)} 来（没有查到这一单，请核对）`;
  const last = botSaid.at(-1);
  return [wish, last ? `${facts}；机器人答过：${short(last, 40)}` : `${facts}；机器人还没有答复过`];
}

/** One line for an upset shopper, so that the agent soothes before asking. */
function feelingLine({ emotion }: Judgement, moods: readonly Mood[]): string[] {
  if (!isUpset(emotion)) return [];
  const trend = moods.length > 0 ? `，${TREND_WORDS[trendOf(moods, emotion)]}` : '';
  return [`情绪：${EMOTION_WORDS[emotion.name]}${trend}`];
}

/** What the model is given to sum up; notices are ours and say nothing about the case. */
function conversationOf(turn: ClaimedTurn, said: string): { author: string; text: string }[] {
  const past = turn.history.filter((m) => m.kind === 'text' && m.seq < turn.firstSeq);
  return [...past.map(({ author, text }) => ({ author, text })), { author: 'shopper', text: said }];
}

export interface ModelSummary {
  lines: string[] | null;
  writer: 'off' | 'used' | 'refused' | 'rejected';
}

/**
 * The model's two lines for the agent, or null: then the packet's own stand. Nobody waits for a model when somebody is
 * hurt, and a bot that failed has no time left.
 */
export async function summariseForAgent(
  deps: { writer: Writer | null; leftMs: () => number },
  request: Pick<PacketRequest, 'turn' | 'said' | 'risk' | 'reason'>,
): Promise<ModelSummary> {
  if (deps.writer === null || request.risk === 'R0' || request.reason === 'bot_failed')
    return { lines: null, writer: 'off' };
  const messages = conversationOf(request.turn, request.said);
  const summary = await deps.writer.summarise({ messages, withinMs: Math.min(SUMMARY_MS, deps.leftMs()) });
  if (summary === null) return { lines: null, writer: 'refused' };
  const isTrue = guardSummary(messages.map(({ text }) => text).join('\n'), summary).ok;
  return isTrue ? { lines: summary.split('\n'), writer: 'used' } : { lines: null, writer: 'rejected' };
}

export interface PacketRequest {
  turn: ClaimedTurn;
  said: string;
  reason: Packet['reason'];
  risk: RiskLevel;
  intent: string | null;
  judgement: Judgement | null;
  knowledge: Knowledge | null;
  /** The order that was named or that the shopper came from, whether it could be looked up or not. */
  orderId: string | null;
  orders: OrderFacts[];
  /** How the shopper felt in the turns before. */
  moods: readonly Mood[];
  stage: OrderStage;
  /** The model's lines, where there are any. */
  summary: string[] | null;
  detail?: string;
}

export function createPacket(r: PacketRequest): Packet {
  const guess = r.judgement?.intents.find((i) => i.intent === r.intent) ?? null;
  const botSaid = r.turn.history
    .filter((m) => m.author === 'bot')
    .map((m) => m.text)
    .slice(-BOT_SAID_MAX);
  const signals: RiskSignal[] = r.judgement?.risks ?? [];
  return {
    reason: r.reason,
    ...(r.detail === undefined ? {} : { detail: r.detail }),
    risk: r.risk,
    signals,
    summary: [
      ...(r.summary ?? summarise(r, botSaid, guess?.label ?? null)).slice(0, 2),
      ...(r.judgement === null ? [] : feelingLine(r.judgement, r.moods)),
    ],
    intent: guess ? { name: guess.intent, label: guess.label, confidence: guess.score } : null,
    slots: r.judgement?.slots ?? {},
    ...(r.judgement === null
      ? {}
      : { emotion: { ...r.judgement.emotion, trend: trendOf(r.moods, r.judgement.emotion) } }),
    stage: r.stage,
    orders: r.orders,
    botSaid,
    suggestions: suggest(r),
    transcript: {
      conversationId: r.turn.conversationId,
      fromSeq: r.turn.history[0]?.seq ?? r.turn.firstSeq,
      toSeq: r.turn.lastSeq,
    },
  };
}
