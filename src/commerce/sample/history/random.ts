// Chance that is the same in every run. Pure; knows nothing of what it decides.

export interface Random {
  /** 0 up to 1. */
  next(): number;
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** By weight. */
  weighted<T>(items: readonly T[], weightOf: (item: T) => number): T;
  /** True so often. */
  chance(part: number): boolean;
}

/** mulberry32: 32 bits of state are plenty for a sample. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    weighted(items, weightOf) {
      let left = next() * items.reduce((sum, item) => sum + weightOf(item), 0);
      for (const item of items) {
        left -= weightOf(item);
        if (left < 0) return item;
      }
      return items.at(-1)!;
    },
    chance: (part) => next() < part,
  };
}
