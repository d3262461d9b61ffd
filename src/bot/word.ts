// Words a decision and says what the bot remembers afterwards: answers, questions, actions, handoffs. Decides nothing and writes nothing.
import type { Channel } from '../channels/channel.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Team } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Choice, HandoffReason, Judgement, RiskLevel } from '../contract/decision.ts';
import type { ClaimedTurn, NewHandoff, OutgoingPart } from '../conversations/turns.ts';
import { etaSeconds, replyDueMs, riskRank, routeTeam } from '../handoff/queue-order.ts';
import type { Writer } from '../providers/writer.ts';
import { choicesWith, composeAnswer, composeClarify, productFact, sympathyFor, toChoice } from './compose.ts';
import type { Asking, Decision, Shelf, Situation } from './decision.ts';
import type { Knowledge } from './knowledge.ts';
import { HUMAN_CHOICE, type Memory } from './memory.ts';
import { orderFacts, orderStatus, situationFor, trackLogistics } from './orders.ts';
import { createPacket, type ModelSummary, summariseForAgent } from './packet.ts';
import { ACKNOWLEDGE_WORDS, HANDOFF_WORDS, queueWords } from './scripts.ts';
import { stageOf } from './stage.ts';

export interface WordDeps {
  /** As this turn asks it: each question once. */
  commerce: Commerce;
  writer: Writer | null;
  channelOf(accountId: string): Channel;
  /** Figures behind an honest place in the queue. */
  queueFigures(shopId: ShopId, rank: number): Promise<{ ahead: number; waitsMs: number[]; agentsOnline: number }>;
  serviceHours: { from: number; until: number };
  now(): Date;
  /** What is left of the turn's time for the model, milliseconds. */
  leftMs(): number;
}

/** One turn as it is understood. The last three are null or empty when understanding itself failed. */
export interface Case {
  turn: ClaimedTurn;
  /** The shopper's words, or those that a tapped choice completes. */
  said: string;
  memory: Memory;
  situation: Situation;
  judgement: Judgement | null;
  knowledge: Knowledge | null;
  shelf: Shelf;
}

/** A case that was understood. */
type Understood = Case & { judgement: Judgement; knowledge: Knowledge };

export interface Worded {
  parts: OutgoingPart[];
  memory: Memory;
  handoff: NewHandoff | null;
  notes: Record<string, unknown>;
}

export interface HandoffPlan {
  reason: HandoffReason;
  risk: RiskLevel;
  intent: string | null;
  team: Team | null;
  words: string;
  detail?: string;
}

async function planHandoff(
  deps: WordDeps,
  { turn, said, judgement, knowledge, memory, ...of }: Case,
  plan: HandoffPlan,
): Promise<{ handoff: NewHandoff; part: OutgoingPart; summary: ModelSummary['writer'] }> {
  const rank = riskRank(plan.risk);
  const about = {
    shopId: turn.shopId,
    customerId: turn.shopper.customerId,
    orderId: judgement?.slots.order?.[0] ?? memory.stalledOrderId,
    focusOrderId: memory.focusOrderId,
    now: deps.now(),
  };
  const [figures, orders, summary, situation] = await Promise.all([
    deps.queueFigures(turn.shopId, rank),
    orderFacts(deps.commerce, about),
    summariseForAgent(deps, { turn, said, risk: plan.risk, reason: plan.reason }),
    of.situation.state === 'unknown' ? situationFor(deps.commerce, about) : of.situation,
  ]);
  const packet = createPacket({
    turn,
    said,
    reason: plan.reason,
    risk: plan.risk,
    intent: plan.intent,
    judgement,
    knowledge,
    orders,
    moods: memory.moods,
    stage: stageOf(situation),
    summary: summary.lines,
    ...(plan.detail === undefined ? {} : { detail: plan.detail }),
  });
  const stage = plan.intent === null ? null : (knowledge?.intent(plan.intent)?.stage ?? null);
  const sight = {
    ahead: figures.ahead,
    etaSeconds: etaSeconds(figures.ahead + 1, figures.waitsMs, figures.agentsOnline),
    agentsOnline: figures.agentsOnline,
    hours: deps.serviceHours,
    now: deps.now(),
  };
  return {
    summary: summary.writer,
    handoff: {
      reason: plan.reason,
      risk: plan.risk,
      riskRank: rank,
      priority: 0,
      team: routeTeam({
        risk: plan.risk,
        reason: plan.reason,
        stage,
        order: situation.state,
        intentTeam: plan.team,
      }),
      summary: packet.summary.join('\n'),
      intent: packet.intent?.label ?? null,
      dueMs: replyDueMs(plan.risk),
      position: figures.ahead + 1,
      packet,
    },
    part: { kind: 'notice', text: `${plan.words}\n${queueWords(sight)}` },
  };
}

