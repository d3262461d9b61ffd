// Everything learned from one shop's content: classifier, encoder, calibrations, thresholds. Pure computation, no database.
import type { Content } from '../contract/content.ts';
import type { Policy, Stage } from '../contract/decision.ts';
import { AppError } from '../errors.ts';
import { pack, unpackSteps } from './bytes.ts';
import { calibrateRetrieval, FOLDS_ASKED, foldRelease } from './calibrate-retrieval.ts';
import { choosePolicy } from './choose-policy.ts';
import type { Classifier } from './classifier.ts';
import type { RiskModel } from './complaint-model.ts';
import type { Encoder } from './encoder.ts';
import type { Vectoriser } from './features.ts';
import { examplesOf, groupedTexts, type LabelledRow, OUTSIDE_INTENT, releaseOf } from './learn-from.ts';
import { addKey, bareKeys, createKeyTable, findableSteps, findKey, type KeyTable, keyOf, trimKeys } from './ngrams.ts';
import type { Release, RetrieverCalibration } from './retriever.ts';
import { runAtOnce, runInSlices, type Steps } from './slices.ts';
import { trainClassifier } from './train-classifier.ts';
import { type RunPart, runHere } from './train-parts.ts';
import { learnRisk } from './train-risk.ts';

export interface IntentLabel {
  name: string;
  label: string;
  stage: Stage;
}

export interface Models {
  /** Hash of the content they were learned from. */
  releaseHash: string;
  /** Names of the texts they were learned from, each with its label. */
  learned: KeyTable;
  intents: IntentLabel[];
  classifier: Classifier;
  encoder: Encoder;
  risk: RiskModel;
  retriever: RetrieverCalibration;
  policy: Policy;
}

export interface Progress {
  /** Over all parts, 0 to 1. */
  share: number;
}

export interface TrainOptions {
  /** Share of wrong answers the operator accepts. */
  wrongAtMost?: number;
  onProgress?: (progress: Progress) => void;
  /** Where the parts are trained; here, one after the other, when it is left out. */
  run?: RunPart;
}

const WRONG_AT_MOST = 0.02;

/** Complaints have many more examples than shoppers complain: at 0 whatever nobody knows would look like one. */
const LEVELLING = 0.65;

/** Folds and final SVM of the classifier, two alarms, the encoder and those of the held-out questions, and the calibration. */
const STEPS = 4 + 1 + 2 + 1 + FOLDS_ASKED + 1;

/** Deterministic: the same content gives the same bytes, wherever the parts are trained. */
export async function trainModels(content: Content, options: TrainOptions = {}): Promise<Models> {
  let done = 0;
  const run: RunPart = async (kind, args) => {
    const result = await (options.run ?? runHere)(kind, args);
    done += 1;
    options.onProgress?.({ share: Math.min(1, done / STEPS) });
    return result;
  };
  const rows = examplesOf(content);
  const release = releaseOf(content, 'training', () => '0');
  // The encoder of a fold must not have seen the questions it is asked, or the calibration would flatter it.
  const encode = ({ entries }: Release, hidden: ReadonlySet<string>) =>
    run('encoder', {
      texts: groupedTexts(rows, entries).filter((grouped) => !hidden.has(grouped.text)),
      options: { batch: 128 },
    });
  const folds = Array.from({ length: FOLDS_ASKED }, (_, fold) => foldRelease(release, fold));
  const training = trainClassifier(rows, { outside: OUTSIDE_INTENT, levelling: LEVELLING }, run);
  const [trained, risk, encoder, ...foldEncoders] = await Promise.all([
    training,
    training.then((classified) => learnRisk(content, rows, classified, run)),
    encode(release, new Set()),
    ...folds.map((fold) => encode(fold.release, fold.hidden)),
  ]);
  const asked = folds.map((fold, i) => ({ ...fold, encoder: foldEncoders[i]! }));
  const fit = calibrateRetrieval({ content, rows, release, trained, encoder }, asked);
  return {
    releaseHash: content.hash,
    learned: namesOf(rows),
    intents: content.intents.map(({ name, label, stage }) => ({ name, label, stage })),
    classifier: trained.classifier,
    encoder,
    risk,
    retriever: fit.calibration,
    policy: choosePolicy(content, rows, trained, fit, options.wrongAtMost ?? WRONG_AT_MOST),
  };
}

const nameOf = ({ label, text }: LabelledRow) => keyOf(`${label}\n${text}`);

function namesOf(rows: readonly LabelledRow[]): KeyTable {
  const names = createKeyTable();
  for (const row of rows) {
    const { low, high } = nameOf(row);
    addKey(names, low, high);
  }
  return trimKeys(names);
}

/** Share of the texts that are new, changed or gone since the models were learned; 1 when there is an intent more or less. */
export function changedShare(models: Models, content: Content): number {
  const known = new Set(models.intents.map((intent) => intent.name));
  if (known.size !== content.intents.length || content.intents.some((intent) => !known.has(intent.name))) return 1;
  const rows = examplesOf(content);
  const kept = rows.filter((row) => {
    const { low, high } = nameOf(row);
    return findKey(models.learned, low, high) >= 0;
  }).length;
  const all = rows.length + models.learned.size - kept;
  return all === 0 ? 0 : 1 - kept / all;
}

/** One more whenever the shape of `Models` changes: models of another shape are learned anew instead of failing in a turn. */
const FORMAT = 5;

export function serialize(models: Models): Uint8Array {
  const { learned, classifier, encoder } = models;
  const bare = (vectoriser: Vectoriser) => ({ ...vectoriser, terms: bareKeys(vectoriser.terms) });
  const stored: Models = {
    ...models,
    learned: bareKeys(learned),
    classifier: { ...classifier, vectoriser: bare(classifier.vectoriser) },
    encoder: { ...encoder, vectoriser: bare(encoder.vectoriser) },
  };
  return pack({ format: FORMAT, models: stored });
}

function* deserializeSteps(bytes: Uint8Array): Steps<Models> {
  const { format, models } = (yield* unpackSteps(bytes)) as { format?: number; models: Models };
  if (format !== FORMAT) throw new AppError('bad_content', '学习结果是另一个版本写出的，请重新发布内容以重新学习');
  const { learned, classifier, encoder } = models;
  for (const table of [learned, classifier.vectoriser.terms, encoder.vectoriser.terms]) yield* findableSteps(table);
  return models;
}

/** @throws AppError `bad_content` when the bytes are damaged, not models, or of another format. */
export const deserialize = (bytes: Uint8Array): Models => runAtOnce(deserializeSteps(bytes));

/** The same in slices between which the event loop turns. @throws AppError `bad_content` */
export const loadModels = (bytes: Uint8Array): Promise<Models> => runInSlices(deserializeSteps(bytes));
