// The parts of training that need nothing of each other, each a pure function of plain data: run one after the other here, or in threads.
import { svmScores } from './classifier.ts';
import type { Encoder } from './encoder.ts';
import { floatMatrix, type Matrix, pickRows, quantise, type Rows, rowOf } from './matrix.ts';
import { type Activation, hiddenOf, type Net, netScores, trainNet } from './net.ts';
import { trainSvm } from './svm.ts';
import { type GroupedText, type TrainEncoderOptions, trainEncoder } from './train-encoder.ts';

/** Labelled rows of n-grams; `labels[i]` belongs to row i. */
export interface Labelled {
  rows: Rows;
  labels: Int32Array;
  terms: number;
  classes: number;
}

export interface NetArgs extends Labelled {
  activation: Activation;
  seed: number;
  epochs: number;
  hidden: number;
  rate: number;
}

export interface FoldArgs extends NetArgs {
  foldOf: Int32Array;
  fold: number;
}

/** What was learned without one fold, and what it says about that fold: `svm[k]` and `nets[k]` are about row `held[k]`. */
export interface Fold {
  net: Net;
  held: Int32Array;
  svm: Float32Array[];
  nets: Float32Array[];
}

export interface DirectionArgs {
  rows: Rows;
  /** 1 for the rows it should point at, 0 for the others. */
  labels: Int32Array;
  terms: number;
  /** Rows of one fold are judged by what was learned from the others. */
  foldOf: Int32Array;
  folds: number;
}

/** One direction among the n-grams, and what it says about each row without having learned from it. */
export interface Direction {
  weights: Matrix;
  heldOut: Float32Array;
}

export interface PartTypes {
  fold: { args: FoldArgs; result: Fold };
  net: { args: NetArgs; result: Net };
  svm: { args: Labelled; result: Matrix };
  direction: { args: DirectionArgs; result: Direction };
  encoder: { args: { texts: readonly GroupedText[]; options: TrainEncoderOptions }; result: Encoder };
}

export type RunPart = <K extends keyof PartTypes>(
  kind: K,
  args: PartTypes[K]['args'],
) => Promise<PartTypes[K]['result']>;

const PARTS: { [K in keyof PartTypes]: (args: PartTypes[K]['args']) => PartTypes[K]['result'] } = {
  fold: trainFold,
  net: (args) => trainNet(args.rows, args.labels, args.terms, args.classes, args),
  svm: ({ rows, labels, terms, classes }) => trainSvm(rows, labels, terms, classes),
  direction: trainDirection,
  encoder: ({ texts, options }) => trainEncoder(texts, options),
};

/** Deterministic: a thread gives the same bytes. */
export const trainPart = <K extends keyof PartTypes>(kind: K, args: PartTypes[K]['args']): PartTypes[K]['result'] =>
  PARTS[kind](args);

export const runHere: RunPart = async (kind, args) => trainPart(kind, args);

function trainDirection({ rows, labels, terms, foldOf, folds }: DirectionArgs): Direction {
  const learn = (which: readonly number[]) =>
    onlyPositive(
      trainSvm(
        pickRows(rows, which),
        Int32Array.from(which, (i) => labels[i]!),
        terms,
        2,
      ),
    );
  const all = [...labels.keys()];
  const heldOut = new Float32Array(labels.length);
  for (let fold = 0; fold < folds; fold++) {
    const weights = learn(all.filter((i) => foldOf[i] !== fold));
    for (const i of all) if (foldOf[i] === fold) heldOut[i] = svmScores(weights, rowOf(rows, i))[0]!;
  }
  return { weights: quantise(learn(all)), heldOut };
}

/** The second of two columns: the first is its mirror image. */
function onlyPositive({ rows, data }: Matrix): Matrix {
  return floatMatrix(
    rows,
    1,
    Float32Array.from({ length: rows }, (_, r) => data[2 * r + 1]!),
  );
}

function trainFold({ foldOf, fold, ...args }: FoldArgs): Fold {
  const held = Int32Array.from([...args.labels.keys()].filter((i) => foldOf[i] === fold));
  const inside = [...args.labels.keys()].filter((i) => foldOf[i] !== fold);
  const rows = pickRows(args.rows, inside);
  const labels = Int32Array.from(inside, (i) => args.labels[i]!);
  const svm = trainSvm(rows, labels, args.terms, args.classes);
  const net = trainNet(rows, labels, args.terms, args.classes, args);
  const about = Array.from(held, (i) => rowOf(args.rows, i));
  return {
    net,
    held,
    svm: about.map((row) => svmScores(svm, row)),
    nets: about.map((row) => netScores(net, hiddenOf(net, row))),
  };
}
