// The learned half of the risk judgement: how likely a message is a complaint, or asks for a person, whatever words it uses.

import type { RiskSignal } from '../contract/decision.ts';
import { applyLogistic, fitLogistic, type Logistic, logit } from './calibration.ts';

/** Which labels of the classifier carry the mass. */
export interface AlarmModel {
  labels: number[];
  model: Logistic;
  /** Probability from which the signal is raised. */
  scoreMin: number;
}

export interface RiskModel {
  complaint: AlarmModel | null;
  human: AlarmModel | null;
}

export interface AlarmExample {
  /** Held-out probabilities of the classifier. */
  shares: Float32Array;
  /** Signals of the rules on the same text. */
  signals: readonly RiskSignal[];
  isAlarm: boolean;
}

/** What the model sees: the mass of its intents, its share at the top, and whether the rules have seen something. */
function features(alarm: Pick<AlarmModel, 'labels'>, shares: Float32Array, signals: readonly RiskSignal[]): number[] {
  let mass = 0;
  let best = 0;
  let other = 0;
  for (let c = 0; c < shares.length; c++) {
    if (alarm.labels.includes(c)) {
      mass += shares[c]!;
      best = Math.max(best, shares[c]!);
    } else other = Math.max(other, shares[c]!);
  }
  const has = (levels: readonly string[]) => (signals.some((signal) => levels.includes(signal.level)) ? 1 : 0);
  return [logit(mass), Math.log((mass + 1e-4) / (other + 1e-4)), best, has(['R0', 'R1', 'R2']), has(['R3'])];
}

/** Fitted so that at most `falseAtMost` of the messages that are no alarm raise one. */
export function fitAlarm(labels: number[], examples: readonly AlarmExample[], falseAtMost: number): AlarmModel | null {
  if (labels.length === 0 || !examples.some((example) => example.isAlarm)) return null;
  const rows = examples.map((example) => features({ labels }, example.shares, example.signals));
  const model = fitLogistic(
    rows,
    examples.map((example) => example.isAlarm),
    { nonNegative: true },
  );
  const calm = examples
    .map((example, i) => ({ isAlarm: example.isAlarm, score: applyLogistic(model, rows[i]!) }))
    .filter((scored) => !scored.isAlarm)
    .map((scored) => scored.score)
    .sort((a, b) => b - a);
  const scoreMin = Math.min(0.9, Math.max(0.3, (calm[Math.floor(calm.length * falseAtMost)] ?? 0.5) + 1e-6));
  return { labels, model, scoreMin };
}

export function alarmScore(alarm: AlarmModel, shares: Float32Array, signals: readonly RiskSignal[]): number {
  return applyLogistic(alarm.model, features(alarm, shares, signals));
}

/** Signals of the models that are sure enough, beside those of the rules. */
export function readAlarms(
  risk: RiskModel,
  labels: readonly string[],
  shares: Float32Array,
  rules: readonly RiskSignal[],
): RiskSignal[] {
  const signals: RiskSignal[] = [];
  const raise = (alarm: AlarmModel | null, rule: string, kind: 'complaint' | 'asks_for_human') => {
    if (alarm === null || rules.some((signal) => signal.kind === kind)) return;
    const score = alarmScore(alarm, shares, rules);
    if (score < alarm.scoreMin) return;
    const strongest = alarm.labels.reduce((a, b) => (shares[b]! > shares[a]! ? b : a));
    signals.push({ rule, level: 'R2', kind, evidence: labels[strongest]!, score });
  };
  raise(risk.complaint, 'model:complaint', 'complaint');
  raise(risk.human, 'model:asks_for_human', 'asks_for_human');
  return signals;
}
