// What must hold besides the state for a move that the engine makes by itself; looked at under the locks. Pure.
import type { ChannelKind } from '../contract/conversation.ts';
import type { HandoffReason, RiskKind, RiskLevel, RiskSignal } from '../contract/decision.ts';
import type { LockedAgent, Sight } from './moves.ts';
import { riskRank } from './queue-order.ts';

/** Without a sign of life for longer than this nobody is online. Milliseconds. */
export const ALIVE_MS = 60_000;
/** What an agent keeps after the line broke, on top of the above. Milliseconds. */
export const GRACE_MS = 180_000;

/** The heaviest case that somebody can still take: one of any weight fits whoever has nothing else, however little they carry. */
export function roomOf({ load, capacity }: Pick<LockedAgent, 'load' | 'capacity'>): number {
  if (capacity <= 0) return 0;
  return load === 0 ? Number.POSITIVE_INFINITY : Math.max(0, capacity - load);
}

/** Online, alive, and with room for a case of this weight on this channel. */
export function hasRoom(agent: LockedAgent | null, weight: number, channel: ChannelKind): boolean {
  if (agent === null || agent.presence !== 'online' || agent.awayMs === null || agent.awayMs > ALIVE_MS) return false;
  if (weight > roomOf(agent)) return false;
  const ofChannel = agent.channelCapacity[channel];
  return ofChannel === undefined || (agent.channelLoad[channel] ?? 0) < ofChannel;
}

/**
 * The owner's line is gone for longer than the grace, whatever they had said of themselves, and somebody waits for an answer.
 * Who never gave a sign of life (a system that works over the API) is not lost; their clocks run out all the same.
 */
export function isLost({ agent, awaitingMs }: Sight): boolean {
  return awaitingMs !== null && agent !== null && agent.awayMs !== null && agent.awayMs > ALIVE_MS + GRACE_MS;
}

/** The bot may have a case back whose owner said nothing for so long; a danger, a legal matter or a complaint never. */
export function isForgotten({ risk, awaitingMs }: Sight, silentMs: number): boolean {
  return awaitingMs !== null && awaitingMs > silentMs && (risk === 'R3' || risk === 'R4' || risk === 'none');
}

const GRAVE: ReadonlySet<RiskKind> = new Set<RiskKind>(['safety', 'law', 'complaint', 'scam']);

/**
 * May wait until somebody is there, and its shopper may go back to the bot. R0 to R2 and complaints may not; who only asked
 * for a person is R2 for their place in line, not for what is at stake.
 */
export function isOrdinary(c: { risk: RiskLevel; reason: HandoffReason; signals: readonly RiskSignal[] }): boolean {
  const isAtMost = (level: RiskLevel) => riskRank(level) <= riskRank('R2');
  if (c.reason === 'complaint' || c.signals.some((s) => GRAVE.has(s.kind) && isAtMost(s.level))) return false;
  return !isAtMost(c.risk) || c.reason === 'asked_for_human' || c.reason === 'off_hours';
}
