// Everything learned from one shop's content: classifier, encoder, calibrations, thresholds. Pure computation, no database.
import type { Content } from '../contract/content.ts';
import type { Policy, RiskSignal, Stage } from '../contract/decision.ts';
import { pack, unpack } from './bytes.ts';
import { calibrateRetrieval } from './calibrate-retrieval.ts';
import { choosePolicy } from './choose-policy.ts';
import type { Classifier } from './classifier.ts';
import { fitAlarm, type RiskModel } from './complaint-model.ts';
import type { Encoder } from './encoder.ts';
import { examplesOf, groupedTexts, type LabelledRow, OUTSIDE_INTENT, releaseOf } from './learn-from.ts';
import { addKey, createKeyTable, findKey, type KeyTable, keyOf, trimKeys } from './ngrams.ts';
import type { RetrieverCalibration } from './retriever.ts';
import { createRiskReader } from './risk.ts';
import { type TrainedClassifier, trainClassifier } from './train-classifier.ts';
import { trainEncoder } from './train-encoder.ts';

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
  step: 'intents' | 'encoder' | 'calibration';
  /** Over all steps, 0 to 1. */
  share: number;
}

export interface TrainOptions {
  /** Share of wrong answers the operator accepts. */
  wrongAtMost?: number;
  onProgress?: (progress: Progress) => void;
}

const WRONG_AT_MOST = 0.02;
/** Of messages that are no complaint, how many the model may still take for one; the rules add their own. */
const FALSE_ALARMS_AT_MOST = 0.01;

/** Deterministic: the same content gives the same bytes. About half a minute on one core for 90 intents and 330 entries. */
export function trainModels(content: Content, options: TrainOptions = {}): Models {
  const report = (step: Progress['step'], from: number, to: number) => (share: number) =>
    options.onProgress?.({ step, share: from + (to - from) * share });
  const rows = examplesOf(content);
  const release = releaseOf(content, 'training', () => '0');
  const trained = trainClassifier(rows, { outside: OUTSIDE_INTENT, onProgress: report('intents', 0, 0.4) });
  const encoder = trainEncoder(groupedTexts(rows, release.entries), {
    batch: 128,
    onProgress: report('encoder', 0.4, 0.5),
  });
  const fit = calibrateRetrieval({ content, rows, release, trained, encoder }, report('calibration', 0.5, 1));
  return {
    releaseHash: content.hash,
    learned: namesOf(rows),
    intents: content.intents.map(({ name, label, stage }) => ({ name, label, stage })),
    classifier: trained.classifier,
    encoder,
    risk: learnRisk(content, rows, trained),
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

const ALARM_RISKS = new Set(['C', 'H']);

function learnRisk(
  content: Content,
  rows: readonly LabelledRow[],
  { classifier, heldOut }: TrainedClassifier,
): RiskModel {
  const reader = createRiskReader();
  const named = (isIn: (intent: Content['intents'][number]) => boolean) =>
    new Set(content.intents.filter(isIn).map((intent) => intent.name));
  const isComplaint = named((intent) => intent.stage === 'complaint' && ALARM_RISKS.has(intent.risk));
  const isHuman = named((intent) => intent.stage === 'handoff' && intent.risk === 'H');
  // Waiting in the queue or leaving a message is near to asking for a person and neither right nor wrong.
  const isNear = named((intent) => intent.stage === 'handoff');
  const judged = heldOut
    .filter((held) => rows[held.row]!.source === 'intent')
    .map((held) => ({
      label: rows[held.row]!.label,
      shares: held.shares,
      signals: reader.read(rows[held.row]!.text, ''),
    }));
  const alarm = (names: ReadonlySet<string>, skip: ReadonlySet<string>, kinds: readonly RiskSignal['kind'][]) => {
    const labels = classifier.labels.flatMap((label, i) => (names.has(label) ? [i] : []));
    const examples = judged
      .filter((one) => names.has(one.label) || !skip.has(one.label))
      .map((one) => ({
        shares: one.shares,
        signals: one.signals.filter((signal) => kinds.includes(signal.kind)),
        isAlarm: names.has(one.label),
      }));
    return fitAlarm(labels, examples, FALSE_ALARMS_AT_MOST);
  };
  return {
    complaint: alarm(isComplaint, new Set(), ['safety', 'law', 'complaint', 'scam', 'emotion']),
    human: alarm(isHuman, isNear, ['asks_for_human']),
  };
}

export function serialize(models: Models): Uint8Array {
  return pack(models);
}

/** @throws AppError `bad_content` when the bytes are damaged or not models. */
export function deserialize(bytes: Uint8Array): Models {
  return unpack(bytes) as Models;
}
