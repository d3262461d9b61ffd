// Messages in their order: a later copy of a message replaces an earlier one. Pure.

/** Joins two lists by `seq`, ascending; gives `known` itself back when nothing arrived. */
export function joinBySeq<T extends { seq: number }>(known: readonly T[], arrived: readonly T[]): readonly T[] {
  if (arrived.length === 0) return known;
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of arrived) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * What is still on its way although `arrived` is here: a message may come back by the stream before its own request is
 * answered, or although the answer got lost. Matched by text, because the stream carries no client ids; each arrival
 * takes one that was written before it, a sending one first. `after`: the last place known when it was written.
 */
export function stillOnItsWay<
  P extends { text: string; status: 'sending' | 'waiting' | 'held' | 'failed'; after: number },
>(pending: readonly P[], arrived: readonly { seq: number; text: string }[]): readonly P[] {
  let left = pending;
  if (left.length === 0) return left;
  for (const message of arrived) {
    const same = left.filter((p) => p.text === message.text && p.after < message.seq);
    const taken = same.find((p) => p.status === 'sending') ?? same[0];
    if (taken !== undefined) left = left.filter((p) => p !== taken);
  }
  return left;
}
