// The whole understanding and decision for one message without side effects: for editors, for evaluation.
import { type Static, Type } from 'typebox';
import type { Commerce } from '../commerce/commerce.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Judgement, RiskLevel } from '../contract/decision.ts';
import { shopDay } from './clock-words.ts';
import { composeClarify, curated } from './compose.ts';
import { decide } from './decide.ts';
import { type Decided, UNKNOWN_SITUATION } from './decision.ts';
import { contentOf, type Knowledge } from './knowledge.ts';
import { EMPTY_MEMORY, type Memory, pickChoice } from './memory.ts';
import { keepMood } from './mood.ts';
import { orderStatus, trackLogistics } from './orders.ts';
import { HANDOFF_WORDS } from './scripts.ts';
import { createShelves, type Shelves, type StockedShelf } from './shelf.ts';

export const History = Type.Array(
  Type.Object({
    from: Type.Union([Type.Literal('shopper'), Type.Literal('bot'), Type.Literal('agent')]),
    text: Type.String({ maxLength: 4_000 }),
  }),
  { maxItems: 50 },
);
export type History = Static<typeof History>;

export interface TriageRequest {
  shopId: ShopId;
  text: string;
  history: History;
  customerId: string | null;
  focusOrderId: string | null;
}

export interface Triage {
  decision: Decided['decision']['kind'];
  intent: string | null;
  score: number;
  risk: RiskLevel;
  reason: string;
  faq: string | null;
  answer: string;
  decided: Decided;
  judgement: Judgement;
}

interface TriageDeps {
  knowledge: Knowledge;
  commerce: Commerce;
  /** Kept by who asks often; else the catalogue is read for each message. */
  shelves?: Shelves;
  now(): Date;
}

/**
 * The decision for a judgement already made: evaluation tries other thresholds without understanding again. By the words
 * alone: what the shopper has ordered is not asked.
 */
export const decideWith = (
  knowledge: Knowledge,
  shelf: StockedShelf,
  judgement: Judgement,
  memory: Memory,
  text: string,
): Decided =>
  decide({
    judgement,
    policy: knowledge.policy,
    memory,
    ownerKind: 'bot',
    picked: pickChoice(memory, undefined, text),
    asked: null,
    productId: null,
    situation: UNKNOWN_SITUATION,
    shelf,
    ...contentOf(knowledge),
  });

/** Replays the shopper's earlier messages so that the memory is what it would have been. */
async function remember(deps: TriageDeps, shelf: StockedShelf, request: TriageRequest): Promise<Memory> {
  let memory: Memory = { ...EMPTY_MEMORY, focusOrderId: request.focusOrderId };
  for (const [i, said] of request.history.entries()) {
    if (said.from !== 'shopper') continue;
    const answered = request.history[i + 1]?.from === 'bot';
    if (!answered) continue;
    const judgement = await understand(deps, shelf, request, said.text);
    const { decision } = decideWith(deps.knowledge, shelf, judgement, memory, said.text);
    // what was really said counts, not what would be said today: an answer was given, whichever it was
    const answer =
      decision.kind === 'answer' ? decision.entryId : decision.kind === 'act' ? decision.action : 'said before';
    memory = { ...memory, lastAnswer: answer, misses: decision.kind === 'clarify' ? memory.misses + 1 : 0 };
    memory.moods = keepMood(memory.moods, judgement.emotion);
  }
  return memory;
}

const understand = (deps: TriageDeps, shelf: StockedShelf, request: TriageRequest, text: string) =>
  deps.knowledge.understand(text, {
    shopId: request.shopId,
    channel: 'web',
    today: shopDay(deps.now()),
    goods: shelf.words,
  });

async function word(
  deps: TriageDeps,
  request: TriageRequest,
  decided: Decided,
  judgement: Judgement,
  memory: Memory,
): Promise<string> {
  const { decision } = decided;
  switch (decision.kind) {
    case 'answer':
      return curated(deps.knowledge.entry(decision.entryId)!, judgement.style);
    case 'clarify':
      return composeClarify(decision.why, decision.options, deps.knowledge, {
        careFirst: false,
      }).text;
    case 'handoff':
      return HANDOFF_WORDS[decision.script];
    case 'act': {
      const question = {
        shopId: request.shopId,
        customerId: request.customerId,
        orderId: decision.orderId,
        focusOrderId: memory.focusOrderId,
        now: deps.now(),
      };
      const answer = decision.action === 'track-logistics' ? trackLogistics : orderStatus;
      return (await answer(deps.commerce, question)).text;
    }
    case 'acknowledge':
    case 'queue_notice':
    case 'keep_message':
    case 'offer_call':
    case 'keep_call':
    case 'keep_quote':
    case 'leave_queue':
    case 'silent':
      return '';
    default:
      return decision satisfies never;
  }
}

export async function triage(deps: TriageDeps, request: TriageRequest): Promise<Triage> {
  const shelf = await (deps.shelves ?? createShelves(deps.commerce)).of(request.shopId);
  const memory = await remember(deps, shelf, request);
  const judgement = await understand(deps, shelf, request, request.text);
  const decided = decideWith(deps.knowledge, shelf, judgement, memory, request.text);
  const { decision } = decided;
  const top = judgement.intents[0];
  return {
    decision: decision.kind,
    intent:
      decision.kind === 'handoff' || decision.kind === 'act'
        ? (decision.intent ?? top?.intent ?? null)
        : (top?.intent ?? null),
    score: (decision.kind === 'answer' ? decision.hit?.score : top?.score) ?? 0,
    risk: decision.kind === 'handoff' ? decision.risk : (judgement.risks[0]?.level ?? 'none'),
    reason: decision.kind === 'handoff' ? decision.reason : (decided.reasons[0] ?? ''),
    faq: decision.kind === 'answer' ? decision.entryId : null,
    answer: await word(deps, request, decided, judgement, memory),
    decided,
    judgement,
  };
}
