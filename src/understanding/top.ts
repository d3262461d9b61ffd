// The best few of many scores without sorting them all. Pure.

/** Places of the highest scores above `floor` among the allowed ones, best first; of equal scores the lower place comes first. */
export function topPlaces(
  scores: Float32Array,
  most: number,
  allowed: (place: number) => boolean,
  floor = 0,
): number[] {
  // A heap with the worst of the kept on top: nearly every score is refused by one comparison.
  const heap: number[] = [];
  const isWorse = (a: number, b: number): boolean => scores[a]! < scores[b]! || (scores[a]! === scores[b]! && a > b);
  const sink = (): void => {
    const moved = heap[0]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isWorse(heap[child + 1]!, heap[child]!)) child++;
      if (!isWorse(heap[child]!, moved)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  };
  const rise = (): void => {
    let at = heap.length - 1;
    const moved = heap[at]!;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(moved, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = moved;
  };
  let enough = floor;
  for (let place = 0; place < scores.length; place++) {
    // Places come in rising order, so an equal score is worse than what is kept.
    if (scores[place]! <= enough || !allowed(place)) continue;
    if (heap.length < most) {
      heap.push(place);
      rise();
    } else {
      heap[0] = place;
      sink();
    }
    if (heap.length === most) enough = scores[heap[0]!]!;
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}
