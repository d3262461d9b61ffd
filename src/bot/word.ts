// Words a decision and says what the bot remembers afterwards: answers, questions, actions, handoffs. Decides nothing and writes nothing.
import type { Channel } from '../channels/channel.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Team } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Choice, HandoffReason, Judgement, RiskLevel } from '../contract/decision.ts';
import type { RouteCase, Routed } from '../contract/routing.ts';
import type { ClaimedTurn, NewHandoff, OutgoingPart } from '../conversations/turns.ts';
import { isOrdinary } from '../handoff/guards.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import type { QueueView, WaitingSight } from '../handoff/queue-view.ts';
import { dueWithPriority } from '../handoff/routing.ts';
import type { Writer } from '../providers/language-model.ts';
import { choicesWith, composeAnswer, composeClarify, productFact, sympathyFor, toChoice } from './compose.ts';
import type { Asking, Decision, Shelf, Situation } from './decision.ts';
import type { Knowledge } from './knowledge.ts';
import { HUMAN_CHOICE, type Memory } from './memory.ts';
import { notText } from './not-text.ts';
import { orderFacts, orderStatus, situationFor, trackLogistics } from './orders.ts';
import { createPacket, type ModelSummary, summariseForAgent } from './packet.ts';
import { type Calls, callPart, handoffNotice, quotePart, wordWaiting } from './queue-words.ts';
import { ACKNOWLEDGE_WORDS, type HANDOFF_WORDS } from './scripts.ts';
import { stageOf } from './stage.ts';
import { messageChoice, wantsCall } from './while-waiting.ts';

export interface WordDeps {
  calls: Pick<Calls, 'windows'>;
  /** As this turn asks it: each question once. */
  commerce: Commerce;
  writer: Writer | null;
  channelOf(accountId: string): Channel;
  /** An honest place in the queue. */
  queue: Pick<QueueView, 'newcomer' | 'of'>;
  /** Which team takes a case, how urgently, and by which rule. */
  route(shopId: ShopId, conversationId: string, c: RouteCase): Promise<Routed>;
  /** What routing asks about a conversation besides the case itself. */
  standing(shopId: ShopId, conversationId: string): Promise<{ again: boolean; vip: boolean }>;
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
  /** Where a shopper stands who waits for a person. */
  waiting: WaitingSight | null;
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
  script: keyof typeof HANDOFF_WORDS;
  detail?: string;
}

/** A danger, a legal matter or a complaint takes twice the attention of a question. */
const HEAVY = 2;

/** The team a case goes to, how soon it is due, and where its shopper would stand there. */
async function findPlace(
  deps: WordDeps,
  { turn, judgement, knowledge }: Case,
  plan: HandoffPlan,
  order: Situation['state'],
) {
  const standing = await deps.standing(turn.shopId, turn.conversationId);
  const routed = await deps.route(turn.shopId, turn.conversationId, {
    risk: plan.risk,
    reason: plan.reason,
    stage: plan.intent === null ? null : (knowledge?.intent(plan.intent)?.stage ?? null),
    order,
    intent: plan.intent,
    intentTeam: plan.team,
    channel: deps.channelOf(turn.accountId).kind,
    language: judgement?.language ?? 'zh',
    senior: judgement?.style === 'elderly' || (judgement?.risks.some((r) => r.kind === 'care') ?? false),
    ...standing,
  });
  const rank = riskRank(plan.risk);
  const dueMs = dueWithPriority(replyDueMs(plan.risk), routed.priority);
  const sight = await deps.queue.newcomer(turn.shopId, { team: routed.team, rank, dueMs });
  return { routed, rank, dueMs, sight };
}

