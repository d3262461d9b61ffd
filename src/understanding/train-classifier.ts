// Trains the intent classifier. Each net learns on all folds but one, so the ensemble gives its own held-out scores for free.
import { fitLogistic } from './calibration.ts';
import { blend, type Classifier, evidence, judge, topLabel } from './classifier.ts';
import { detectCut, fitVectoriser, type Vectoriser, vectoriseAll } from './features.ts';
import { quantise } from './matrix.ts';
import { quantiseNet } from './net.ts';
import { type Labelled, type RunPart, runHere } from './train-parts.ts';

export interface LabelledText {
  text: string;
  label: string;
}

export interface TrainClassifierOptions {
  /** The label that stands for "none of these". */
  outside?: string;
  /** Nets and folds; the last net is relu when there are four or more. */
  folds?: number;
  epochs?: number;
  /** How much of the logarithm of a label's number of examples is taken back: 0 where examples come as often as messages do. */
  levelling?: number;
  /** false keeps 32-bit weights; only the test of the quantisation wants that. */
  quantised?: boolean;
}

/** What the classifier said about each training text without having learned from it. */
export interface HeldOut {
  /** Index of the training row. */
  row: number;
  shares: Float32Array;
  top: number;
  confidence: number;
  right: boolean;
}

export interface TrainedClassifier {
  classifier: Classifier;
  heldOut: HeldOut[];
}

/** Sets this small lose more by a missing fold than by the time of one more net each. */
const FEW = 3_000;
/** From so many Chinese rows on, nets of half the width in fewer rounds over terms seen three times: a third of the size and time. */
const MANY = 8_000;

/**
 * Deterministic: the same rows in the same order give the same bytes, wherever `run` runs the parts. The nets of the folds
 * judge what they have not seen, so the calibration is honest; with few examples, nets that saw all of them do the work.
 */
export async function trainClassifier(
  examples: readonly LabelledText[],
  options: TrainClassifierOptions = {},
  run: RunPart = runHere,
): Promise<TrainedClassifier> {
  const names = [...new Set(examples.map((example) => example.label))].sort();
  const at = new Map(names.map((name, i) => [name, i]));
  const labels = Int32Array.from(examples, (example) => at.get(example.label)!);
  const texts = examples.map((example) => example.text);
  const vectoriser = vectoriserFor(texts);
  const data = { rows: vectoriseAll(vectoriser, texts), labels, terms: vectoriser.terms.size, classes: names.length };
  const outside = options.outside === undefined ? -1 : (at.get(options.outside) ?? -1);
  const isFew = examples.length < FEW;
  const isMany = vectoriser.cut === 'zh' && examples.length > MANY;
  const svmWeight = vectoriser.cut === 'en' && isFew ? 0.1 : 0.25;
  const { svm, nets, heldOutSvm, heldOutNets } = await trainParts(data, { isFew, isMany }, options, run);
  const shape = {
    svmWeight,
    offsets: offsetsFor(labels, names.length, options.levelling ?? 0),
    outside,
    rejectBelow: 0,
  };
  const features: number[][] = [];
  const right: boolean[] = [];
  for (let i = 0; i < labels.length; i++) {
    const shares = blend(heldOutSvm[i]!, [heldOutNets[i]!], shape);
    const top = topLabel(shares, outside);
    features.push(evidence(shares, heldOutSvm[i]!, [heldOutNets[i]!], top, outside));
    right.push(top === labels[i]);
  }
  const confidence = fitLogistic(features, right);
  const heldOut = Array.from(labels, (_, i) => {
    const { shares, top, confidence: sure } = judge({ ...shape, confidence }, heldOutSvm[i]!, [heldOutNets[i]!]);
    return { row: i, shares, top, confidence: sure, right: right[i]! };
  });
  const small = () => ({ svm: quantise(svm), nets: nets.map((net) => quantiseNet(net, isMany ? 7 : 127)) });
  const packed = options.quantised === false ? { svm, nets } : small();
  const rejectBelow = outside < 0 ? 0 : rejectionThreshold(heldOut, labels, outside);
  return { classifier: { labels: names, vectoriser, ...packed, ...shape, confidence, rejectBelow }, heldOut };
}

