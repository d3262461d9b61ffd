// Repeatable chance: the same seed gives the same storm plan. Pure.

export interface Random {
  /** 0 up to but not including 1. */
  next(): number;
  chance(probability: number): boolean;
  /** Whole number, both ends included. */
  between(min: number, max: number): number;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32: 32 bits of state are plenty for choosing texts and moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick(from) {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[Math.floor(next() * from.length)]!;
    },
  };
}
