// Learns the two alarms, complaint and asking for a person, from the examples and what the classifier says of them held out.
import type { Content } from '../contract/content.ts';
import type { RiskKind } from '../contract/decision.ts';
import { type AlarmModel, COMPLAINT_KINDS, fitAlarm, PERSON_KINDS, type RiskModel } from './complaint-model.ts';
import { vectoriseAll } from './features.ts';
import type { LabelledRow } from './learn-from.ts';
import { createRiskReader } from './risk.ts';
import { assignFolds, type TrainedClassifier } from './train-classifier.ts';
import type { RunPart } from './train-parts.ts';

const FOLDS = 4;
const ALARM_RISKS = new Set(['C', 'H']);

type Intent = Content['intents'][number];

interface Alarm {
  isAlarm(intent: Intent): boolean;
  /** Neither right nor wrong: a person takes these anyway, or they lie too near. */
  isNear(intent: Intent): boolean;
  kinds: readonly RiskKind[];
  /** Of messages that are no alarm, how many the model may still take for one; the rules add their own. */
  falseAtMost: number;
}

const COMPLAINT: Alarm = {
  isAlarm: (intent) => intent.stage === 'complaint' && ALARM_RISKS.has(intent.risk),
  isNear: (intent) => typeof intent.then === 'object' && 'handoff' in intent.then,
  kinds: COMPLAINT_KINDS,
  falseAtMost: 0.03,
};
const PERSON: Alarm = {
  isAlarm: (intent) => intent.stage === 'handoff' && intent.risk === 'H',
  // Waiting in the queue or leaving a message is near to asking for a person.
  isNear: (intent) => intent.stage === 'handoff' || COMPLAINT.isAlarm(intent),
  kinds: PERSON_KINDS,
  // Who wants a person mostly says so, and then a rule has heard it.
  falseAtMost: 0.012,
};

/** `rows` are those the classifier was trained on, in the same order. */
export async function learnRisk(
  content: Content,
  rows: readonly LabelledRow[],
  trained: TrainedClassifier,
  run: RunPart,
): Promise<RiskModel> {
  const [complaint, human] = await Promise.all(
    [COMPLAINT, PERSON].map((alarm) => learnAlarm(alarm, content, rows, trained, run)),
  );
  return { complaint: complaint!, human: human! };
}

async function learnAlarm(
  alarm: Alarm,
  content: Content,
  rows: readonly LabelledRow[],
  { classifier, heldOut }: TrainedClassifier,
  run: RunPart,
): Promise<AlarmModel | null> {
  const named = (isIn: (intent: Intent) => boolean) => new Set(content.intents.filter(isIn).map(({ name }) => name));
  const alarming = named(alarm.isAlarm);
  const near = named((intent) => alarm.isNear(intent) && !alarm.isAlarm(intent));
  const labels = classifier.labels.flatMap((label, i) => (alarming.has(label) ? [i] : []));
  const used = rows.flatMap(({ label, source }, i) => (source === 'intent' && !near.has(label) ? [i] : []));
  const isAlarm = Int32Array.from(used, (i) => (alarming.has(rows[i]!.label) ? 1 : 0));
  if (labels.length === 0) return null;
  const reader = createRiskReader();
  const { weights, heldOut: along } = await run('direction', {
    rows: vectoriseAll(
      classifier.vectoriser,
      used.map((i) => reader.withoutLookAlikes(rows[i]!.text)),
    ),
    labels: isAlarm,
    terms: classifier.vectoriser.terms.size,
    foldOf: assignFolds(isAlarm, FOLDS),
    folds: FOLDS,
  });
  const sharesOf = new Map(heldOut.map((held) => [held.row, held.shares]));
  const examples = used.map((i, k) => ({
    shares: sharesOf.get(i)!,
    along: along[k]!,
    signals: reader.read(rows[i]!.text, '').filter((signal) => alarm.kinds.includes(signal.kind)),
    isAlarm: isAlarm[k] === 1,
  }));
  return fitAlarm(labels, weights, examples, alarm.falseAtMost);
}