async function planHandoff(
  deps: WordDeps,
  of: Case,
  plan: HandoffPlan,
): Promise<{ handoff: NewHandoff; part: OutgoingPart; choices: Choice[]; summary: ModelSummary['writer'] }> {
  const { turn, said, judgement, knowledge, memory } = of;
  const about = {
    shopId: turn.shopId,
    customerId: turn.shopper.customerId,
    orderId: judgement?.slots.order?.[0] ?? memory.stalledOrderId,
    focusOrderId: memory.focusOrderId,
    now: deps.now(),
  };
  const [orders, summary, situation] = await Promise.all([
    orderFacts(deps.commerce, about),
    summariseForAgent(deps, { turn, said, risk: plan.risk, reason: plan.reason }),
    of.situation.state === 'unknown' ? situationFor(deps.commerce, about) : of.situation,
  ]);
  const { routed, rank, dueMs, sight } = await findPlace(deps, of, plan, situation.state);
  const ordinary = isOrdinary({ ...plan, signals: judgement?.risks ?? [] });
  const notice = handoffNotice({ ...plan, isOrdinary: ordinary }, sight, deps.now());
  // the hour explains the wait, not the case
  const detail = plan.detail ?? (notice.reason === plan.reason ? undefined : plan.reason);
  const packet = createPacket({
    turn,
    said,
    reason: notice.reason,
    risk: plan.risk,
    intent: plan.intent,
    judgement,
    knowledge,
    orderId: about.orderId ?? about.focusOrderId,
    orders,
    moods: memory.moods,
    stage: stageOf(situation),
    summary: summary.lines,
    ...(detail === undefined ? {} : { detail }),
  });
  return {
    summary: summary.writer,
    handoff: {
      reason: notice.reason,
      risk: plan.risk,
      riskRank: rank,
      priority: routed.priority,
      team: routed.team,
      state: notice.state,
      rule: routed.rule,
      skills: routed.skills,
      language: judgement?.language === 'en' ? 'en' : 'zh',
      weight: rank <= riskRank('R1') || plan.reason === 'complaint' ? HEAVY : 1,
      summary: packet.summary.join('\n'),
      intent: packet.intent?.label ?? null,
      dueMs,
      position: notice.waiting.position,
      packet: { ...packet, waiting: notice.waiting },
    },
    part: notice.part,
    choices: notice.choices,
  };
}

/** Who asks for a call is asked when and where; everybody else finds it among the choices. */
async function offerCall(deps: WordDeps, { turn, judgement, knowledge }: Case, plan: HandoffPlan, team: string) {
  if (judgement === null || knowledge === null) return null;
  const isWanted = plan.intent === 'request_callback' || wantsCall(judgement, knowledge.policy);
  if (!isWanted || plan.risk === 'R0') return null;
  const call = callPart(await deps.calls.windows(turn.shopId, { team }), deps.now());
  return call.choices.length > 0 ? call : null;
}

export async function wordHandoff(deps: WordDeps, of: Case, plan: HandoffPlan): Promise<Worded> {
  const { handoff, part, choices, summary } = await planHandoff(deps, of, plan);
  const call = await offerCall(deps, of, plan, handoff.team);
  const isQuote = plan.intent === 'bulk_purchase' && call === null;
  const memory = {
    ...of.memory,
    choices: call?.choices ?? choices,
    call: call ? { from: null } : null,
    quote: isQuote,
    misses: 0,
    repeats: 0,
    stalledOrderId: null,
    asked: null,
    moods: [],
  };
  return {
    parts: [part, ...(call ? [call.part] : []), ...(isQuote ? [quotePart] : [])],
    memory,
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
  const offered = [
    ...messageChoice(entry),
    ...(decision.options ?? []).map(toChoice),
    ...choicesWith(decision.offer, knowledge),
  ];
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

/** A question is no help yet: it counts as a miss, except where the shopper only has to say which. */
function wordQuestion(of: Understood, decision: Decision & { kind: 'clarify' }): Worded {
  const { memory, judgement, knowledge } = of;
  const part = composeClarify(decision.why, decision.options, knowledge, {
    careFirst: judgement.risks.some((s) => s.kind === 'care'),
    called: notText(judgement.text)?.called,
  });
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
    case 'queue_notice':
    case 'keep_message':
    case 'leave_queue':
    case 'offer_call':
    case 'keep_call':
    case 'keep_quote': {
      const menu = choicesWith('menu', of.knowledge);
      const isCall = decision.kind === 'offer_call' || decision.kind === 'keep_call';
      const { shopId, conversationId } = of.turn;
      const windows = isCall ? await deps.calls.windows(shopId, { conversationId }) : [];
      return {
        ...wordWaiting(decision, of.waiting, of.memory, { now: deps.now(), menu, windows }),
        handoff: null,
        notes: {},
      };
    }
    case 'acknowledge':
      return {
        parts: [{ text: ACKNOWLEDGE_WORDS }],
        memory: { ...of.memory, choices: [], stalledOrderId: null, asked: null },
        handoff: null,
        notes: {},
      };
    case 'answer':
      return wordAnswer(deps, of, decision);
    case 'clarify':
      return wordQuestion(of, decision);
    case 'act':
      return wordAction(deps, of, decision);
    case 'handoff':
      return wordHandoff(deps, of, decision);
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
