// Trains the encoder contrastively: texts of one group are pulled together, all others in the batch pushed apart.
import { type Encoder, encoderOf } from './encoder.ts';
import { detectCut, fitVectoriser, vectoriseAll } from './features.ts';
import { floatMatrix, type Matrix, quantise, type Rows } from './matrix.ts';
import { createRandom, identityOrder, type Random, shuffle } from './random.ts';

export interface GroupedText {
  text: string;
  /** Texts of one group mean the same. */
  group: string;
  /** An example and an entry of one kin neither attract nor repel: nobody said that this entry answers this example. */
  kin?: { name: string; side: 'example' | 'entry' };
}

export interface TrainEncoderOptions {
  /** A multiple of four. */
  dimensions?: number;
  tables?: number;
  epochs?: number;
  batch?: number;
  temperature?: number;
  rate?: number;
  dropout?: number;
  seed?: number;
  quantised?: boolean;
  onProgress?: (share: number) => void;
}

/** So many texts are learned in fewer rounds, in fewer dimensions, over terms seen twice: the model stays small and the wait short. */
const MANY = 10_000;
const FOR_MANY = { dimensions: 96, epochs: 8 };

/** Deterministic. Texts alone in their group are only seen as strangers of the others. */
export function trainEncoder(texts: readonly GroupedText[], options: TrainEncoderOptions = {}): Encoder {
  const all = texts.map((text) => text.text);
  const isMany = all.length > MANY;
  const vectoriser = fitVectoriser(all, { cut: detectCut(all), dfMin: isMany ? 2 : 1 });
  const rows = vectoriseAll(vectoriser, all);
  const tables: Matrix[] = [];
  const count = options.tables ?? 1;
  for (let t = 0; t < count; t++) {
    const table = trainTable(rows, vectoriser.terms.size, grouping(texts), {
      ...(isMany ? FOR_MANY : {}),
      ...options,
      seed: (options.seed ?? 0) + t,
      onProgress: (share) => options.onProgress?.((t + share) / count),
    });
    tables.push(options.quantised === false ? table : quantise(table, isMany ? 7 : 127));
  }
  return encoderOf(vectoriser, tables);
}

interface Grouping {
  groupOf: Int32Array;
  /** Positive for examples, negative for entries, 0 without kin. */
  kinOf: Int32Array;
  members: Int32Array[];
}

function grouping(texts: readonly GroupedText[]): Grouping {
  const groups = new Map<string, number[]>();
  const kins = new Map<string, number>();
  texts.forEach((text, i) => {
    const list = groups.get(text.group);
    if (list === undefined) groups.set(text.group, [i]);
    else list.push(i);
    if (text.kin !== undefined && !kins.has(text.kin.name)) kins.set(text.kin.name, kins.size + 1);
  });
  const at = new Map([...groups.keys()].map((name, i) => [name, i]));
  return {
    groupOf: Int32Array.from(texts, (text) => at.get(text.group)!),
    kinOf: Int32Array.from(texts, ({ kin }) =>
      kin === undefined ? 0 : kins.get(kin.name)! * (kin.side === 'entry' ? -1 : 1),
    ),
    members: [...groups.values()].map((list) => Int32Array.from(list)),
  };
}

function trainTable(rows: Rows, terms: number, groups: Grouping, options: TrainEncoderOptions): Matrix {
  const size = options.dimensions ?? 128;
  const random = createRandom(1000 + (options.seed ?? 0));
  const table = new Float32Array(terms * size);
  for (let i = 0; i < table.length; i++) table[i] = 0.1 * random.normal();
  const anchors = identityOrder(groups.groupOf.length).filter((i) => groups.members[groups.groupOf[i]!]!.length > 1);
  const batch = Math.min(options.batch ?? 256, anchors.length);
  const epochs = options.epochs ?? 15;
  const step = createStep(rows, terms, table, groups, size, batch, options, random);
  const left = new Int32Array(batch);
  const right = new Int32Array(batch);
  for (let epoch = 0; epoch < epochs && batch > 1; epoch++) {
    shuffle(anchors, random);
    const rate = (options.rate ?? 0.03) * (1 - (0.9 * epoch) / epochs);
    for (let start = 0; start + batch <= anchors.length; start += batch) {
      for (let b = 0; b < batch; b++) {
        left[b] = anchors[start + b]!;
        right[b] = partner(left[b]!, groups, random);
      }
      step(left, right, rate);
    }
    options.onProgress?.((epoch + 1) / epochs);
  }
  return floatMatrix(terms, size, table);
}

