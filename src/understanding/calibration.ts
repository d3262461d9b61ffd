// Turns scores into probabilities and judges them: logistic, isotonic, coverage at a precision, AUROC. Pure mathematics.

/** Weighted logistic regression on standardised features. */
export interface Logistic {
  mean: number[];
  deviation: number[];
  weights: number[];
  bias: number;
}

export interface LogisticOptions {
  /** L2 strength; keeps weights small when rows are few. */
  ridge?: number;
  rowWeights?: ArrayLike<number>;
  /** Features whose weight may not become negative, so that more evidence never lowers the probability. */
  nonNegative?: boolean;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function logit(p: number): number {
  const safe = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(safe / (1 - safe));
}

/** Gradient descent with a fixed number of steps: small, convex and the same on every machine. */
export function fitLogistic(
  features: readonly (readonly number[])[],
  target: readonly boolean[],
  options: LogisticOptions = {},
): Logistic {
  const width = features[0]?.length ?? 0;
  const { mean, deviation } = standard(features, width);
  const scaled = features.map((row) => row.map((x, j) => (x - mean[j]!) / deviation[j]!));
  const share = (target.filter(Boolean).length + 1) / (target.length + 2);
  const weights = new Array<number>(width).fill(0);
  const slope = new Array<number>(width);
  let total = 0;
  for (let i = 0; i < scaled.length; i++) total += options.rowWeights?.[i] ?? 1;
  let bias = logit(share);
  const ridge = (options.ridge ?? 1) / Math.max(1, total);
  const rate = 1.5 / Math.max(1, width) ** 0.5;
  for (let step = 0; step < 600; step++) {
    slope.fill(0);
    let slopeBias = 0;
    for (let i = 0; i < scaled.length; i++) {
      const row = scaled[i]!;
      let z = bias;
      for (let j = 0; j < width; j++) z += weights[j]! * row[j]!;
      const error = (options.rowWeights?.[i] ?? 1) * (sigmoid(z) - (target[i] ? 1 : 0));
      slopeBias += error;
      for (let j = 0; j < width; j++) slope[j] = slope[j]! + error * row[j]!;
    }
    bias -= (rate * slopeBias) / total;
    for (let j = 0; j < width; j++) {
      const moved = weights[j]! - rate * (slope[j]! / total + ridge * weights[j]!);
      weights[j] = options.nonNegative ? Math.max(0, moved) : moved;
    }
  }
  return { mean, deviation, weights, bias };
}

export function applyLogistic(model: Logistic, features: readonly number[]): number {
  let z = model.bias;
  for (let j = 0; j < features.length; j++)
    z += model.weights[j]! * ((features[j]! - model.mean[j]!) / model.deviation[j]!);
  return sigmoid(z);
}

function standard(features: readonly (readonly number[])[], width: number): { mean: number[]; deviation: number[] } {
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let j = 0; j < width; j++) {
    const m = features.reduce((sum, row) => sum + row[j]!, 0) / features.length;
    const variance = features.reduce((sum, row) => sum + (row[j]! - m) ** 2, 0) / features.length;
    mean.push(m);
    deviation.push(Math.sqrt(variance) || 1);
  }
  return { mean, deviation };
}

/** Area under the ROC curve: the chance that an inside score is above an outside one. */
export function auroc(inside: readonly number[], outside: readonly number[]): number {
  const all = [...inside.map((score) => ({ score, in: true })), ...outside.map((score) => ({ score, in: false }))];
  all.sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    while (j < all.length && all[j]!.score === all[i]!.score) j++;
    for (let k = i; k < j; k++) if (all[k]!.in) ranks += (i + j + 1) / 2;
    i = j;
  }
  const n = inside.length;
  return n === 0 || outside.length === 0 ? Number.NaN : (ranks - (n * (n + 1)) / 2) / (n * outside.length);
}

/** The largest share of messages that can be answered, surest first, with at least this precision; and the score it ends at. */
export function coverageAt(
  scores: readonly number[],
  right: readonly boolean[],
  precision: number,
): { coverage: number; scoreMin: number } {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  let hits = 0;
  let best = 0;
  for (let k = 0; k < order.length; k++) {
    if (right[order[k]!]) hits++;
    // A tie cannot be cut in the middle: a threshold takes all of it or nothing.
    const isCut = k + 1 === order.length || scores[order[k + 1]!]! < scores[order[k]!]!;
    if (isCut && hits / (k + 1) >= precision) best = k + 1;
  }
  return {
    coverage: order.length === 0 ? 0 : best / order.length,
    scoreMin: best === 0 ? 1.01 : scores[order[best - 1]!]!,
  };
}
