// One turn from the claim to the commit: the page to read first. Every failure or timeout of the bot ends at a person. Long because the whole turn is meant to be read on one page.
import type { Channel } from '../channels/channel.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Team } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import type { Choice, HandoffReason, Judgement, RiskLevel } from '../contract/decision.ts';
import type {
  Born,
  ClaimedTurn,
  CommitResult,
  NewHandoff,
  OutgoingPart,
  TurnOutcome,
  Turns,
} from '../conversations/turns.ts';
import { isOrdinary } from '../handoff/guards.ts';
import { replyDueMs, riskRank } from '../handoff/queue-order.ts';
import type { QueueView, WaitingSight } from '../handoff/queue-view.ts';
import { dueWithPriority, type RouteCase, type Routed } from '../handoff/routing.ts';
import type { Writer } from '../providers/writer.ts';
import { shopDay } from './clock-words.ts';
import { choicesWith, composeAnswer, composeClarify } from './compose.ts';
import { withDeadline } from './deadline.ts';
import { type Decided, type DecideInput, type Decision, decide } from './decide.ts';
import type { Knowledge } from './knowledge.ts';
import { type Memory, pickChoice, readMemory } from './memory.ts';
import { CommerceDown, orderFacts, orderStatus, trackLogistics } from './orders.ts';
import { createPacket, type ModelSummary, summariseForAgent } from './packet.ts';
import { handoffNotice, makeWay, type WayDeps, wordWaiting } from './queue-words.ts';
import { ACKNOWLEDGE_WORDS, type HANDOFF_WORDS } from './scripts.ts';
import { takeSecondOpinion } from './second-opinion.ts';
import { messageChoice } from './while-waiting.ts';

export interface TurnDeps extends WayDeps {
  turns: Turns;
  commerce: Commerce;
  writer: Writer | null;
  /** The shop's published release; throws when there is none. */
  knowledge(shopId: ShopId): Knowledge;
  channelOf(accountId: string): Channel;
  /** An honest place in the queue. */
  queue: Pick<QueueView, 'newcomer' | 'of'>;
  /** Which team takes a case, how urgently, and by which rule. */
  route(shopId: ShopId, conversationId: string, c: RouteCase): Promise<Routed>;
  /** What routing asks about a conversation besides the case itself. */
  standing(shopId: ShopId, conversationId: string): Promise<{ again: boolean; vip: boolean }>;
  now(): Date;
  onError(error: unknown, where: string): void;
}

/** What deciding one turn produced, before it is committed. */
export interface Thought {
  decided: Decided;
  judgement: Judgement | null;
  outcome: TurnOutcome;
}

/** Everything of the bot's own must fit in here; the platform and the shopper are waiting. */
export const THINK_DEADLINE_MS = 9_000;
/** After so many tries a turn goes to a person without being thought about again. */
const ATTEMPTS_MAX = 5;
/** Kept free of the model, so that what goes on without it is still in time. */
const RESERVE_MS = 1_000;

/** A danger, a legal matter or a complaint takes twice the attention of a question. */
const HEAVY = 2;

const said = (turn: ClaimedTurn): string => turn.messages.map((m) => m.text).join('\n');

/** One turn's deps: with what is left of its time for the model, whatever was asked before. Milliseconds. */
interface ThinkDeps extends TurnDeps {
  leftMs(): number;
}

function thinkDeps(deps: TurnDeps): ThinkDeps {
  const started = performance.now();
  return { ...deps, leftMs: () => THINK_DEADLINE_MS - RESERVE_MS - (performance.now() - started) };
}

interface HandoffPlan {
  reason: HandoffReason;
  risk: RiskLevel;
  intent: string | null;
  team: Team | null;
  script: keyof typeof HANDOFF_WORDS;
  detail?: string;
}