function partner(i: number, groups: Grouping, random: Random): number {
  const members = groups.members[groups.groupOf[i]!]!;
  let other = i;
  while (other === i) other = members[random.below(members.length)]!;
  return other;
}

// One closure holds all buffers of a batch: a step allocates nothing.
function createStep(
  rows: Rows,
  terms: number,
  table: Float32Array,
  groups: Grouping,
  size: number,
  batch: number,
  options: TrainEncoderOptions,
  random: Random,
): (left: Int32Array, right: Int32Array, rate: number) => void {
  const dropout = options.dropout ?? 0.5;
  const temperature = options.temperature ?? 0.1;
  const squares = new Float32Array(terms);
  const a = side(batch, size, rows);
  const b = side(batch, size, rows);
  const similarity = new Float32Array(batch * batch);
  const gradient = new Float32Array(batch * batch);
  return (left, right, rate) => {
    embed(a, left, rows, table, size, dropout, random);
    embed(b, right, rows, table, size, dropout, random);
    similarities(a.unit, b.unit, similarity, batch, size, 1 / temperature);
    gradient.fill(0);
    pull(similarity, gradient, batch, left, right, groups, 1, batch);
    pull(similarity, gradient, batch, right, left, groups, batch, 1);
    spread(gradient, a, b, batch, size, 1 / (temperature * 2 * batch));
    update(a, left, rows, table, squares, size, rate);
    update(b, right, rows, table, squares, size, rate);
  };
}

interface Side {
  unit: Float32Array;
  norm: Float32Array;
  slope: Float32Array;
  kept: Uint8Array[];
}

function side(batch: number, size: number, rows: Rows): Side {
  let longest = 1;
  for (let i = 0; i + 1 < rows.ptr.length; i++) longest = Math.max(longest, rows.ptr[i + 1]! - rows.ptr[i]!);
  return {
    unit: new Float32Array(batch * size),
    norm: new Float32Array(batch),
    slope: new Float32Array(batch * size),
    kept: Array.from({ length: batch }, () => new Uint8Array(longest)),
  };
}

function embed(
  to: Side,
  which: Int32Array,
  rows: Rows,
  table: Float32Array,
  size: number,
  dropout: number,
  random: Random,
): void {
  to.unit.fill(0);
  for (let i = 0; i < which.length; i++) {
    const from = rows.ptr[which[i]!]!;
    const until = rows.ptr[which[i]! + 1]!;
    const base = i * size;
    const kept = to.kept[i]!;
    for (let k = from; k < until; k++) {
      const on = random.next() >= dropout;
      kept[k - from] = on ? 1 : 0;
      if (!on) continue;
      const weight = rows.value[k]!;
      const start = rows.index[k]! * size;
      for (let c = 0; c < size; c++) to.unit[base + c] = to.unit[base + c]! + weight * table[start + c]!;
    }
    let sum = 1e-12;
    for (let c = 0; c < size; c++) sum += to.unit[base + c]! ** 2;
    const norm = Math.sqrt(sum);
    to.norm[i] = norm;
    for (let c = 0; c < size; c++) to.unit[base + c] = to.unit[base + c]! / norm;
  }
}

function similarities(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  batch: number,
  size: number,
  factor: number,
): void {
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < batch; j++) {
      const p = i * size;
      const q = j * size;
      // Four sums instead of one: a single chain of additions would wait for itself at every step.
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let c = 0; c < size; c += 4) {
        s0 += a[p + c]! * b[q + c]!;
        s1 += a[p + c + 1]! * b[q + c + 1]!;
        s2 += a[p + c + 2]! * b[q + c + 2]!;
        s3 += a[p + c + 3]! * b[q + c + 3]!;
      }
      out[i * batch + j] = (s0 + s1 + s2 + s3) * factor;
    }
  }
}

