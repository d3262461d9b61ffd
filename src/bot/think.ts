// What a turn says and does, decided and worded: understanding, orders, policy, words. Writes nothing; a failure becomes the word that a person comes.
import type { ShopId } from '../contract/conversation.ts';
import type { Judgement } from '../contract/decision.ts';
import type { ClaimedTurn, TurnOutcome } from '../conversations/turns.ts';
import type { WaitingSight } from '../handoff/queue-view.ts';
import { needsOrders } from './by-order.ts';
import { shopDay } from './clock-words.ts';
import { decide } from './decide.ts';
import {
  type Decided,
  type DecideInput,
  type Decision,
  EMPTY_SHELF,
  type Situation,
  UNKNOWN_SITUATION,
} from './decision.ts';
import { type Heard, hear, saidIn } from './hear.ts';
import { contentOf, type Knowledge } from './knowledge.ts';
import { type Memory, readMemory } from './memory.ts';
import { keepMood } from './mood.ts';
import { askOnce, CommerceDown, situationFor } from './orders.ts';
import { takeSecondOpinion } from './second-opinion.ts';
import { linesOf, separateQuestions } from './several.ts';
import type { Shelves } from './shelf.ts';
import { stageOf } from './stage.ts';
import { catchUp, isOverByWriting, withoutUnheard } from './unheard.ts';
import { type HandoffPlan, type WordDeps, type Worded, word, wordHandoff } from './word.ts';

