// Words the turns of a shopper who waits, or is about to: the notice of a handoff, a place, a message that is kept, the way back to the bot.
import type { Choice, HandoffReason } from '../contract/decision.ts';
import type { PacketWaiting } from '../contract/handoff.ts';
import type { CallWindow } from '../contract/ticket.ts';
import type { ClaimedTurn, OutgoingPart } from '../conversations/turns.ts';
import { sayWindow } from '../handoff/hours.ts';
import type { LeaveWhy } from '../handoff/moves.ts';
import { isAway, type QueueSight, type TeamSight, type WaitingSight } from '../handoff/queue-view.ts';
import type { Decision } from './decision.ts';
import { saidIn } from './hear.ts';
import type { Memory } from './memory.ts';
import {
  AWAY_OPENINGS,
  awayWords,
  CALL_WORDS,
  callAtWords,
  callBookedWords,
  HANDOFF_WORDS,
  keptWords,
  LEAVE_WORDS,
  QUOTE_WORDS,
  queueWords,
  UNTOLD_WORDS,
} from './scripts.ts';
import { BOT_CHOICE, CALL_CHOICE, MESSAGE_CHOICE, type WaitingDecision } from './while-waiting.ts';

export interface HandoffNotice {
  part: OutgoingPart;
  choices: Choice[];
  state: 'waiting' | 'deferred';
  reason: HandoffReason;
  waiting: PacketWaiting;
}

/** Who is connected within a minute needs no other way. */
const SOON_SECONDS = 60;

const callChoices = (windows: readonly CallWindow[], now: Date): Choice[] =>
  windows.map((window) => ({ value: `call:${window.from}`, label: sayWindow(window, now) }));

/** Asks when and where to call: with choices, and on a page with a form. */
function askCall(windows: readonly CallWindow[], now: Date, words: string): { part: OutgoingPart; choices: Choice[] } {
  if (windows.length === 0) return { part: { kind: 'notice', text: CALL_WORDS.none }, choices: [] };
  const choices = callChoices(windows, now);
  return { part: { kind: 'notice', text: words, payload: { choices, form: 'callback' } }, choices };
}

/** After the notice of a handoff of a business. */
export const quotePart: OutgoingPart = { kind: 'notice', text: QUOTE_WORDS.ask, payload: { form: 'quote' } };

/** After the notice of a handoff whose shopper wants to be called. */
export const callPart = (windows: readonly CallWindow[], now: Date) => askCall(windows, now, CALL_WORDS.offer);

/** What the shopper hears, and whether the case waits in line or for the morning. Only an ordinary case may wait for it. */
export function handoffNotice(
  plan: { script: keyof typeof HANDOFF_WORDS; reason: HandoffReason; isOrdinary: boolean },
  sight: QueueSight,
  now: Date,
): HandoffNotice {
  const notice = (text: string, choices: Choice[]): OutgoingPart => ({
    kind: 'notice',
    text,
    ...(choices.length > 0 ? { payload: { choices } } : {}),
  });
  if (plan.isOrdinary && isAway(sight)) {
    const choices = [BOT_CHOICE, CALL_CHOICE];
    const text = `${AWAY_OPENINGS[plan.script] ?? ''}${awayWords({ ...sight, now })}`;
    const waiting = { position: null, range: null, foreseen: null };
    return { part: notice(text, choices), choices, state: 'deferred', reason: 'off_hours', waiting };
  }
  const isSoon = sight.range !== null && sight.range.toSeconds <= SOON_SECONDS;
  const choices =
    !plan.isOrdinary || isSoon
      ? []
      : plan.script === 'message'
        ? [BOT_CHOICE, CALL_CHOICE]
        : [BOT_CHOICE, MESSAGE_CHOICE, CALL_CHOICE];
  const { position, range, foreseen } = sight;
  return {
    part: notice(`${HANDOFF_WORDS[plan.script]}\n${queueWords({ ...sight, now })}`, choices),
    choices,
    state: 'waiting',
    reason: plan.reason,
    waiting: { position, range, foreseen },
  };
}

const whenAway = (sight: WaitingSight, now: Date): (TeamSight & { now: Date }) | null =>
  sight.state === 'deferred' ? { ...sight, now } : null;

