// The learned half of the risk judgement: how likely a message is a complaint, or asks for a person, whatever words it uses.
import type { RiskKind, RiskSignal } from '../contract/decision.ts';
import { applyLogistic, fitLogistic, type Logistic, logit } from './calibration.ts';
import { svmScores } from './classifier.ts';
import { SCAM_INTENT } from './learn-from.ts';
import type { Matrix, SparseRow } from './matrix.ts';

/** Which labels of the classifier carry the mass. */
export interface AlarmModel {
  labels: number[];
  /** Points from all other messages to these, over the classifier's n-grams. */
  direction: Matrix;
  model: Logistic;
  /** Probability from which the signal is raised. */
  scoreMin: number;
}

export interface RiskModel {
  complaint: AlarmModel | null;
  human: AlarmModel | null;
}

/** What an alarm looks at. */
export interface AlarmView {
  /** Probabilities of the classifier. */
  shares: Float32Array;
  /** How far the message lies along the direction. */
  along: number;
  /** Signals of the rules on the same text. */
  signals: readonly RiskSignal[];
}

/** One held-out message. */
export interface AlarmExample extends AlarmView {
  isAlarm: boolean;
}

/** The rules each model looks at; what it learned from is what it is asked with. */
export const COMPLAINT_KINDS: readonly RiskKind[] = ['safety', 'law', 'complaint', 'scam', 'emotion'];
export const PERSON_KINDS: readonly RiskKind[] = ['asks_for_human'];

/** The mass of its intents, its share at the top, the direction, and whether the rules have seen something. */
function features(labels: readonly number[], { shares, along, signals }: AlarmView): number[] {
  let mass = 0;
  let best = 0;
  let other = 0;
  for (let c = 0; c < shares.length; c++) {
    if (labels.includes(c)) {
      mass += shares[c]!;
      best = Math.max(best, shares[c]!);
    } else other = Math.max(other, shares[c]!);
  }
  const sure = signals.filter((signal) => signal.score === 1);
  const has = (levels: readonly string[]) => (sure.some((signal) => levels.includes(signal.level)) ? 1 : 0);
  const hinted = sure.length < signals.length ? 1 : 0;
  const odds = Math.log((mass + 1e-4) / (other + 1e-4));
  return [logit(mass), odds, best, along, has(['R0', 'R1', 'R2']), has(['R3']), hinted];
}

/** Fitted so that at most `falseAtMost` of the messages that are no alarm raise one. */
export function fitAlarm(
  labels: number[],
  direction: Matrix,
  examples: readonly AlarmExample[],
  falseAtMost: number,
): AlarmModel | null {
  if (labels.length === 0 || !examples.some((example) => example.isAlarm)) return null;
  const rows = examples.map((example) => features(labels, example));
  const model = fitLogistic(
    rows,
    examples.map((example) => example.isAlarm),
    { nonNegative: true },
  );
  const calm = rows
    .filter((_, i) => !examples[i]!.isAlarm)
    .map((row) => applyLogistic(model, row))
    .sort((a, b) => b - a);
  const scoreMin = Math.min(0.9, Math.max(0.2, (calm[Math.floor(calm.length * falseAtMost)] ?? 0.5) + 1e-6));
  return { labels, direction, model, scoreMin };
}

/** What the rules are sure of, the hints that a model confirms, and what a model is sure of by itself. */
export function readAlarms(
  risk: RiskModel,
  labels: readonly string[],
  row: SparseRow,
  shares: Float32Array,
  rules: readonly RiskSignal[],
): RiskSignal[] {
  const signals = rules.filter((signal) => signal.score === 1);
  const raise = (alarm: AlarmModel | null, kind: 'complaint' | 'asks_for_human', kinds: readonly RiskKind[]) => {
    if (alarm === null || signals.some((signal) => signal.kind === kind)) return;
    const own = rules.filter((signal) => kinds.includes(signal.kind));
    const view = { shares, along: svmScores(alarm.direction, row)[0]!, signals: own };
    const score = applyLogistic(alarm.model, features(alarm.labels, view));
    if (score < alarm.scoreMin) return;
    signals.push(...own.filter((signal) => signal.score < 1).map((hint) => ({ ...hint, score })));
    const strongest = labels[alarm.labels.reduce((a, b) => (shares[b]! > shares[a]! ? b : a))]!;
    // Who asks whether a call was ours wants to be warned first; that is no complaint about us.
    const isScam = strongest === SCAM_INTENT;
    signals.push(
      isScam
        ? { rule: 'model:scam', level: 'R1', kind: 'scam', evidence: strongest, score }
        : { rule: `model:${kind}`, level: 'R2', kind, evidence: strongest, score },
    );
  };
  raise(risk.complaint, 'complaint', COMPLAINT_KINDS);
  raise(risk.human, 'asks_for_human', PERSON_KINDS);
  return signals;
}
