// Chooses the thresholds of a shop from judged messages, so that at most the allowed share of answers is wrong.

/** One judged message. */
export interface Outcome {
  score: number;
  right: boolean;
  /** The right one is among the first three, that is, worth offering as a choice. */
  among: boolean;
  /** A wording that was learned; the others were held out. */
  isKnown: boolean;
}

/** Shares of the messages; `wrong` is the share of the answered ones. */
export interface Figures {
  rows: number;
  answered: number;
  clarified: number;
  handedOff: number;
  wrong: number;
}

export interface ThresholdChoice {
  answerMin: number;
  clarifyMin: number;
  /** Half known, half new wordings: what the threshold was chosen on. */
  all: Figures;
  known: Figures;
  fresh: Figures;
}

/** Fewer messages than this cannot show a share of 2 %: then the calibrated probability itself is the threshold. */
const ROWS_MIN = 60;
/** Choices are worth offering when the right one is among them at least this often. */
const USEFUL_CHOICE = 0.5;

/** The lowest threshold whose answers, half of the traffic known wordings and half new ones, are wrong at most so often. */
export function chooseThresholds(outcomes: readonly Outcome[], wrongAtMost: number): ThresholdChoice {
  const answerMin = outcomes.length < ROWS_MIN ? 1 - wrongAtMost : lowestThreshold(outcomes, wrongAtMost);
  const clarifyMin = Math.min(answerMin, clarifyFrom(outcomes.filter((outcome) => !outcome.isKnown)));
  const figures = (part: readonly Outcome[]) => judge(part, answerMin, clarifyMin);
  return {
    answerMin,
    clarifyMin,
    all: figures(outcomes),
    known: figures(outcomes.filter((outcome) => outcome.isKnown)),
    fresh: figures(outcomes.filter((outcome) => !outcome.isKnown)),
  };
}

/** Known and new wordings weigh the same, however many there are of each. */
function weights(outcomes: readonly Outcome[]): { known: number; fresh: number } {
  const known = outcomes.filter((outcome) => outcome.isKnown).length;
  return { known: 1 / Math.max(1, known), fresh: 1 / Math.max(1, outcomes.length - known) };
}

function lowestThreshold(outcomes: readonly Outcome[], wrongAtMost: number): number {
  const weight = weights(outcomes);
  const sorted = [...outcomes].sort((a, b) => b.score - a.score);
  let answered = 0;
  let wrong = 0;
  let found = 1 - wrongAtMost;
  sorted.forEach((outcome, i) => {
    const own = outcome.isKnown ? weight.known : weight.fresh;
    answered += own;
    if (!outcome.right) wrong += own;
    // A tie cannot be cut in the middle.
    if (sorted[i + 1]?.score !== outcome.score && wrong / answered <= wrongAtMost) found = outcome.score;
  });
  return found;
}

/** The lowest score at which the new wordings just above it still have the right one among the choices often enough. */
function clarifyFrom(outcomes: readonly Outcome[]): number {
  const sorted = [...outcomes].sort((a, b) => b.score - a.score);
  const window = Math.max(20, Math.floor(sorted.length / 25));
  for (let end = window; end <= sorted.length; end++) {
    const useful = sorted.slice(end - window, end).filter((outcome) => outcome.among).length / window;
    if (useful < USEFUL_CHOICE) return sorted[end - window]!.score;
  }
  return sorted.at(-1)?.score ?? 0.1;
}

function judge(outcomes: readonly Outcome[], answerMin: number, clarifyMin: number): Figures {
  const weight = weights(outcomes);
  const sum = (part: readonly Outcome[]) =>
    part.reduce((total, outcome) => total + (outcome.isKnown ? weight.known : weight.fresh), 0);
  const all = sum(outcomes) || 1;
  const answered = outcomes.filter((outcome) => outcome.score >= answerMin);
  const clarified = sum(outcomes.filter((outcome) => outcome.score < answerMin && outcome.score >= clarifyMin));
  const total = sum(answered);
  return {
    rows: outcomes.length,
    answered: total / all,
    clarified: clarified / all,
    handedOff: Math.max(0, all - total - clarified) / all,
    wrong: total === 0 ? 0 : sum(answered.filter((outcome) => !outcome.right)) / total,
  };
}

export interface CurvePoint {
  scoreMin: number;
  answered: number;
  wrong: number;
}

/** What every threshold would give: the curve an operator sees before choosing. */
export function curve(outcomes: readonly Outcome[]): CurvePoint[] {
  return [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99].map((scoreMin) => {
    const { answered, wrong } = judge(outcomes, scoreMin, scoreMin);
    return { scoreMin, answered, wrong };
  });
}