/** Adds softmax minus target of every line (rows, or columns when the strides are swapped) to the gradient. */
function pull(
  similarity: Float32Array,
  gradient: Float32Array,
  batch: number,
  left: Int32Array,
  right: Int32Array,
  groups: Grouping,
  inner: number,
  outer: number,
): void {
  const { groupOf, kinOf } = groups;
  const state = new Uint8Array(batch);
  for (let i = 0; i < batch; i++) {
    const group = groupOf[left[i]!]!;
    const kin = kinOf[left[i]!]!;
    let friends = 0;
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < batch; j++) {
      const isFriend = groupOf[right[j]!] === group;
      const isNeutral = !isFriend && kin !== 0 && kinOf[right[j]!] === -kin;
      state[j] = isFriend ? 1 : isNeutral ? 2 : 0;
      if (isFriend) friends++;
      if (!isNeutral) top = Math.max(top, similarity[i * outer + j * inner]!);
    }
    let sum = 0;
    for (let j = 0; j < batch; j++) if (state[j] !== 2) sum += Math.exp(similarity[i * outer + j * inner]! - top);
    for (let j = 0; j < batch; j++) {
      if (state[j] === 2) continue;
      const at = i * outer + j * inner;
      gradient[at] = gradient[at]! + Math.exp(similarity[at]! - top) / sum - (state[j] === 1 ? 1 / friends : 0);
    }
  }
}

/** Adds to one slope what all texts of the other side pull, four at a time: reading and writing the slope is half of the work. */
function addPulls(
  slope: Float32Array,
  row: number,
  units: Float32Array,
  gradient: Float32Array,
  first: number,
  stride: number,
  batch: number,
  size: number,
  factor: number,
): void {
  const base = row * size;
  for (let j = 0; j < batch; j += 4) {
    const at = first + j * stride;
    const g0 = gradient[at]! * factor;
    const g1 = j + 1 < batch ? gradient[at + stride]! * factor : 0;
    const g2 = j + 2 < batch ? gradient[at + 2 * stride]! * factor : 0;
    const g3 = j + 3 < batch ? gradient[at + 3 * stride]! * factor : 0;
    // beyond the batch the pull is zero, so any row does
    const u0 = j * size;
    const u1 = Math.min(j + 1, batch - 1) * size;
    const u2 = Math.min(j + 2, batch - 1) * size;
    const u3 = Math.min(j + 3, batch - 1) * size;
    for (let c = 0; c < size; c++) {
      const pulled = g0 * units[u0 + c]! + g1 * units[u1 + c]! + (g2 * units[u2 + c]! + g3 * units[u3 + c]!);
      slope[base + c] = slope[base + c]! + pulled;
    }
  }
}

/** From the gradient of the similarities to that of the sums before they were made unit length. */
function spread(gradient: Float32Array, a: Side, b: Side, batch: number, size: number, factor: number): void {
  a.slope.fill(0);
  b.slope.fill(0);
  for (let i = 0; i < batch; i++) {
    addPulls(a.slope, i, b.unit, gradient, i * batch, 1, batch, size, factor);
    addPulls(b.slope, i, a.unit, gradient, i, batch, batch, size, factor);
  }
  for (const one of [a, b]) {
    for (let i = 0; i < batch; i++) {
      const p = i * size;
      let along = 0;
      for (let c = 0; c < size; c++) along += one.slope[p + c]! * one.unit[p + c]!;
      for (let c = 0; c < size; c++) one.slope[p + c] = (one.slope[p + c]! - along * one.unit[p + c]!) / one.norm[i]!;
    }
  }
}

/** Adagrad with one accumulator per n-gram. */
function update(
  of: Side,
  which: Int32Array,
  rows: Rows,
  table: Float32Array,
  squares: Float32Array,
  size: number,
  rate: number,
): void {
  for (let i = 0; i < which.length; i++) {
    const p = i * size;
    let mean = 0;
    for (let c = 0; c < size; c++) mean += of.slope[p + c]! ** 2;
    mean /= size;
    const from = rows.ptr[which[i]!]!;
    const until = rows.ptr[which[i]! + 1]!;
    for (let k = from; k < until; k++) {
      if (of.kept[i]![k - from] === 0) continue;
      const term = rows.index[k]!;
      const weight = rows.value[k]!;
      squares[term] = squares[term]! + weight * weight * mean;
      const push = (rate * weight) / Math.sqrt(squares[term]! + 1e-14);
      const start = term * size;
      for (let c = 0; c < size; c++) table[start + c] = table[start + c]! - push * of.slope[p + c]!;
    }
  }
}
