// Since when each shopper waits for an answer, so that rows can turn red. Pure.
import type { HandoffRow } from '../wire.ts';

/** The platforms' slow-reply mark: 100 s of the 180 s a shop has. */
export const SLOW_MS = 100_000;

/**
 * Handoff id -> ms since 1970 when the unanswered wait began. One that waits in the queue began with the queue; after a
 * claim the same wait goes on until a reply; later waits begin when this page first sees them.
 */
export function trackWaits(
  before: ReadonlyMap<string, number>,
  rows: readonly HandoffRow[],
  now: number,
): Map<string, number> {
  const after = new Map<string, number>();
  for (const row of rows) {
    if (row.state === 'waiting' || row.state === 'offered') after.set(row.id, Date.parse(row.waitingSince));
    else if (row.state === 'with-agent' && row.awaitingReply) after.set(row.id, before.get(row.id) ?? now);
  }
  return after;
}

export const isSlow = (since: number | undefined, now: number): boolean =>
  since !== undefined && now - since >= SLOW_MS;