/** The team a case goes to, how soon it is due, and where its shopper would stand there. */
async function findPlace(
  deps: ThinkDeps,
  turn: ClaimedTurn,
  plan: HandoffPlan,
  judgement: Judgement | null,
  knowledge: Knowledge | null,
) {
  const standing = await deps.standing(turn.shopId, turn.conversationId);
  const routed = await deps.route(turn.shopId, turn.conversationId, {
    risk: plan.risk,
    reason: plan.reason,
    stage: plan.intent === null ? null : (knowledge?.intent(plan.intent)?.stage ?? null),
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
  deps: ThinkDeps,
  turn: ClaimedTurn,
  plan: HandoffPlan,
  judgement: Judgement | null,
  knowledge: Knowledge | null,
  memory: Memory,
): Promise<{ handoff: NewHandoff; part: OutgoingPart; choices: Choice[]; summary: ModelSummary['writer'] }> {
  const [{ routed, rank, dueMs, sight }, orders, summary] = await Promise.all([
    findPlace(deps, turn, plan, judgement, knowledge),
    orderFacts(deps.commerce, {
      shopId: turn.shopId,
      customerId: turn.shopper.customerId,
      orderId: judgement?.slots.order?.[0] ?? memory.stalledOrderId,
      focusOrderId: memory.focusOrderId,
      now: deps.now(),
    }),
    summariseForAgent(deps, { turn, said: said(turn), risk: plan.risk, reason: plan.reason }),
  ]);
  const ordinary = isOrdinary({ ...plan, signals: judgement?.risks ?? [] });
  const notice = handoffNotice({ ...plan, isOrdinary: ordinary }, sight, deps.now());
  // the hour explains the wait, not the case
  const detail = plan.detail ?? (notice.reason === plan.reason ? undefined : plan.reason);
  const packet = createPacket({
    turn,
    said: said(turn),
    reason: notice.reason,
    risk: plan.risk,
    intent: plan.intent,
    judgement,
    knowledge,
    orders,
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

interface Worded {
  parts: OutgoingPart[];
  memory: Memory;
  handoff: NewHandoff | null;
  notes: Record<string, unknown>;
}

const helped = (memory: Memory, answer: string): Memory => ({
  ...memory,
  choices: [],
  misses: 0,
  lastAnswer: answer,
  repeats: memory.lastAnswer === answer ? memory.repeats + 1 : 0,
  soothed: false,
});

async function wordAction(
  deps: TurnDeps,
  turn: ClaimedTurn,
  decision: Decision & { kind: 'act' },
  memory: Memory,
): Promise<Worded> {
  const question = {
    shopId: turn.shopId,
    customerId: turn.shopper.customerId,
    orderId: decision.orderId,
    focusOrderId: memory.focusOrderId,
    now: deps.now(),
  };
  const answer =
    decision.action === 'track-logistics'
      ? await trackLogistics(deps.commerce, question)
      : await orderStatus(deps.commerce, question);
  const payload = {
    ...(answer.choices.length > 0 ? { choices: answer.choices } : {}),
    ...(answer.source ? { source: answer.source } : {}),
  };
  return {
    parts: [{ text: answer.text, payload }],
    memory: {
      ...helped(memory, decision.action),
      choices: answer.choices,
      focusOrderId: answer.focusOrderId ?? memory.focusOrderId,
      stalledOrderId: answer.stalledOrderId,
    },
    handoff: null,
    notes: { action: decision.action, orderId: answer.focusOrderId },
  };
}

async function wordHandoff(
  deps: ThinkDeps,
  turn: ClaimedTurn,
  plan: HandoffPlan,
  judgement: Judgement | null,
  knowledge: Knowledge | null,
  memory: Memory,
): Promise<Worded> {
  const { handoff, part, choices, summary } = await planHandoff(deps, turn, plan, judgement, knowledge, memory);
  return {
    parts: [part],
    memory: { ...memory, choices, misses: 0, repeats: 0, stalledOrderId: null },
    handoff,
    notes: { summary },
  };
}

/** Words a decision and says what the bot remembers afterwards. */
async function word(
  deps: ThinkDeps,
  turn: ClaimedTurn,
  decision: Decision,
  judgement: Judgement,
  knowledge: Knowledge,
  memory: Memory,
  waiting: WaitingSight | null,
): Promise<Worded> {
  const quiet = { parts: [], memory, handoff: null, notes: {} };
  switch (decision.kind) {
    case 'silent':
    case 'queue_notice':
    case 'keep_message':
    case 'leave_queue': {
      const menu = choicesWith('menu', knowledge);
      return { ...quiet, ...wordWaiting(decision, waiting, memory, { now: deps.now(), menu }) };
    }
    case 'acknowledge':
      return {
        ...quiet,
        parts: [{ text: ACKNOWLEDGE_WORDS }],
        memory: { ...memory, choices: [], stalledOrderId: null },
      };
    case 'answer': {
      const entry = knowledge.entry(decision.entryId)!;
      const channel = deps.channelOf(turn.accountId).kind;
      const { part, writer } = await composeAnswer(deps, {
        id: decision.entryId,
        entry,
        judgement,
        channel,
        choices: [...messageChoice(entry), ...choicesWith(decision.offer, knowledge)],
      });
      return {
        parts: [part],
        memory: {
          ...helped(memory, decision.entryId),
          choices: part.payload?.choices ?? [],
          // an answer to what nobody could understand has not helped yet
          misses: decision.offer === 'menu' ? memory.misses + 1 : 0,
        },
        handoff: null,
        notes: { writer },
      };
    }
    case 'clarify': {
      const care = judgement.risks.some((s) => s.kind === 'care');
      const part = composeClarify(decision.why, decision.options, knowledge, care);
      const next = {
        ...memory,
        choices: part.payload?.choices ?? [],
        misses: memory.misses + 1,
        soothed: memory.soothed || decision.why === 'emotion',
      };
      return { parts: [part], memory: next, handoff: null, notes: { why: decision.why } };
    }
    case 'act':
      return wordAction(deps, turn, decision, memory);
    case 'handoff':
      return wordHandoff(deps, turn, decision, judgement, knowledge, memory);
    default:
      return decision satisfies never;
  }
}

function receiptOf(
  turn: ClaimedTurn,
  thought: {
    decided: Decided;
    judgement: Judgement | null;
    knowledge: Knowledge | null;
    notes: Record<string, unknown>;
    ms: number;
  },
) {
  const { judgement, knowledge, decided } = thought;
  return {
    text: judgement?.text ?? said(turn),
    intents: judgement?.intents ?? [],
    faqs: judgement?.faqs ?? [],
    risks: judgement?.risks ?? [],
    slots: judgement?.slots ?? {},
    style: judgement?.style ?? null,
    language: judgement?.language ?? null,
    degraded: judgement?.degraded ?? [],
    releaseId: knowledge?.releaseId ?? null,
    policy: knowledge
      ? {
          version: knowledge.policy.version,
          answerMin: knowledge.policy.answerMin,
          clarifyMin: knowledge.policy.clarifyMin,
          actMin: knowledge.policy.actMin,
        }
      : null,
    decision: decided.decision,
    reasons: decided.reasons,
    timings: { ...(judgement?.timings ?? {}), totalMs: Math.round(thought.ms * 10) / 10 },
    ...thought.notes,
  };
}

/** Understands, decides and words one turn. Writes nothing. */
export async function think(turnDeps: TurnDeps, turn: ClaimedTurn): Promise<Thought> {
  const started = performance.now();
  const deps = thinkDeps(turnDeps);
  const knowledge = deps.knowledge(turn.shopId);
  const last = turn.messages.at(-1);
  const memory = readMemory(turn.memory);
  const orderId = turn.messages.findLast((m) => m.payload.orderId)?.payload.orderId;
  if (orderId !== undefined) memory.focusOrderId = orderId;
  const channel = deps.channelOf(turn.accountId).kind;
  const context = {
    shopId: turn.shopId,
    channel,
    today: shopDay(deps.now()),
    ...(last?.payload.productId ? { productId: last.payload.productId } : {}),
  };
  const [judgement, waiting] = await Promise.all([
    knowledge.understand(said(turn), context),
    turn.ownerKind === 'queue' ? deps.queue.of(turn.shopId, turn.conversationId) : null,
  ]);
  const picked = last ? pickChoice(memory, last.payload.choice, last.text) : null;
  const input: DecideInput = {
    judgement,
    policy: knowledge.policy,
    memory,
    ownerKind: turn.ownerKind,
    picked,
    wait: waiting === null ? null : { ...waiting, isKept: memory.keptFor === waiting.handoffId },
    intent: knowledge.intent,
    hasEntry: (id) => knowledge.entry(id) !== undefined,
    entriesOf: knowledge.entriesOf,
    intentOf: (id) => knowledge.entry(id)?.file.intents[0],
  };
  const { decided, note } = await takeSecondOpinion(deps, input, decide(input));
  const worded = await word(deps, turn, decided.decision, judgement, knowledge, memory, waiting);
  const receipt = receiptOf(turn, {
    decided,
    judgement,
    knowledge,
    notes: { ...worded.notes, ...(note === null ? {} : { secondOpinion: note }) },
    ms: performance.now() - started,
  });
  return {
    decided,
    judgement,
    outcome: { receipt, parts: worded.parts, memory: { ...worded.memory }, handoff: worded.handoff },
  };
}

/** The bot could not: the shopper goes to a person, with a word and with what is known. */
async function fail(deps: TurnDeps, turn: ClaimedTurn, error: unknown): Promise<Thought> {
  deps.onError(error, 'turn');
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const decision: Decision = {
    kind: 'handoff',
    reason: 'bot_failed',
    risk: 'R3',
    intent: null,
    team: null,
    script: 'plain',
  };
  const decided = { decision, reasons: ['bot_failed', detail.slice(0, 200)] };
  // somebody already owns or waits: failing quietly is right, the message is in front of a person
  if (turn.ownerKind !== 'bot') {
    return {
      decided,
      judgement: null,
      outcome: {
        receipt: receiptOf(turn, { decided, judgement: null, knowledge: null, notes: {}, ms: 0 }),
        parts: [],
        memory: turn.memory,
        handoff: null,
      },
    };
  }
  const plan: HandoffPlan = {
    reason: 'bot_failed',
    risk: 'R3',
    intent: null,
    team: null,
    script: error instanceof CommerceDown ? 'commerce' : 'failed',
    detail: detail.slice(0, 200),
  };
  const worded = await wordHandoff(thinkDeps(deps), turn, plan, null, null, readMemory(turn.memory));
  const receipt = receiptOf(turn, { decided, judgement: null, knowledge: null, notes: {}, ms: 0 });
  return {
    decided,
    judgement: null,
    outcome: { receipt, parts: worded.parts, memory: { ...worded.memory }, handoff: worded.handoff },
  };
}

export type TurnEnd =
  | { status: 'idle' | 'busy' | 'lost-lease' }
  | { status: 'early'; dueInMs: number }
  | { status: 'over'; turn: ClaimedTurn; result: CommitResult; next: { dueInMs: number } | null };

const BORN: Record<Channel['delivery'], Born> = { pull: 'sent', push: 'sending', passive: 'held' };

/**
 * Takes the conversation's lowest due turn, thinks, commits. Safe to call at any time from any process: the lease and the
 * epoch decide. Delivery of what was committed is the caller's. @throws only when the database is away; the turn's lease
 * then runs out and the reconciler brings it back.
 */
export async function takeTurn(deps: TurnDeps, shopId: ShopId, conversationId: string): Promise<TurnEnd> {
  const turn = await deps.turns.claim(shopId, conversationId);
  if (turn.status !== 'claimed') return turn;
  let thought: Thought;
  let way: ClaimedTurn = turn;
  try {
    if (turn.attempt > ATTEMPTS_MAX) throw new Error(`given up after ${ATTEMPTS_MAX} attempts`);
    thought = await withDeadline(
      think(deps, turn),
      THINK_DEADLINE_MS,
      () => new Error(`no decision within ${THINK_DEADLINE_MS} ms`),
    );
    way = await makeWay(deps, turn, thought.decided.decision);
  } catch (error) {
    thought = await fail(deps, turn, error);
  }
  const result = await deps.turns.commit(way, thought.outcome, BORN[deps.channelOf(turn.accountId).delivery]);
  if (result.status === 'lost-lease') return { status: 'lost-lease' };
  const { decision } = thought.decided;
  const isMessage = decision.kind === 'handoff' && decision.script === 'message';
  if (isMessage && result.status === 'done' && result.handoffId !== null)
    await deps.keepMessage(shopId, result.handoffId);
  return { status: 'over', turn, result, next: result.next };
}
