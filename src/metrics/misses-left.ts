// How many more misses the leading rate of a platform survives today. Pure.
import { dayOf, daysUpTo } from './local-time.ts';
import { rateWithin, type Share } from './measures.ts';
import { headlineOf, type Profile } from './profile.ts';
import type { Round } from './timeline.ts';

export interface MissesLeft {
  metric: string;
  share: Share;
  target: number;
  /** This many further misses still keep the target. */
  left: number;
  /** "N more misses today drop the rate below the target"; 0 when it is below already. */
  dropsAt: number;
  /** In-time answers in a row that bring it back; 0 when it is not below, null when no number does. */
  hitsToRecover: number | null;
}

/** What rounding may take from a product of whole numbers and a target such as 0.8. */
const EPSILON = 1e-9;

/**
 * Over the days of the profile's leading rate, today included. A further miss is a further round or session;
 * counted by shopper it may also be a shopper who was in time so far, which costs more: the lower number is given.
 * Null when the profile has no leading rate.
 * @param target share above 0 and at most 1
 */
export function missesLeft(
  profile: Profile,
  rounds: readonly Round[],
  target: number,
  asOf: number,
): MissesLeft | null {
  const row = headlineOf(profile);
  if (row === null) return null;
  if (!(target > 0 && target <= 1)) throw new Error(`a target is above 0 and at most 1, not ${target}`);
  const isCounted = daysUpTo(dayOf(asOf), row.days);
  const rate = rateWithin(
    rounds.filter((round) => isCounted(round.day)),
    row,
  );
  const { hits, of } = rate;
  const room = row.unit === 'shopper-day' ? hits - target * of : hits / target - of;
  const isBelow = of > 0 && room < -EPSILON;
  const left = isBelow ? 0 : Math.max(0, Math.floor(room + EPSILON));
  const missing = isBelow ? Math.ceil((target * of - hits) / (1 - target) - EPSILON) : 0;
  return {
    metric: row.id,
    share: rate,
    target,
    left,
    dropsAt: isBelow ? 0 : left + 1,
    hitsToRecover: Number.isFinite(missing) ? missing : null,
  };
}