/** What understanding and deciding need beside what words need; the time that is left is each turn's own. */
export interface MindDeps extends Omit<WordDeps, 'leftMs'> {
  /** The shops' catalogues. */
  shelves: Shelves;
  /** The shop's published release; throws when there is none. */
  knowledge(shopId: ShopId): Knowledge;
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
/** Kept free of the model, so that what goes on without it is still in time. */
const RESERVE_MS = 1_000;

/** One turn's deps: the shop's system asked once, and what is left of its time for the model, whatever was asked before. */
type ThinkDeps = MindDeps & Pick<WordDeps, 'leftMs'>;

function thinkDeps(deps: MindDeps): ThinkDeps {
  const started = performance.now();
  const leftMs = () => THINK_DEADLINE_MS - RESERVE_MS - (performance.now() - started);
  return { ...deps, commerce: askOnce(deps.commerce), leftMs };
}

function receiptOf(
  turn: ClaimedTurn,
  thought: {
    decided: Decided;
    judgement: Judgement | null;
    knowledge: Knowledge | null;
    situation: Situation;
    notes: Record<string, unknown>;
    ms: number;
  },
) {
  const { judgement, knowledge, decided } = thought;
  return {
    text: judgement?.text ?? saidIn(turn),
    intents: judgement?.intents ?? [],
    faqs: judgement?.faqs ?? [],
    risks: judgement?.risks ?? [],
    slots: judgement?.slots ?? {},
    rejects: judgement?.rejects ?? false,
    emotion: judgement?.emotion ?? null,
    stage: stageOf(thought.situation),
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

function inputOf(
  turn: ClaimedTurn,
  knowledge: Knowledge,
  memory: Memory,
  heard: Heard,
  shelf: DecideInput['shelf'],
  waiting: WaitingSight | null,
): DecideInput {
  const { judgement, picked, asked, productId } = heard;
  return {
    judgement,
    policy: knowledge.policy,
    memory,
    ownerKind: isOverByWriting(waiting) ? 'bot' : turn.ownerKind,
    picked,
    wait: waiting === null ? null : { ...waiting, isKept: memory.keptFor === waiting.handoffId },
    asked,
    productId,
    situation: UNKNOWN_SITUATION,
    shelf,
    ...contentOf(knowledge),
  };
}

/** What a turn says and what is to be done, before a word of it is written. */
interface Judged {
  turn: ClaimedTurn;
  heard: Heard;
  memory: Memory;
  knowledge: Knowledge;
  situation: Situation;
  shelf: DecideInput['shelf'];
  waiting: WaitingSight | null;
  decided: Decided;
  notes: Record<string, unknown>;
}

async function judge(deps: ThinkDeps, turn: ClaimedTurn): Promise<Judged> {
  const knowledge = deps.knowledge(turn.shopId);
  let memory = readMemory(turn.memory);
  const orderId = turn.messages.findLast((m) => m.payload.orderId)?.payload.orderId;
  if (orderId !== undefined) memory.focusOrderId = orderId;
  const [shelf, waiting] = await Promise.all([
    deps.shelves.of(turn.shopId),
    turn.ownerKind === 'queue' ? deps.queue.of(turn.shopId, turn.conversationId) : null,
  ]);
  if (isOverByWriting(waiting)) memory = withoutUnheard(memory);
  const channel = deps.channelOf(turn.accountId).kind;
  const heard = await hear({ knowledge, shelf, channel, today: shopDay(deps.now()) }, turn, memory);
  let input = inputOf(turn, knowledge, memory, heard, shelf, waiting);
  if (needsOrders(input)) {
    const about = {
      shopId: turn.shopId,
      customerId: turn.shopper.customerId,
      orderId: heard.judgement.slots.order?.[0] ?? null,
      focusOrderId: memory.focusOrderId,
      now: deps.now(),
    };
    input = { ...input, situation: await situationFor(deps.commerce, about) };
  }
  const { decided, note } = await takeSecondOpinion(deps, input, decide(input));
  const notes = note === null ? {} : { secondOpinion: note };
  return { turn, heard, memory, knowledge, situation: input.situation, shelf, waiting, decided, notes };
}

const express = (deps: ThinkDeps, { heard, decided, ...of }: Judged): Promise<Worded> =>
  word(deps, { ...of, said: heard.said, judgement: heard.judgement }, decided.decision);

/** Several questions, one answer after the other; what is asked back comes last, so that its choices stay on the table. */
async function expressEach(deps: ThinkDeps, questions: readonly Judged[], style: Judgement['style']): Promise<Worded> {
  // how somebody writes is seen in all that they wrote
  const worded = await Promise.all(
    questions.map(({ heard, ...question }) =>
      express(deps, { ...question, heard: { ...heard, judgement: { ...heard.judgement, style } } }),
    ),
  );
  const [answers, asking] = [true, false].map((isDone) =>
    worded.filter(({ memory }) => (memory.asked === null) === isDone),
  ) as [Worded[], Worded[]];
  const inOrder = [...answers, ...asking.slice(0, 1)];
  const last = inOrder.at(-1)!;
  const parts = inOrder.flatMap((one) =>
    one.parts.map((part) => {
      if (one === last || part.payload === undefined) return part;
      const { choices: _, ...payload } = part.payload;
      return { ...part, payload };
    }),
  );
  const told = questions.map(({ heard, decided }) => ({ text: heard.said, decision: decided.decision }));
  return { parts, memory: last.memory, handoff: null, notes: { ...last.notes, questions: told } };
}

/** Understands, decides and words one turn. Writes nothing. */
export async function think(mind: MindDeps, turn: ClaimedTurn): Promise<Thought> {
  const started = performance.now();
  const deps = thinkDeps(mind);
  const whole = await judge(deps, turn);
  const { heard, knowledge, situation, waiting } = whole;
  const { judgement } = heard;
  // a model would word each of them; what is curated is there at once
  const plain = { ...deps, writer: null };
  const lines = await Promise.all(linesOf(turn, whole.memory).map((line) => judge(plain, line)));
  const isTalk = (id: string) => knowledge.intent(knowledge.entry(id)?.file.intents[0] ?? '')?.stage === 'chitchat';
  const questions = separateQuestions(whole.decided.decision, lines, isTalk);
  const [first] = questions;
  const worded =
    first === undefined ? await express(deps, whole) : await expressEach(plain, questions, judgement.style);
  const decided = first?.decided ?? whole.decided;
  const receipt = receiptOf(turn, {
    decided,
    judgement,
    knowledge,
    situation,
    notes: { ...worded.notes, ...whole.notes },
    ms: performance.now() - started,
  });
  // a tap says nothing about how somebody feels; after a handoff a person knows
  const moods =
    worded.handoff !== null || heard.picked !== null
      ? worded.memory.moods
      : keepMood(whole.memory.moods, judgement.emotion);
  return {
    decided,
    judgement,
    outcome: {
      receipt,
      parts: catchUp(waiting, decided.decision, worded.parts),
      memory: { ...worded.memory, moods },
      handoff: worded.handoff,
    },
  };
}

const nothingKnown = (decided: Decided) => ({
  decided,
  judgement: null,
  knowledge: null,
  situation: UNKNOWN_SITUATION,
  notes: {},
  ms: 0,
});

/** The bot could not: the shopper goes to a person, with a word and with what is known. */
export async function thinkOfFailure(deps: MindDeps, turn: ClaimedTurn, error: unknown): Promise<Thought> {
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
        receipt: receiptOf(turn, nothingKnown(decided)),
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
  const of = {
    turn,
    said: saidIn(turn),
    memory: readMemory(turn.memory),
    situation: UNKNOWN_SITUATION,
    judgement: null,
    knowledge: null,
    shelf: EMPTY_SHELF,
    waiting: null,
  };
  const worded = await wordHandoff(thinkDeps(deps), of, plan);
  const receipt = receiptOf(turn, nothingKnown(decided));
  return {
    decided,
    judgement: null,
    outcome: { receipt, parts: worded.parts, memory: { ...worded.memory }, handoff: worded.handoff },
  };
}
