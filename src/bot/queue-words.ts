// Words the turns of a shopper who waits, or is about to: the notice of a handoff, a place, a message that is kept, the way back to the bot.
import type { Choice, HandoffReason } from '../contract/decision.ts';
import type { PacketWaiting } from '../contract/handoff.ts';
import type { ClaimedTurn, OutgoingPart } from '../conversations/turns.ts';
import { isAway, type QueueSight, type TeamSight, type WaitingSight } from '../handoff/queue-view.ts';
import type { Decision } from './decision.ts';
import type { Memory } from './memory.ts';
import { AWAY_OPENINGS, awayWords, HANDOFF_WORDS, keptWords, LEAVE_WORDS, queueWords } from './scripts.ts';
import { BOT_CHOICE, MESSAGE_CHOICE, type WaitingDecision } from './while-waiting.ts';

export interface HandoffNotice {
  part: OutgoingPart;
  choices: Choice[];
  state: 'waiting' | 'deferred';
  reason: HandoffReason;
  waiting: PacketWaiting;
}

/** Who is connected within a minute needs no other way. */
const SOON_SECONDS = 60;

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
    const choices = [BOT_CHOICE];
    const text = `${AWAY_OPENINGS[plan.script] ?? ''}${awayWords({ ...sight, now })}`;
    const waiting = { position: null, range: null, foreseen: null };
    return { part: notice(text, choices), choices, state: 'deferred', reason: 'off_hours', waiting };
  }
  const isSoon = sight.range !== null && sight.range.toSeconds <= SOON_SECONDS;
  const choices =
    !plan.isOrdinary || isSoon ? [] : plan.script === 'message' ? [BOT_CHOICE] : [BOT_CHOICE, MESSAGE_CHOICE];
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
  { now, menu }: { now: Date; menu: Choice[] },
): { parts: OutgoingPart[]; memory: Memory } {
  if (sight === null) return { parts: [], memory };
  switch (decision.kind) {
    case 'silent':
      return { parts: [], memory };
    case 'queue_notice': {
      const where = sight.state === 'deferred' ? awayWords({ ...sight, now }) : queueWords({ ...sight, now });
      const text = decision.stays ? `${LEAVE_WORDS.stays}${where}` : where;
      return { parts: [{ kind: 'notice', text }], memory };
    }
    case 'keep_message':
      return {
        parts: [{ kind: 'notice', text: keptWords(whenAway(sight, now)) }],
        memory: { ...memory, keptFor: sight.handoffId },
      };
    case 'leave_queue': {
      const isKept = memory.keptFor === sight.handoffId;
      const words = sight.state !== 'deferred' ? 'queue' : isKept ? 'message' : 'away';
      return {
        parts: [{ text: LEAVE_WORDS[words], payload: { choices: menu } }],
        memory: { ...memory, choices: menu, misses: 0, repeats: 0, keptFor: null },
      };
    }
    default:
      return decision satisfies never;
  }
}

export interface WayDeps {
  /** Ends the wait; false when somebody was quicker. */
  leaveQueue(shopId: string, handoffId: string): Promise<boolean>;
  /** The shopper does not stand in line any more; what they write is kept. */
  keepMessage(shopId: string, handoffId: string): Promise<void>;
}

/**
 * Going on with the bot, or a graver case, ends the one that waits. Leaving makes an epoch of its own, under which the turn is
 * then committed: whoever takes the baton in between makes the turn stale, and nothing is said.
 */
export async function makeWay(deps: WayDeps, turn: ClaimedTurn, decision: Decision): Promise<ClaimedTurn> {
  if (turn.ownerKind !== 'queue' || turn.handoff === null) return turn;
  if (decision.kind === 'keep_message') await deps.keepMessage(turn.shopId, turn.handoff.id);
  if (decision.kind !== 'leave_queue' && decision.kind !== 'handoff') return turn;
  const left = await deps.leaveQueue(turn.shopId, turn.handoff.id);
  return left ? { ...turn, epoch: String(BigInt(turn.epoch) + 1n) } : turn;
}
