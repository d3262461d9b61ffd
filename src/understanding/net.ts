// A small net over summed n-gram embeddings: hidden layer of 128, softmax. Trained online with Adagrad. Knows matrices only.
import {
  addRow,
  addRows,
  floatMatrix,
  type Levels,
  type Matrix,
  project,
  quantise,
  type Rows,
  type SparseRow,
} from './matrix.ts';
import { createRandom, identityOrder, shuffle } from './random.ts';

export type Activation = 'tanh' | 'relu';

export interface Net {
  activation: Activation;
  /** terms x hidden */
  input: Matrix;
  /** (hidden + 1) x classes; the last row is the bias. */
  output: Matrix;
}

export interface NetOptions {
  activation: Activation;
  seed: number;
  hidden?: number;
  epochs?: number;
  /** A small rate matters: .02 falling to 5 %; at .05 to .1 the same net loses 1 to 10 points. */
  rate?: number;
  smoothing?: number;
  inputDropout?: number;
  hiddenDropout?: number;
  onEpoch?: (epoch: number) => void;
}

/** Classes whose error is smaller are left alone in a step: most of them, and what they would learn is next to nothing. */
const ERROR_MIN = 0.002;

export function hiddenOf(net: Net, row: SparseRow): Float32Array {
  const hidden = project(row, net.input);
  for (let j = 0; j < hidden.length; j++) {
    hidden[j] = net.activation === 'tanh' ? Math.tanh(hidden[j]!) : Math.max(0, hidden[j]!);
  }
  return hidden;
}

export function netScores(net: Net, hidden: Float32Array): Float32Array {
  const out = new Float32Array(net.output.cols);
  addRow(out, net.output, hidden.length, 1);
  const active = new Int32Array(hidden.length);
  const value = new Float32Array(hidden.length);
  let count = 0;
  for (let j = 0; j < hidden.length; j++) {
    if (hidden[j] === 0) continue;
    active[count] = j;
    value[count++] = hidden[j]!;
  }
  addRows(out, net.output, active.subarray(0, count), value.subarray(0, count));
  return out;
}

export function quantiseNet(net: Net, levels: Levels): Net {
  return { activation: net.activation, input: quantise(net.input, levels), output: quantise(net.output) };
}

export function trainNet(rows: Rows, labels: Int32Array, terms: number, classes: number, options: NetOptions): Net {
  const trainer = createTrainer(rows, terms, classes, options);
  const order = identityOrder(labels.length);
  const epochs = options.epochs ?? 20;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = (options.rate ?? 0.02) * (1 - (0.95 * epoch) / epochs);
    shuffle(order, trainer.random);
    for (let t = 0; t < order.length; t++) trainer.step(order[t]!, labels[order[t]!]!, rate);
    options.onEpoch?.(epoch);
  }
  const hidden = options.hidden ?? 128;
  return {
    activation: options.activation,
    input: floatMatrix(terms, hidden, trainer.input),
    output: floatMatrix(hidden + 1, classes, trainer.output),
  };
}