export async function wordHandoff(deps: WordDeps, of: Case, plan: HandoffPlan): Promise<Worded> {
  const { handoff, part, summary } = await planHandoff(deps, of, plan);
  return {
    parts: [part],
    memory: { ...of.memory, choices: [], misses: 0, repeats: 0, stalledOrderId: null, asked: null, moods: [] },
    handoff,
    notes: { summary },
  };
}

const helped = (memory: Memory, answer: string): Memory => ({
  ...memory,
  choices: [],
  misses: 0,
  lastAnswer: answer,
  repeats: memory.lastAnswer === answer ? memory.repeats + 1 : 0,
  soothed: false,
  asked: null,
});

/** What the memory keeps of a question that waits for a slot. */
const askedOf = ({ judgement }: Understood, asking: Asking | undefined): Memory['asked'] =>
  asking === undefined
    ? null
    : {
        intent: asking.intent,
        slot: asking.slot,
        text: judgement.text,
        slots: { ...judgement.slots, ...asking.known },
      };

const CHOICES_MAX = 4;

async function wordAction(deps: WordDeps, of: Understood, decision: Decision & { kind: 'act' }): Promise<Worded> {
  const { turn, memory, judgement } = of;
  const question = {
    shopId: turn.shopId,
    customerId: turn.shopper.customerId,
    orderId: decision.orderId,
    focusOrderId: memory.focusOrderId,
    products: judgement.slots.product ?? [],
    now: deps.now(),
  };
  const act = decision.action === 'track-logistics' ? trackLogistics : orderStatus;
  const answer = await act(deps.commerce, question);
  const choices: Choice[] = [...answer.choices, ...(decision.options ?? []).map(toChoice)].slice(0, CHOICES_MAX);
  const isQuestion = answer.source === null && answer.choices.some((choice) => choice.value.startsWith('order:'));
  return {
    parts: [
      {
        text: answer.text,
        payload: { ...(choices.length > 0 ? { choices } : {}), ...(answer.source ? { source: answer.source } : {}) },
      },
    ],
    memory: {
      ...helped(memory, decision.action),
      choices,
      focusOrderId: answer.focusOrderId ?? memory.focusOrderId,
      stalledOrderId: answer.stalledOrderId,
      asked: isQuestion ? askedOf(of, { intent: decision.intent, slot: 'order' }) : null,
    },
    handoff: null,
    notes: { action: decision.action, orderId: answer.focusOrderId },
  };
}

async function wordAnswer(deps: WordDeps, of: Understood, decision: Decision & { kind: 'answer' }): Promise<Worded> {
  const { turn, memory, judgement, knowledge, shelf } = of;
  const entry = knowledge.entry(decision.entryId)!;
  const facts = knowledge.intent(entry.file.intents[0]!)?.facts;
  const offered = [...(decision.options ?? []).map(toChoice), ...choicesWith(decision.offer, knowledge)];
  const asksOrMore = decision.asking !== undefined && !offered.some((choice) => choice.value === HUMAN_CHOICE.value);
  const { part, writer } = await composeAnswer(deps, {
    id: decision.entryId,
    entry,
    judgement,
    channel: deps.channelOf(turn.accountId).kind,
    choices: asksOrMore ? [...offered, HUMAN_CHOICE] : offered,
    fact: productFact(facts, judgement.slots, shelf, entry.file.products.length === 1),
    asks: decision.asking?.slot ?? null,
  });
  return {
    parts: [part],
    memory: {
      ...helped(memory, decision.entryId),
      choices: part.payload?.choices ?? [],
      // an answer to what nobody could understand has not helped yet
      misses: decision.offer === 'menu' ? memory.misses + 1 : 0,
      asked: askedOf(of, decision.asking),
    },
    handoff: null,
    notes: { writer },
  };
}