/** What a waiting shopper hears, and what the bot remembers of it. Nothing when the wait is over meanwhile. */
export function wordWaiting(
  decision: WaitingDecision,
  sight: WaitingSight | null,
  memory: Memory,
  { now, menu, windows }: { now: Date; menu: Choice[]; windows: readonly CallWindow[] },
): { parts: OutgoingPart[]; memory: Memory } {
  if (sight === null) return { parts: [], memory };
  switch (decision.kind) {
    case 'silent':
      return { parts: [], memory };
    case 'queue_notice': {
      const where = sight.state === 'deferred' ? awayWords({ ...sight, now }) : queueWords({ ...sight, now });
      const before = decision.stays ? LEAVE_WORDS.stays : sight.isTold ? '' : UNTOLD_WORDS;
      const text = `${before}${where}`;
      return { parts: [{ kind: 'notice', text }], memory };
    }
    case 'keep_message':
      return {
        parts: [{ kind: 'notice', text: keptWords(whenAway(sight, now)) }],
        memory: { ...memory, keptFor: sight.handoffId },
      };
    case 'offer_call': {
      const chosen = windows.find((one) => one.from === decision.from);
      if (chosen !== undefined) {
        const text = callAtWords(sayWindow(chosen, now));
        return { parts: [{ kind: 'notice', text }], memory: { ...memory, choices: [], call: { from: chosen.from } } };
      }
      const { part, choices } = askCall(windows, now, CALL_WORDS.ask);
      return { parts: [part], memory: { ...memory, choices, call: choices.length > 0 ? { from: null } : null } };
    }
    case 'keep_call': {
      const chosen = windows.find((one) => one.from === memory.call?.from) ?? windows[0];
      if (chosen === undefined) return { parts: [{ kind: 'notice', text: CALL_WORDS.none }], memory };
      const text = callBookedWords(sayWindow(chosen, now));
      return { parts: [{ kind: 'notice', text }], memory: { ...memory, choices: [], call: { from: chosen.from } } };
    }
    case 'keep_quote':
      return { parts: [{ kind: 'notice', text: QUOTE_WORDS.kept }], memory: { ...memory, quote: false } };
    case 'leave_queue': {
      const isKept = memory.keptFor === sight.handoffId;
      const words = sight.state !== 'deferred' ? 'queue' : isKept ? 'message' : 'away';
      return {
        parts: [{ text: LEAVE_WORDS[words], payload: { choices: menu } }],
        memory: { ...memory, choices: menu, misses: 0, repeats: 0, keptFor: null, call: null, quote: false },
      };
    }
    default:
      return decision satisfies never;
  }
}

/** Calls back, as the desk keeps them. */
export interface Calls {
  windows(shopId: string, place: { team: string } | { conversationId: string }): Promise<CallWindow[]>;
  book(
    shopId: string,
    conversationId: string,
    asked: { phone: string; from: string | null; tell: boolean },
  ): Promise<unknown>;
}

export interface WayDeps {
  calls: Calls;
  /** What a business said it wants to buy. */
  askQuote(shopId: string, conversationId: string, text: string): Promise<void>;
  /** Ends the wait, because the shopper wants to or because the bot has answered; false when somebody was quicker. */
  leaveQueue(shopId: string, handoffId: string, why: LeaveWhy): Promise<boolean>;
  /** The shopper does not stand in line any more; what they write is kept. */
  keepMessage(shopId: string, handoffId: string): Promise<void>;
}

const WAITING_ON: ReadonlySet<Decision['kind']> = new Set<WaitingDecision['kind']>([
  'keep_message',
  'offer_call',
  'keep_call',
  'keep_quote',
  'queue_notice',
  'silent',
]);
/** Whoever decides so leaves the shopper where they wait. */
const isWaitingOn = (decision: Decision): boolean => WAITING_ON.has(decision.kind);

/**
 * Going on with the bot, its answer to who could not hear it before, or a graver case ends the one that waits. Leaving makes an epoch of its own, under which the turn is
 * then committed: whoever takes the baton in between makes the turn stale, and nothing is said. A call that was agreed on
 * stands all the same: the ticket says so to whoever has it.
 */
export async function makeWay(
  deps: WayDeps,
  turn: ClaimedTurn,
  decision: Decision,
  memory: Pick<Memory, 'call'>,
): Promise<ClaimedTurn> {
  if (turn.ownerKind !== 'queue' || turn.handoff === null) return turn;
  if (decision.kind === 'keep_message') await deps.keepMessage(turn.shopId, turn.handoff.id);
  if (decision.kind === 'keep_call' && memory.call?.from)
    await deps.calls.book(turn.shopId, turn.conversationId, {
      phone: saidIn(turn),
      from: memory.call.from,
      tell: false,
    });
  if (decision.kind === 'keep_quote') await deps.askQuote(turn.shopId, turn.conversationId, saidIn(turn));
  if (isWaitingOn(decision)) return turn;
  const why = decision.kind === 'leave_queue' || decision.kind === 'handoff' ? 'shopper_left' : 'bot_answered';
  const left = await deps.leaveQueue(turn.shopId, turn.handoff.id, why);
  return left ? { ...turn, epoch: String(BigInt(turn.epoch) + 1n) } : turn;
}