/** 0 for a label of the usual size. */
function offsetsFor(labels: Int32Array, classes: number, levelling: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = counts[label]! + 1;
  const usual = counts.toSorted()[classes >> 1] ?? 1;
  return Float32Array.from(counts, (count) => -levelling * Math.log(Math.max(1, count) / usual));
}

async function trainParts(
  data: Labelled,
  { isFew, isMany }: { isFew: boolean; isMany: boolean },
  options: TrainClassifierOptions,
  run: RunPart,
) {
  const folds = options.folds ?? 4;
  const epochs = options.epochs ?? (isMany ? 12 : 20);
  const hidden = isMany ? 64 : 128;
  // The fewer rounds want longer steps: .03 in 12 rounds is as good as .02 in 20 (golden questions 93.9 % right instead of 93.4 %).
  const rate = isMany ? 0.03 : 0.02;
  const foldOf = assignFolds(data.labels, folds);
  const shapes = Array.from({ length: folds }, (_, fold) => ({
    activation: fold === 3 ? ('relu' as const) : ('tanh' as const),
    seed: fold,
    epochs,
    hidden,
    rate,
  }));
  const [done, whole, svm] = await Promise.all([
    Promise.all(shapes.map((shape, fold) => run('fold', { ...data, ...shape, foldOf, fold }))),
    Promise.all(isFew ? shapes.map((shape) => run('net', { ...data, ...shape })) : []),
    run('svm', data),
  ]);
  const heldOutSvm = new Array<Float32Array>(data.labels.length);
  const heldOutNets = new Array<Float32Array>(data.labels.length);
  for (const { held, ...scores } of done) {
    held.forEach((i, k) => {
      heldOutSvm[i] = scores.svm[k]!;
      heldOutNets[i] = scores.nets[k]!;
    });
  }
  return { svm, nets: isFew ? whole : done.map((fold) => fold.net), heldOutSvm, heldOutNets };
}

function vectoriserFor(texts: readonly string[]): Vectoriser {
  const cut = detectCut(texts);
  const large = texts.length > FEW;
  return fitVectoriser(texts, {
    cut,
    dfMin: large ? (cut === 'en' || texts.length > MANY ? 3 : 2) : 1,
    idfPower: large && cut === 'en' ? 0.5 : 1,
  });
}

/** Every label is spread evenly over the folds. */
export function assignFolds(labels: Int32Array, folds: number): Int32Array {
  const seen = new Map<number, number>();
  return labels.map((label) => {
    const count = seen.get(label) ?? 0;
    seen.set(label, count + 1);
    return (count + label) % folds;
  });
}

/** Of the right ones, so many may be given away to reject outsiders: on CLINC's validation set 1 % buys half of what 4 % does. */
const GIVEN_AWAY_MAX = 0.01;

/** The threshold that keeps most right answers and rejects most outsiders. */
function rejectionThreshold(heldOut: readonly HeldOut[], labels: Int32Array, outside: number): number {
  const kept = heldOut
    .filter((held) => held.right)
    .map((held) => held.confidence)
    .sort((a, b) => a - b);
  const strangers = heldOut.filter((held) => labels[held.row] === outside).map((held) => held.confidence);
  let best = { threshold: 0, gain: 0 };
  for (let k = 0; k < kept.length * GIVEN_AWAY_MAX; k++) {
    const threshold = kept[k]!;
    const gain = strangers.filter((sure) => sure < threshold).length / Math.max(1, strangers.length) - k / kept.length;
    if (gain > best.gain) best = { threshold, gain };
  }
  return best.threshold;
}