// One closure holds all buffers, so that a step allocates nothing.
function createTrainer(rows: Rows, terms: number, classes: number, options: NetOptions) {
  const size = options.hidden ?? 128;
  const smoothing = options.smoothing ?? 0.05;
  const inputDropout = options.inputDropout ?? 0.3;
  const hiddenDropout = options.hiddenDropout ?? (options.activation === 'tanh' ? 0.3 : 0.5);
  const inputScale = 1 / (1 - inputDropout);
  const hiddenScale = 1 / (1 - hiddenDropout);
  const isTanh = options.activation === 'tanh';
  const random = createRandom(options.seed);
  const input = new Float32Array(terms * size);
  for (let i = 0; i < input.length; i++) input[i] = 0.03 * random.normal();
  const output = new Float32Array((size + 1) * classes);
  const spread = 1 / Math.sqrt(size);
  for (let i = 0; i < size * classes; i++) output[i] = spread * random.normal();
  const inputSquares = new Float32Array(terms);
  const outputSquares = new Float32Array(output.length);
  const { ptr, index, value } = rows;
  const pre = new Float32Array(size);
  const mask = new Float32Array(size);
  const act = new Float32Array(size);
  const back = new Float32Array(size);
  const error = new Float32Array(classes);
  const active = new Int32Array(classes);
  let activeCount = 0;
  let longest = 0;
  for (let i = 0; i + 1 < ptr.length; i++) longest = Math.max(longest, ptr[i + 1]! - ptr[i]!);
  const kept = new Int32Array(longest);

  const forward = (row: number): number => {
    let count = 0;
    pre.fill(0);
    for (let k = ptr[row]!; k < ptr[row + 1]!; k++) {
      if (random.next() < inputDropout) continue;
      kept[count++] = k;
      const weight = value[k]! * inputScale;
      const start = index[k]! * size;
      for (let c = 0; c < size; c++) pre[c] = pre[c]! + weight * input[start + c]!;
    }
    const bias = size * classes;
    for (let c = 0; c < classes; c++) error[c] = output[bias + c]!;
    for (let j = 0; j < size; j++) {
      const on = random.next() >= hiddenDropout;
      mask[j] = on ? hiddenScale : 0;
      const plain = isTanh ? Math.tanh(pre[j]!) : Math.max(0, pre[j]!);
      const a = on ? plain * hiddenScale : 0;
      act[j] = a;
      if (a === 0) continue;
      const start = j * classes;
      for (let c = 0; c < classes; c++) error[c] = error[c]! + a * output[start + c]!;
    }
    return count;
  };

  const softmaxError = (label: number): void => {
    let top = error[0]!;
    for (let c = 1; c < classes; c++) if (error[c]! > top) top = error[c]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(error[c]! - top);
      error[c] = e;
      sum += e;
    }
    const share = smoothing / classes;
    for (let c = 0; c < classes; c++) error[c] = error[c]! / sum - share;
    error[label] = error[label]! - (1 - smoothing);
    activeCount = 0;
    for (let c = 0; c < classes; c++) if (Math.abs(error[c]!) > ERROR_MIN) active[activeCount++] = c;
  };

  const outputStep = (rate: number): void => {
    for (let j = 0; j < size; j++) {
      if (mask[j] === 0) {
        back[j] = 0;
        continue;
      }
      const start = j * classes;
      const a = act[j]!;
      let pull = 0;
      for (let k = 0; k < activeCount; k++) {
        const c = active[k]!;
        const at = start + c;
        const weight = output[at]!;
        pull += weight * error[c]!;
        const d = a * error[c]!;
        const squares = outputSquares[at]! + d * d;
        outputSquares[at] = squares;
        output[at] = weight - (rate * d) / Math.sqrt(squares + 1e-8);
      }
      const plain = a / mask[j]!;
      back[j] = pull * mask[j]! * (isTanh ? 1 - plain * plain : pre[j]! > 0 ? 1 : 0);
    }
    const bias = size * classes;
    for (let k = 0; k < activeCount; k++) {
      const c = active[k]!;
      const d = error[c]!;
      outputSquares[bias + c] = outputSquares[bias + c]! + d * d;
      output[bias + c] = output[bias + c]! - (rate * d) / Math.sqrt(outputSquares[bias + c]! + 1e-8);
    }
  };

  const inputStep = (count: number, rate: number): void => {
    let mean = 0;
    for (let c = 0; c < size; c++) mean += back[c]! * back[c]!;
    mean /= size;
    for (let t = 0; t < count; t++) {
      const term = index[kept[t]!]!;
      const weight = value[kept[t]!]! * inputScale;
      inputSquares[term] = inputSquares[term]! + weight * weight * mean;
      const pull = (rate * weight) / Math.sqrt(inputSquares[term]! + 1e-10);
      const start = term * size;
      for (let c = 0; c < size; c++) input[start + c] = input[start + c]! - pull * back[c]!;
    }
  };

  return {
    random,
    input,
    output,
    step(row: number, label: number, rate: number): void {
      const count = forward(row);
      softmaxError(label);
      outputStep(rate);
      inputStep(count, rate);
    },
  };
}
