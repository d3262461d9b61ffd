// Ranks texts that carry no intents: groups of same meaning stand in for them. Made of the product's own parts; knows no files.
import { type Classifier, predictRow } from '../../src/understanding/classifier.ts';
import { type Encoder, encode } from '../../src/understanding/encoder.ts';
import { vectorise } from '../../src/understanding/features.ts';
import { createLexicalIndex } from '../../src/understanding/lexical.ts';
import { dot, normaliseVector } from '../../src/understanding/matrix.ts';
import { hiddenOf } from '../../src/understanding/net.ts';
import { trainClassifier } from '../../src/understanding/train-classifier.ts';
import type { GroupedText } from '../../src/understanding/train-encoder.ts';
import { createTrainThreads } from '../../src/understanding/train-threads.ts';

/** Weights of wording, meaning, the nets' view and the shared group; chosen on the development set, as all numbers here. */
const WEIGHTS = { wording: 0.1, meaning: 1, view: 0.6, group: 0.2 };
/** What a text loses for every one of its group that already stands above it: five of one kind help nobody. */
const SAME_GROUP_COST = 0.2;
const ENCODERS = 3;
const GROUP_FLOOR = 1e-3;
/** Only the top is spread over groups: below it order no longer matters to anybody. */
const SPREAD_MAX = 40;

export interface Learned {
  classifier: Classifier;
  encoders: Encoder[];
}

/** One encoder learns by chance what another misses, so three are asked. */
export async function learnGroups(texts: readonly GroupedText[]): Promise<Learned> {
  const threads = createTrainThreads();
  try {
    const examples = texts.map(({ text, group }) => ({ text, label: group }));
    const [{ classifier }, ...encoders] = await Promise.all([
      trainClassifier(examples, {}, threads.run),
      ...Array.from({ length: ENCODERS }, (_, seed) => threads.run('encoder', { texts, options: { seed } })),
    ]);
    return { classifier, encoders };
  } finally {
    threads.close();
  }
}

interface View {
  meanings: Float32Array[];
  /** Probability of each group. */
  shares: Float32Array;
  /** What the nets see between input and answer. */
  hidden: Float32Array[];
}

function viewOf({ classifier, encoders }: Learned, text: string): View {
  const row = vectorise(classifier.vectoriser, text);
  return {
    meanings: encoders.map((encoder) => encode(encoder, text)),
    shares: predictRow(classifier, row).shares,
    hidden: classifier.nets.map((net) => normaliseVector(Float32Array.from(hiddenOf(net, row)))),
  };
}

const meanDot = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
  a.reduce((sum, vector, i) => sum + dot(vector, b[i]!), 0) / Math.max(1, a.length);

const topOf = (shares: Float32Array): number =>
  shares.reduce((best, share, i) => (share > shares[best]! ? i : best), 0);

export interface Ranked {
  /** Position in the corpus, best first. */
  at: number;
  score: number;
}

export function createFusedRanking(corpus: readonly string[], learned: Learned): (query: string) => Ranked[] {
  const lexical = createLexicalIndex(corpus, learned.classifier.vectoriser.cut);
  const views = corpus.map((text) => viewOf(learned, text));
  const groups = views.map(({ shares }) => topOf(shares));
  return (query) => {
    const wording = lexical.scores(query);
    const top = wording.reduce((a, b) => Math.max(a, b), 0) || 1;
    const own = viewOf(learned, query);
    const ranked = views.map((view, at) => ({
      at,
      score:
        (WEIGHTS.wording * wording[at]!) / top +
        WEIGHTS.meaning * meanDot(own.meanings, view.meanings) +
        WEIGHTS.view * meanDot(own.hidden, view.hidden) +
        WEIGHTS.group * Math.log(dot(own.shares, view.shares) + GROUP_FLOOR),
    }));
    return spread(
      ranked.sort((a, b) => b.score - a.score || a.at - b.at),
      groups,
    );
  };
}

function spread(ranked: readonly Ranked[], groups: readonly number[]): Ranked[] {
  const left = ranked.slice(0, SPREAD_MAX);
  const above = new Map<number, number>();
  const cost = ({ at }: Ranked) => SAME_GROUP_COST * (above.get(groups[at]!) ?? 0);
  const out: Ranked[] = [];
  while (left.length > 0) {
    let best = 0;
    for (let i = 1; i < left.length; i++)
      if (left[i]!.score - cost(left[i]!) > left[best]!.score - cost(left[best]!)) best = i;
    const [one] = left.splice(best, 1);
    out.push({ at: one!.at, score: one!.score - cost(one!) });
    above.set(groups[one!.at]!, (above.get(groups[one!.at]!) ?? 0) + 1);
  }
  return [...out, ...ranked.slice(SPREAD_MAX)];
}
