// Names the intent of a message: a linear SVM blended with small nets, and a calibrated probability of being right.
import { applyLogistic, type Logistic, logit } from './calibration.ts';
import { type Vectoriser, vectorise } from './features.ts';
import { addRow, type Matrix, project, type SparseRow, softmax } from './matrix.ts';
import { hiddenOf, type Net, netScores } from './net.ts';

export interface Classifier {
  labels: string[];
  vectoriser: Vectoriser;
  svm: Matrix;
  nets: Net[];
  /** Share of the SVM in the blend of log-probabilities. */
  svmWeight: number;
  /** Added to the logarithm of each label's share: takes back what a label owes to its many examples alone. */
  offsets: Float32Array;
  /** From the features of `evidence` to the probability that the top label is right; fitted on held-out folds. */
  confidence: Logistic;
  /** The label that stands for "none of these", or -1. */
  outside: number;
  /** Below this confidence the message is "none of these" even when another label is on top. 0 when there is no such label. */
  rejectBelow: number;
}

export interface Prediction {
  /** Probability per label, blended, not calibrated. */
  shares: Float32Array;
  /** Best label that is not "none of these". */
  top: number;
  /** Calibrated probability that `top` is right. */
  confidence: number;
  /** True when the message is none of these. */
  outside: boolean;
}

const SVM_TEMPERATURE = 0.25;
const FLOOR = 1e-7;

export function predict(classifier: Classifier, text: string): Prediction {
  return predictRow(classifier, vectorise(classifier.vectoriser, text));
}

export function predictRow(classifier: Classifier, row: SparseRow): Prediction {
  const scores = svmScores(classifier.svm, row);
  const nets = classifier.nets.map((net) => netScores(net, hiddenOf(net, row)));
  return judge(classifier, scores, nets);
}

/** Joins the scores of the parts; the trainer calls it with held-out scores. */
export function judge(
  classifier: Pick<Classifier, 'svmWeight' | 'offsets' | 'confidence' | 'outside' | 'rejectBelow'>,
  svm: Float32Array,
  nets: readonly Float32Array[],
): Prediction {
  const shares = blend(svm, nets, classifier);
  const top = topLabel(shares, classifier.outside);
  const confidence = applyLogistic(classifier.confidence, evidence(shares, svm, nets, top, classifier.outside));
  const isOutside =
    classifier.outside >= 0 && (shares[classifier.outside]! > shares[top]! || confidence < classifier.rejectBelow);
  return { shares, top, confidence, outside: isOutside };
}

export function svmScores(svm: Matrix, row: SparseRow): Float32Array {
  const out = project(row, svm);
  addRow(out, svm, svm.rows - 1, 1);
  return out;
}

export function blend(
  svm: Float32Array,
  nets: readonly Float32Array[],
  { svmWeight, offsets }: Pick<Classifier, 'svmWeight' | 'offsets'>,
): Float32Array {
  const fromSvm = softmax(svm, SVM_TEMPERATURE);
  const mean = new Float32Array(svm.length);
  for (const scores of nets) {
    const shares = softmax(scores);
    for (let c = 0; c < mean.length; c++) mean[c] = mean[c]! + shares[c]! / nets.length;
  }
  const weight = nets.length === 0 ? 1 : svmWeight;
  const joined = new Float32Array(svm.length);
  for (let c = 0; c < joined.length; c++) {
    joined[c] = weight * Math.log(fromSvm[c]! + FLOOR) + (1 - weight) * Math.log(mean[c]! + FLOOR) + offsets[c]!;
  }
  return softmax(joined);
}

export function topLabel(shares: Float32Array, outside: number): number {
  let top = outside === 0 ? 1 : 0;
  for (let c = 0; c < shares.length; c++) if (c !== outside && shares[c]! > shares[top]!) top = c;
  return top;
}

/** What speaks for the top label being right. All grow with certainty. */
export function evidence(
  shares: Float32Array,
  svm: Float32Array,
  nets: readonly Float32Array[],
  top: number,
  outside: number,
): number[] {
  let second = 0;
  let entropy = 0;
  for (let c = 0; c < shares.length; c++) {
    const p = shares[c]!;
    if (c !== top && p > second) second = p;
    entropy -= p * Math.log(p + 1e-12);
  }
  let energy = 0;
  for (const scores of nets) energy += scores[top]! / nets.length;
  const none = outside >= 0 ? shares[outside]! : 0;
  return [logit(shares[top]!), Math.log((shares[top]! + 1e-6) / (second + 1e-6)), -entropy, svm[top]!, energy, -none];
}
