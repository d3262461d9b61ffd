// Row-major matrices, plain or int8 with one scale per row, and the sparse rows that meet them. Knows nothing of text.
import { addRowsFast } from './kernel.ts';

/** Sparse rows (CSR): row i holds `index[ptr[i]..ptr[i+1]]` with the values beside it. */
export interface Rows {
  ptr: Int32Array;
  index: Int32Array;
  value: Float32Array;
}

export interface SparseRow {
  index: Int32Array;
  value: Float32Array;
}

/** `data` is rows x cols. With `scale` the data are int8 and the true value is `data * scale[row]`. */
export interface Matrix {
  rows: number;
  cols: number;
  data: Int8Array | Float32Array;
  scale: Float32Array | null;
}

export function floatMatrix(rows: number, cols: number, data: Float32Array): Matrix {
  return { rows, cols, data, scale: null };
}

/** Steps on each side of zero: a whole byte for a weight, or half of one where there are very many. */
export type Levels = 127 | 7;

/** Of a row's largest weight, what the scale may be made for: with few steps it pays to cut off the rare large ones. */
const CUTS: Record<Levels, readonly number[]> = { 127: [1], 7: [1, 0.9, 0.8, 0.7, 0.6, 0.5] };

/**
 * Whole numbers with one scale per row. 127 levels were measured to cost nothing in accuracy and a quarter of the size; 7 cost
 * nothing for nets and encoder of a large set (golden questions: within a tenth of a point), and half of that again.
 */
export function quantise(matrix: Matrix, levels: Levels = 127): Matrix {
  if (matrix.scale !== null) return matrix;
  const { rows, cols } = matrix;
  const data = new Int8Array(rows * cols);
  const scale = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const row = matrix.data.subarray(r * cols, (r + 1) * cols);
    const unit = unitFor(row, levels);
    scale[r] = unit;
    for (let c = 0; c < cols; c++) data[r * cols + c] = step(row[c]!, unit, levels);
  }
  return { rows, cols, data, scale };
}

const step = (weight: number, unit: number, levels: Levels): number =>
  Math.max(-levels, Math.min(levels, Math.round(weight / unit)));

/** The scale with the least squared error. */
function unitFor(row: ArrayLike<number>, levels: Levels): number {
  let top = 0;
  for (let c = 0; c < row.length; c++) top = Math.max(top, Math.abs(row[c]!));
  let best = { unit: top / levels || 1, error: Number.POSITIVE_INFINITY };
  if (CUTS[levels].length === 1) return best.unit;
  for (const cut of CUTS[levels]) {
    const unit = (cut * top) / levels || 1;
    let error = 0;
    for (let c = 0; c < row.length; c++) error += (row[c]! - unit * step(row[c]!, unit, levels)) ** 2;
    if (error < best.error) best = { unit, error };
  }
  return best.unit;
}

/** out += factor * row. */
export function addRow(out: Float32Array, matrix: Matrix, row: number, factor: number): void {
  const { cols, data } = matrix;
  const weight = matrix.scale === null ? factor : factor * matrix.scale[row]!;
  const start = row * cols;
  for (let c = 0; c < cols; c++) out[c] = out[c]! + weight * data[start + c]!;
}

/** The sparse row times the matrix. */
export function project(row: SparseRow, matrix: Matrix): Float32Array {
  const out = new Float32Array(matrix.cols);
  addRows(out, matrix, row.index, row.value);
  return out;
}

/** out += the sum of value[k] * row index[k]. Eight rows at a time: reading and writing `out` is half of the work otherwise. */
export function addRows(out: Float32Array, matrix: Matrix, index: Int32Array, value: Float32Array): void {
  const { cols, data, scale } = matrix;
  if (scale !== null && addRowsFast(out, data as Int8Array, scale, index, value)) return;
  const weight = (k: number): number => (scale === null ? value[k]! : value[k]! * scale[index[k]!]!);
  let k = 0;
  for (; k + 8 <= index.length; k += 8) {
    const w0 = weight(k);
    const w1 = weight(k + 1);
    const w2 = weight(k + 2);
    const w3 = weight(k + 3);
    const w4 = weight(k + 4);
    const w5 = weight(k + 5);
    const w6 = weight(k + 6);
    const w7 = weight(k + 7);
    let r0 = index[k]! * cols;
    let r1 = index[k + 1]! * cols;
    let r2 = index[k + 2]! * cols;
    let r3 = index[k + 3]! * cols;
    let r4 = index[k + 4]! * cols;
    let r5 = index[k + 5]! * cols;
    let r6 = index[k + 6]! * cols;
    let r7 = index[k + 7]! * cols;
    for (let c = 0; c < cols; c++) {
      const low = w0 * data[r0++]! + w1 * data[r1++]! + w2 * data[r2++]! + w3 * data[r3++]!;
      const high = w4 * data[r4++]! + w5 * data[r5++]! + w6 * data[r6++]! + w7 * data[r7++]!;
      out[c] = out[c]! + (low + high);
    }
  }
  for (; k < index.length; k++) addRow(out, matrix, index[k]!, value[k]!);
}

/** Makes the vector unit length in place; a zero vector stays zero. */
export function normaliseVector(vector: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  if (sum === 0) return vector;
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * factor;
  return vector;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function softmax(scores: Float32Array, temperature = 1): Float32Array {
  const out = new Float32Array(scores.length);
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) top = Math.max(top, scores[i]!);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const value = Math.exp((scores[i]! - top) / temperature);
    out[i] = value;
    sum += value;
  }
  for (let i = 0; i < scores.length; i++) out[i] = out[i]! / sum;
  return out;
}

/** Rows of a subset, in the order of `which`. */
export function pickRows(rows: Rows, which: ArrayLike<number>): Rows {
  let size = 0;
  for (let i = 0; i < which.length; i++) size += rows.ptr[which[i]! + 1]! - rows.ptr[which[i]!]!;
  const ptr = new Int32Array(which.length + 1);
  const index = new Int32Array(size);
  const value = new Float32Array(size);
  let at = 0;
  for (let i = 0; i < which.length; i++) {
    const from = rows.ptr[which[i]!]!;
    const to = rows.ptr[which[i]! + 1]!;
    index.set(rows.index.subarray(from, to), at);
    value.set(rows.value.subarray(from, to), at);
    at += to - from;
    ptr[i + 1] = at;
  }
  return { ptr, index, value };
}

export function rowOf(rows: Rows, i: number): SparseRow {
  const from = rows.ptr[i]!;
  const to = rows.ptr[i + 1]!;
  return { index: rows.index.subarray(from, to), value: rows.value.subarray(from, to) };
}
