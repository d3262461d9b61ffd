// Keeps to so many a minute, one at a time and in order. Knows nothing of what is sent.

export interface PaceOptions {
  perMinute: number;
  gapMs: number;
  now: () => number;
  pause: (ms: number) => Promise<void>;
}

export interface Pace {
  /** Waits for its turn; false when it would have to stand in too long a line. */
  run(work: () => Promise<void>): Promise<boolean>;
  /** Before each message leaves: waits until the platform will have it. Only within `run`. */
  turn(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** What waits longer than two minutes is no news. */
const LINE_MINUTES = 2;

/** Counted in this process: several processes with one robot share the platform's limit, and its own refusal is the backstop. */
export function createPace({ perMinute, gapMs, now, pause }: PaceOptions): Pace {
  const left: number[] = [];
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function turn(): Promise<void> {
    const last = left.at(-1);
    if (last !== undefined && now() - last < gapMs) await pause(gapMs - (now() - last));
    while (left.length >= perMinute) {
      const wait = left[0]! + MINUTE_MS - now();
      if (wait > 0) await pause(wait);
      left.shift();
    }
    left.push(now());
  }

  return {
    async run(work) {
      if (waiting >= perMinute * LINE_MINUTES) return false;
      waiting++;
      const mine = line.then(work).finally(() => waiting--);
      line = mine.catch(() => {});
      await mine;
      return true;
    },
    turn,
  };
}
