// Brings one message to the shop as platforms do: a few tries, each cut off when it takes too long. Knows no platform.
import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Tries in all. */
  tries: number;
  /** A try ends after this, and the next begins this long after the one before. */
  everyMs: number;
}

/** WeChat and WeCom: "5 s, three tries"; channels of other platforms are played with the same patience. */
export const FIVE_SECONDS: Patience = { tries: 3, everyMs: 5_000 };

/** The first answer that is taken, or null when every try failed. @throws nothing of `once` */
export async function bring<T>(
  once: (signal: AbortSignal) => Promise<T | null>,
  { tries, everyMs }: Patience,
  closing: AbortSignal,
): Promise<T | null> {
  for (let left = tries; left > 0 && !closing.aborted; left--) {
    const slot = pause(everyMs, undefined, { signal: closing }).catch(() => undefined);
    const tooLong = AbortSignal.any([AbortSignal.timeout(everyMs), closing]);
    const answer = await once(tooLong).catch(() => null);
    if (answer !== null) return answer;
    if (left > 1) await slot;
  }
  return null;
}
