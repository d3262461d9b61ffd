// One turn from the claim to the commit: the page to read first. Every failure or timeout of the bot ends at a person.
import { type Channel, channelIfOn } from '../channels/channel.ts';
import type { ShopId } from '../contract/conversation.ts';
import { QUOTA_RESERVE } from '../conversations/quota.ts';
import type { Born, ClaimedTurn, CommitResult, Turns } from '../conversations/turns.ts';
import { brokenHere } from './channel-rules.ts';
import { withDeadline } from './deadline.ts';
import { fitParts } from './fit-parts.ts';
import { readMemory } from './memory.ts';
import { makeWay, type WayDeps } from './queue-words.ts';
import { type MindDeps, THINK_DEADLINE_MS, type Thought, think, thinkOfFailure } from './think.ts';

export interface TurnDeps extends WayDeps, MindDeps {
  turns: Turns;
  calls: WayDeps['calls'];
  channelOf(accountId: string): Channel;
  /** The shop's own forbidden words. */
  forbidden(shopId: ShopId): Promise<readonly { word: string; why: string }[]>;
}

/** After so many tries a turn goes to a person without being thought about again. */
const ATTEMPTS_MAX = 5;
/** Answers mostly come sooner than that; a platform is told only where the shopper would wonder. */
const TYPING_AFTER_MS = 800;

/** Shows the shopper that an answer is being made, once it takes a while; the returned function ends that. */
function showTyping(channel: Channel, { ownerKind, shopper }: ClaimedTurn): () => void {
  if (ownerKind !== 'bot') return () => {};
  const timer = setTimeout(() => void channel.typing?.(shopper.platformId).catch(() => {}), TYPING_AFTER_MS);
  return () => clearTimeout(timer);
}

/**
 * What was thought, if it may be said here, in as many messages as the platform still takes. An answer leaves one for a person; what cannot be said is a
 * failure of the bot, and the word of a handoff that finds no room stays unsaid: `isLast`.
 */
async function fitting(deps: TurnDeps, turn: ClaimedTurn, thought: Thought, isLast = false): Promise<Thought> {
  const channel = deps.channelOf(turn.accountId);
  const texts = thought.outcome.parts.map(({ text }) => text);
  const broken = isLast ? null : brokenHere(texts, channel.kind, await deps.forbidden(turn.shopId));
  if (broken !== null) throw new Error(`not to be said on ${channel.kind}: ${broken.rule} ${broken.evidence}`);
  const quota = channel.delivery === 'push' ? await deps.turns.quota(turn, channel) : null;
  if (quota === null) return thought;
  const { outcome } = thought;
  const room = outcome.handoff === null ? quota.left - QUOTA_RESERVE : quota.left;
  const parts = fitParts(outcome.parts, room, channel.partsOf);
  if (parts === null && !isLast) throw new Error(`the platform takes ${quota.left} more messages: not enough for this`);
  return { ...thought, outcome: { ...outcome, parts: parts ?? [] } };
}

export type TurnEnd =
  /** `off`: its account is switched off; the turn waits untried until it is on again. */
  | { status: 'idle' | 'busy' | 'lost-lease' | 'off' }
  | { status: 'early'; dueInMs: number }
  | { status: 'over'; turn: ClaimedTurn; channel: Channel; result: CommitResult; next: { dueInMs: number } | null };

const BORN: Record<Channel['delivery'], Born> = { pull: 'sent', push: 'sending', passive: 'held' };

/**
 * Takes the conversation's lowest due turn, thinks, commits. Safe to call at any time from any process: the lease and the
 * epoch decide. Delivery of what was committed is the caller's. @throws only when the database is away; the turn's lease
 * then runs out and the reconciler brings it back.
 */
export async function takeTurn(deps: TurnDeps, shopId: ShopId, conversationId: string): Promise<TurnEnd> {
  const turn = await deps.turns.claim(shopId, conversationId);
  if (turn.status !== 'claimed') return turn;
  // nobody can be answered there, and that is no failure of the bot
  const channel = channelIfOn(deps.channelOf, turn.accountId);
  if (channel === null) {
    await deps.turns.release(turn);
    return { status: 'off' };
  }
  // what began goes on to its commit, also when the account is switched off meanwhile: delivery waits then
  return runTurn({ ...deps, channelOf: () => channel }, turn, channel);
}

async function runTurn(deps: TurnDeps, turn: ClaimedTurn, channel: Channel): Promise<TurnEnd> {
  let thought: Thought;
  let way: ClaimedTurn = turn;
  const shown = showTyping(channel, turn);
  try {
    if (turn.attempt > ATTEMPTS_MAX) throw new Error(`given up after ${ATTEMPTS_MAX} attempts`);
    thought = await withDeadline(
      think(deps, turn),
      THINK_DEADLINE_MS,
      () => new Error(`no decision within ${THINK_DEADLINE_MS} ms`),
    );
    // the wait ends only for what can be said
    thought = await fitting(deps, turn, thought);
    way = await makeWay(deps, turn, thought.decided.decision, readMemory(thought.outcome.memory));
  } catch (error) {
    thought = await fitting(deps, turn, await thinkOfFailure(deps, turn, error), true);
  } finally {
    shown();
  }
  const result = await deps.turns.commit(way, thought.outcome, BORN[channel.delivery]);
  if (result.status === 'lost-lease') return { status: 'lost-lease' };
  const { decision } = thought.decided;
  const isMessage = decision.kind === 'handoff' && decision.script === 'message';
  if (isMessage && result.status === 'done' && result.handoffId !== null)
    await deps.keepMessage(turn.shopId, result.handoffId);
  return { status: 'over', turn, channel, result, next: result.next };
}
