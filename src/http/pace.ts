// Slows down whoever sends faster than a person can: so many in ten seconds, per key, in this process.
import { AppError } from '../errors.ts';

const WINDOW_MS = 10_000;
const KEYS_MAX = 10_000;

/** `most` 0: no limit. The returned function throws AppError `too_many_requests` with `words`. */
export function createPace(most: number, words: string): (key: string) => void {
  const times = new Map<string, number[]>();
  return (key) => {
    if (most === 0) return;
    const now = performance.now();
    const recent = (times.get(key) ?? []).filter((t) => t > now - WINDOW_MS);
    if (recent.length >= most) throw new AppError('too_many_requests', words);
    if (times.size > KEYS_MAX) times.clear();
    times.set(key, [...recent, now]);
  };
}
