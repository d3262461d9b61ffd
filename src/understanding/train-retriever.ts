// Learns how wording, meaning and intent are joined into one probability, on questions held out from their own entry.
import { fitLogistic, type Logistic } from './calibration.ts';
import {
  type Candidate,
  DENSE_ROWS,
  type DenseHit,
  entryEvidence,
  type Mix,
  marksOf,
  mixOf,
  type ReleaseIndex,
  type RetrieverCalibration,
  rankEntries,
  rerank,
  similaritiesOf,
} from './retriever.ts';
import { topPlaces } from './top.ts';

/** What one fold searches: entries without the held-out questions, and their vectors by an encoder that never saw them. */
export interface TrialIndex {
  index: ReleaseIndex;
  wordings: readonly { entryId: string; variant: string }[];
  /** Of the wordings, one after the other. */
  vectors: Float32Array;
}

/** One question asked of an index, with what is known about its answer. */
export interface Trial {
  searched: TrialIndex;
  text: string;
  vector: Float32Array;
  /** The entry the question was written for, or null when none was. */
  entryId: string | null;
  /** True for an entry that answers the question, if only by its subject. */
  answers(entryId: string): boolean;
  intentShare(intent: string): number;
  /** A wording the index holds, or a new one. */
  isKnown: boolean;
}

export interface JudgedTrial {
  trial: Trial;
  candidates: Candidate[];
  right: boolean;
}

export interface RetrieverFit {
  calibration: RetrieverCalibration;
  judged: JudgedTrial[];
}

const START_MIX: Mix = { lexical: 0.7, lexicalWhole: 3, dense: 4, denseWhole: 8, intent: 0.5 };

/** The mix is learned so that the right entry comes first, the probability on the first entry of each trial. */
export function fitRetriever(trials: readonly Trial[]): RetrieverFit {
  const ranked = trials.map((trial) => ({ trial, candidates: candidatesOf(trial) }));
  const withVectors = fitOne(ranked);
  const wordsOnly = fitOne(
    ranked.map(({ trial, candidates }) => ({
      trial,
      candidates: candidates.map((candidate) => ({ ...candidate, dense: 0 })),
    })),
  );
  return {
    calibration: {
      mix: withVectors.mix,
      confidence: withVectors.confidence,
      mixLexical: wordsOnly.mix,
      confidenceLexical: wordsOnly.confidence,
    },
    judged: withVectors.judged,
  };
}

type Ranked = Omit<JudgedTrial, 'right'>;

function fitOne(ranked: readonly Ranked[]): { mix: Mix; confidence: Logistic; judged: JudgedTrial[] } {
  // The first entry of a known wording says nothing about ranking, so the mix is learned on new wordings only.
  const mix = fitMix(ranked.filter(({ trial }) => !trial.isKnown && trial.entryId !== null));
  const judged = ranked.map(({ trial, candidates }) => {
    const again = rerank(candidates, mix);
    return { trial, candidates: again, right: again[0] !== undefined && trial.answers(again[0].entry.entryId) };
  });
  const found = judged.filter((one) => one.candidates.length > 0);
  const confidence = fitLogistic(
    found.map((one) => entryEvidence(one.candidates, 0)),
    found.map((one) => one.right),
    { nonNegative: true },
  );
  return { mix, confidence, judged };
}

function candidatesOf(trial: Trial): Candidate[] {
  return rankEntries({
    index: trial.searched.index,
    text: trial.text,
    vector: trial.vector,
    dense: searchInMemory(trial.searched, trial.vector),
    intentShare: trial.intentShare,
    allowed: () => true,
    mix: START_MIX,
  });
}

function searchInMemory({ wordings, vectors }: TrialIndex, query: Float32Array): DenseHit[] {
  const near = similaritiesOf(vectors, query, wordings.length);
  const all = () => true;
  return topPlaces(near, DENSE_ROWS, all, -1.01).map((i) => ({ ...wordings[i]!, similarity: near[i]! }));
}

/** Softmax over the candidates of each trial, Adagrad, weights never negative: more likeness never ranks lower. */
function fitMix(judged: readonly Ranked[]): Mix {
  const lists = judged.flatMap(({ trial, candidates }) => {
    const right = candidates.findIndex((candidate) => candidate.entry.entryId === trial.entryId);
    return right < 0 ? [] : [{ marks: candidates.map(marksOf), right }];
  });
  if (lists.length < 20) return START_MIX;
  const weights = Object.values(START_MIX);
  const squares = new Array<number>(weights.length).fill(1e-6);
  for (let epoch = 0; epoch < 30; epoch++) {
    for (const { marks, right } of lists) {
      const scores = Float32Array.from(marks, (mark) => mark.reduce((sum, x, k) => sum + x * weights[k]!, 0));
      const top = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const shares = scores.map((score) => Math.exp(score - top));
      const total = shares.reduce((a, b) => a + b, 0);
      for (let k = 0; k < weights.length; k++) {
        let slope = -marks[right]![k]!;
        for (let i = 0; i < marks.length; i++) slope += (shares[i]! / total) * marks[i]![k]!;
        squares[k] = squares[k]! + slope * slope;
        weights[k] = Math.max(0, weights[k]! - (0.5 * slope) / Math.sqrt(squares[k]!));
      }
    }
  }
  // An exact wording must win whatever the held-out questions say: none of them is ever exact.
  return mixOf([Math.max(weights[0]!, 1), ...weights.slice(1)]);
}

/** Share of new wordings whose own entry is among the first n. */
export function recallAt(judged: readonly JudgedTrial[], n: number): number {
  const asked = judged.filter(({ trial }) => trial.entryId !== null && !trial.isKnown);
  const found = asked.filter(({ trial, candidates }) =>
    candidates.slice(0, n).some((c) => c.entry.entryId === trial.entryId),
  );
  return asked.length === 0 ? 0 : found.length / asked.length;
}
