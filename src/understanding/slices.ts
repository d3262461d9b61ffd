// Runs long work in steps: all at once in a worker, or in slices between which the event loop turns. Knows nothing of the work.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A generator that yields wherever it may be interrupted; about a millisecond of work between two yields. */
export type Steps<T> = Generator<void, T>;

const SLICE_MS = 10;

export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export async function runInSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await nextTurn();
  }
}
