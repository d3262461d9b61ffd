// The parts of training that need nothing of each other, each a pure function of plain data: run one after the other here, or in threads.
import { svmScores } from './classifier.ts';
import type { Encoder } from './encoder.ts';
import { type Matrix, pickRows, type Rows, rowOf } from './matrix.ts';
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

export interface PartTypes {
  fold: { args: FoldArgs; result: Fold };
  net: { args: NetArgs; result: Net };
  svm: { args: Labelled; result: Matrix };
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
  encoder: ({ texts, options }) => trainEncoder(texts, options),
};

/** Deterministic: a thread gives the same bytes. */
export const trainPart = <K extends keyof PartTypes>(kind: K, args: PartTypes[K]['args']): PartTypes[K]['result'] =>
  PARTS[kind](args);

export const runHere: RunPart = async (kind, args) => trainPart(kind, args);

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
