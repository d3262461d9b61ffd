// One-vs-rest linear SVM (squared hinge) by dual coordinate descent with shrinking. Knows matrices only.
import { floatMatrix, type Matrix, type Rows } from './matrix.ts';
import { createRandom, identityOrder, type Random } from './random.ts';

export interface SvmOptions {
  cost?: number;
  epochs?: number;
  tolerance?: number;
}

/** Weights (terms + 1) x classes; the last row is the bias. */
export function trainSvm(
  rows: Rows,
  labels: Int32Array,
  terms: number,
  classes: number,
  options: SvmOptions = {},
): Matrix {
  const norms = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    let sum = 1;
    for (let k = rows.ptr[i]!; k < rows.ptr[i + 1]!; k++) sum += rows.value[k]! * rows.value[k]!;
    norms[i] = sum;
  }
  const data = new Float32Array((terms + 1) * classes);
  const random = createRandom(7);
  const weights = new Float64Array(terms + 1);
  for (let c = 0; c < classes; c++) {
    weights.fill(0);
    trainOne({ rows, labels, norms, weights, positive: c, random }, options);
    for (let f = 0; f <= terms; f++) data[f * classes + c] = weights[f]!;
  }
  return floatMatrix(terms + 1, classes, data);
}

interface One {
  rows: Rows;
  labels: Int32Array;
  norms: Float64Array;
  weights: Float64Array;
  positive: number;
  random: Random;
}

function trainOne(one: One, options: SvmOptions): void {
  const { rows, labels, norms, weights, positive, random } = one;
  const { ptr, index, value } = rows;
  const n = labels.length;
  const bias = weights.length - 1;
  const diagonal = 0.5 / (options.cost ?? 1);
  const tolerance = options.tolerance ?? 0.05;
  const alpha = new Float64Array(n);
  const order = identityOrder(n);
  let active = n;
  let bound = Number.POSITIVE_INFINITY;
  for (let epoch = 0; epoch < (options.epochs ?? 30); epoch++) {
    for (let i = active - 1; i > 0; i--) swap(order, i, random.below(i + 1));
    let worst = 0;
    for (let s = 0; s < active; s++) {
      const i = order[s]!;
      const sign = labels[i] === positive ? 1 : -1;
      const to = ptr[i + 1]!;
      let margin = weights[bias]!;
      for (let k = ptr[i]!; k < to; k++) margin += weights[index[k]!]! * value[k]!;
      const gradient = sign * margin - 1 + diagonal * alpha[i]!;
      let projected = gradient;
      if (alpha[i] === 0) {
        if (gradient > bound) {
          active--;
          swap(order, s, active);
          s--;
          continue;
        }
        projected = Math.min(gradient, 0);
      }
      worst = Math.max(worst, Math.abs(projected));
      if (Math.abs(projected) < 1e-10) continue;
      const before = alpha[i]!;
      const after = Math.max(0, before - gradient / (norms[i]! + diagonal));
      alpha[i] = after;
      const step = (after - before) * sign;
      weights[bias] = weights[bias]! + step;
      for (let k = ptr[i]!; k < to; k++) weights[index[k]!] = weights[index[k]!]! + step * value[k]!;
    }
    if (worst < tolerance) {
      if (active === n) break;
      active = n;
      bound = Number.POSITIVE_INFINITY;
    } else bound = worst;
  }
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}
