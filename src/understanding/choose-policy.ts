// Turns held-out judgements into the shop's thresholds, with the evaluation that produced them kept beside them.
import { createHash } from 'node:crypto';
import type { Content } from '../contract/content.ts';
import type { Policy } from '../contract/decision.ts';
import { applyLogistic, type Logistic } from './calibration.ts';
import { type Prediction, predict } from './classifier.ts';
import type { LabelledRow } from './learn-from.ts';
import { entryEvidence } from './retriever.ts';
import { chooseThresholds, curve, type Outcome, type ThresholdChoice } from './thresholds.ts';
import type { TrainedClassifier } from './train-classifier.ts';
import { type JudgedTrial, type RetrieverFit, recallAt } from './train-retriever.ts';

/** Below this nothing is worth a shopper's reading, whatever the figures say. */
const CLARIFY_FLOOR = 0.1;

export function choosePolicy(
  content: Content,
  rows: readonly LabelledRow[],
  trained: TrainedClassifier,
  fit: RetrieverFit,
  wrongAtMost: number,
): Policy {
  const { classifier } = trained;
  const stageOf = new Map(content.intents.map((intent) => [intent.name, intent.stage]));
  const acts = new Set(
    content.intents.filter((intent) => typeof intent.then === 'object').map((intent) => intent.name),
  );
  const guessed = guessedOutcomes(rows, trained);
  const of = (isIn: (intent: string) => boolean): Outcome[] =>
    guessed.filter((one) => isIn(classifier.labels[one.top]!)).map((one) => one.outcome);
  const acting = chooseThresholds(
    of((intent) => acts.has(intent)),
    wrongAtMost,
  );
  const groups: Record<string, ThresholdChoice> = {};
  for (const stage of new Set(stageOf.values()))
    groups[stage] = chooseThresholds(
      of((intent) => stageOf.get(intent) === stage),
      wrongAtMost,
    );
  const answers = fit.judged.map((one) => faqOutcome(one, fit.calibration.confidence));
  const faq = chooseThresholds(answers, wrongAtMost);
  const fresh = guessed.filter((one) => !one.outcome.isKnown);
  const figures = {
    wrongAtMost,
    answerMin: faq.answerMin,
    clarifyMin: Math.max(CLARIFY_FLOOR, Math.min(faq.clarifyMin, acting.clarifyMin)),
    actMin: acting.answerMin,
    evaluation: {
      intents: {
        accuracy: fresh.filter((one) => one.outcome.right).length / Math.max(1, fresh.length),
        acting,
        groups,
        curve: curve(fresh.map((one) => one.outcome)),
      },
      faq: {
        ...faq,
        recallAt1: recallAt(fit.judged, 1),
        recallAt5: recallAt(fit.judged, 5),
        mix: fit.calibration.mix,
        curve: curve(answers.filter((outcome) => !outcome.isKnown)),
      },
    },
  };
  const version = createHash('sha256').update(content.hash).update(JSON.stringify(figures)).digest('hex').slice(0, 12);
  return { version, ...figures };
}

/** Every intent example twice: held out, and as the classifier knows it. */
function guessedOutcomes(
  rows: readonly LabelledRow[],
  { classifier, heldOut }: TrainedClassifier,
): { top: number; outcome: Outcome }[] {
  const outcome = (guess: Pick<Prediction, 'shares' | 'top' | 'confidence'>, label: string, isKnown: boolean) => ({
    top: guess.top,
    outcome: {
      score: guess.confidence,
      right: classifier.labels[guess.top] === label,
      among: [...guess.shares.keys()]
        .sort((a, b) => guess.shares[b]! - guess.shares[a]!)
        .slice(0, 3)
        .some((c) => classifier.labels[c] === label),
      isKnown,
    },
  });
  return heldOut
    .filter((held) => rows[held.row]!.source === 'intent')
    .flatMap((held) => {
      const { text, label } = rows[held.row]!;
      return [outcome(held, label, false), outcome(predict(classifier, text), label, true)];
    });
}

function faqOutcome({ trial, candidates, right }: JudgedTrial, confidence: Logistic): Outcome {
  return {
    score: candidates.length === 0 ? 0 : applyLogistic(confidence, entryEvidence(candidates, 0)),
    right,
    among: candidates.slice(0, 3).some((candidate) => candidate.entry.entryId === trial.entryId),
    isKnown: trial.isKnown,
  };
}