async function wordQueue(deps: WordDeps, { turn, memory }: Case): Promise<Worded> {
  const figures = await deps.queueFigures(turn.shopId, -1);
  const ahead = Math.max(0, (turn.handoff?.toldPosition ?? 1) - 1);
  const text = queueWords({
    ahead,
    etaSeconds: etaSeconds(ahead + 1, figures.waitsMs, figures.agentsOnline),
    agentsOnline: figures.agentsOnline,
    hours: deps.serviceHours,
    now: deps.now(),
  });
  return { parts: [{ kind: 'notice', text }], memory, handoff: null, notes: {} };
}

/** A question is no help yet: it counts as a miss, except where the shopper only has to say which. */
function wordQuestion(of: Understood, decision: Decision & { kind: 'clarify' }): Worded {
  const { memory, judgement, knowledge } = of;
  const care = judgement.risks.some((s) => s.kind === 'care');
  const part = composeClarify(decision.why, decision.options, knowledge, care);
  return {
    parts: [part],
    memory: {
      ...memory,
      choices: part.payload?.choices ?? [],
      misses: decision.asking === undefined ? memory.misses + 1 : memory.misses,
      soothed: memory.soothed || decision.why === 'emotion',
      asked: askedOf(of, decision.asking),
    },
    handoff: null,
    notes: { why: decision.why },
  };
}

async function plainWords(deps: WordDeps, of: Understood, decision: Decision): Promise<Worded> {
  switch (decision.kind) {
    case 'silent':
      return { parts: [], memory: of.memory, handoff: null, notes: {} };
    case 'acknowledge':
      return {
        parts: [{ text: ACKNOWLEDGE_WORDS }],
        memory: { ...of.memory, choices: [], stalledOrderId: null, asked: null },
        handoff: null,
        notes: {},
      };
    case 'queue_notice':
      return wordQueue(deps, of);
    case 'answer':
      return wordAnswer(deps, of, decision);
    case 'clarify':
      return wordQuestion(of, decision);
    case 'act':
      return wordAction(deps, of, decision);
    case 'handoff':
      return wordHandoff(deps, of, { ...decision, words: HANDOFF_WORDS[decision.script] });
    default:
      return decision satisfies never;
  }
}

/** Only an answer takes a word of sympathy before it; soothing is a question of its own. */
const takesSympathy = ({ kind, ...decision }: Decision): boolean =>
  kind === 'answer' || kind === 'act' || (kind === 'clarify' && 'why' in decision && decision.why !== 'emotion');

/** Words a decision and says what the bot remembers afterwards. */
export async function word(deps: WordDeps, of: Understood, decision: Decision): Promise<Worded> {
  const worded = await plainWords(deps, of, decision);
  const [part] = worded.parts;
  if (part === undefined || worded.handoff !== null) return worded;
  const sympathy = takesSympathy(decision) ? sympathyFor(of.judgement, of.memory, part.text, of.turn.lastSeq) : null;
  const soothes = sympathy !== null || (decision.kind === 'clarify' && decision.why === 'emotion');
  return {
    ...worded,
    parts: sympathy === null ? worded.parts : [{ ...part, text: `${sympathy}\n${part.text}` }],
    memory: { ...worded.memory, sympathised: soothes },
    notes: sympathy === null ? worded.notes : { ...worded.notes, sympathy },
  };
}
