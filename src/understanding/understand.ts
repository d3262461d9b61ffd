// Makes the three judgements about one message, side by side, against one release. Knows no conversation and no decision.
import type { EmotionName, IntentGuess, Judgement, RiskSignal } from '../contract/decision.ts';
import { type Classifier, type Prediction, predictRow } from './classifier.ts';
import { readAlarms } from './complaint-model.ts';
import { type Cue, type EmotionHint, moodOf, readEmotion } from './emotion.ts';
import { encode } from './encoder.ts';
import { vectorise } from './features.ts';
import type { GoodsWords } from './goods-words.ts';
import { detectLanguage } from './language.ts';
import { OUTSIDE_INTENT } from './learn-from.ts';
import type { Models } from './models.ts';
import { normalise } from './normalise.ts';
import {
  DENSE_ROWS,
  type DenseHit,
  type DenseSearch,
  isInScope,
  type ReleaseIndex,
  rankEntries,
  toHits,
} from './retriever.ts';
import { createRiskReader, rejectsAnswer, sortSignals } from './risk.ts';
import { plainForRisk } from './risk-fold.ts';
import { readSlots } from './slots.ts';
import { detectStyle } from './style.ts';

export interface UnderstandContext {
  shopId: string;
  channel: string;
  productId?: string;
  /** The shop's day, YYYY-MM-DD. */
  today: string;
  /** The words of the shop's catalogue. */
  goods?: GoodsWords;
}

/** An embedder outside this process. Its vectors must be stored under the same id. */
export interface ExternalEmbedder {
  encoderId: string;
  embedQuery(text: string): Promise<Float32Array | null>;
}

export interface UnderstandDeps {
  models: Models;
  index: ReleaseIndex;
  denseSearch: DenseSearch;
  /** The feeling that usually goes with an intent, as its file says. */
  emotionOf(intent: string): EmotionName | undefined;
  embedder?: ExternalEmbedder;
}

export interface Understanding {
  releaseId: string;
  /** Never throws for what a shopper may write; a part that fails is named in `degraded`. */
  understand(text: string, context: UnderstandContext): Promise<Judgement>;
}

/** Longer messages are cut for the models: an n-gram average over a page says nothing any more. */
const MODEL_TEXT_MAX = 400;
const DENSE_TIMEOUT_MS = 1_500;
const EMBED_TIMEOUT_MS = 2_000;
const GUESSES_MAX = 5;
/** What no word shows is felt less surely: the strength of a feeling that only a learned alarm suspects, at certainty. */
const LEARNED = 0.55;

export function createUnderstanding(deps: UnderstandDeps): Understanding {
  const { models, index } = deps;
  const { release } = index;
  const reader = createRiskReader();
  const labelOf = new Map(models.intents.map((intent) => [intent.name, intent.label]));
  const labelAt = new Map(models.classifier.labels.map((label, i) => [label, i]));

  return {
    releaseId: release.id,
    async understand(text, context) {
      const started = performance.now();
      const timings: Record<string, number> = {};
      const degraded: string[] = [];
      const clean = normalise(text);
      const short = clean.length <= MODEL_TEXT_MAX ? clean : clean.slice(0, MODEL_TEXT_MAX);
      const row = vectorise(models.classifier.vectoriser, reader.withoutLookAlikes(short));
      const prediction = predictRow(models.classifier, row);
      timings.intent = since(started);

      let mark = performance.now();
      const { signals: rules, cues } = reader.readWithCues(text, context.channel);
      const alarms = sortSignals(readAlarms(models.risk, models.classifier.labels, row, prediction.shares, rules));
      const intents = guesses(models.classifier, prediction, labelOf);
      const emotion = readEmotion(plainForRisk(short), [...cues, ...learnedCues(alarms)], hintOf(deps, intents[0]));
      const risks = alarms.filter((signal) => !(isLearnedOnly(signal) && emotion.name === 'happy'));
      timings.risk = since(mark);

      mark = performance.now();
      const vector = encode(models.encoder, short);
      const dense = await searchDense(deps, short, vector, context, degraded);
      timings.dense = since(mark);

      mark = performance.now();
      const candidates = rankEntries({
        index,
        text: short,
        vector,
        dense,
        intentShare: (intent) => prediction.shares[labelAt.get(intent) ?? -1] ?? 0,
        allowed: (entry) => isInScope(entry, context),
        mix: dense === null ? models.retriever.mixLexical : models.retriever.mix,
      });
      const faqs = toHits(
        candidates,
        dense === null ? models.retriever.confidenceLexical : models.retriever.confidence,
      );
      timings.faq = since(mark);
      return {
        text: clean,
        language: detectLanguage(clean),
        style: detectStyle(clean),
        intents,
        faqs,
        risks,
        emotion,
        rejects: rejectsAnswer(clean),
        slots: readSlots(clean, context.goods),
        releaseId: release.id,
        timings: { ...timings, understand: since(started) },
        degraded,
      };
    },
  };
}

/** Praise in the shopper's own words outweighs a complaint that only the learned alarm suspects; it never outweighs a rule. */
const isLearnedOnly = ({ rule }: RiskSignal): boolean => rule === 'model:complaint';

/** What the learned alarms found and no rule did. */
const learnedCues = (risks: readonly RiskSignal[]): Cue[] =>
  risks.flatMap((signal) => {
    const mood = signal.rule.startsWith('model:') ? moodOf(signal, undefined) : undefined;
    if (mood === undefined) return [];
    return [{ mood: { name: mood.name, strength: LEARNED * signal.score }, by: signal.rule, evidence: '' }];
  });

function hintOf({ emotionOf }: UnderstandDeps, guess: IntentGuess | undefined): EmotionHint | null {
  const name = guess === undefined ? undefined : emotionOf(guess.intent);
  return guess === undefined || name === undefined ? null : { name, intent: guess.intent, score: guess.score };
}

/** Best first. The first carries the calibrated confidence; the rest share what it leaves, in proportion. */
export function guesses(
  classifier: Classifier,
  prediction: Prediction,
  labelOf: ReadonlyMap<string, string>,
): IntentGuess[] {
  const { shares, top, confidence, outside } = prediction;
  const order = [...shares.keys()]
    .filter((c) => c !== classifier.outside)
    .sort((a, b) => shares[b]! - shares[a]! || a - b);
  const left = (1 - confidence) / Math.max(1e-6, 1 - shares[top]!);
  const list = order.slice(0, GUESSES_MAX).map((c, rank) => ({
    intent: classifier.labels[c]!,
    label: labelOf.get(classifier.labels[c]!) ?? classifier.labels[c]!,
    score: rank === 0 ? confidence : Math.min(confidence, shares[c]! * left),
  }));
  if (!outside) return list;
  const none = classifier.labels[classifier.outside] ?? OUTSIDE_INTENT;
  return [{ intent: none, label: labelOf.get(none) ?? none, score: shares[classifier.outside] ?? 0 }, ...list].slice(
    0,
    GUESSES_MAX,
  );
}

/** null when there is nothing to search with or the search failed in time; then `degraded` says so. */
async function searchDense(
  deps: UnderstandDeps,
  text: string,
  learned: Float32Array,
  { shopId, ...scope }: UnderstandContext,
  degraded: string[],
): Promise<DenseHit[] | null> {
  let encoderId = deps.models.encoder.id;
  let vector = learned;
  if (deps.embedder !== undefined) {
    const external = await inTime(deps.embedder.embedQuery(text), EMBED_TIMEOUT_MS).catch(() => null);
    if (external === null) degraded.push('embedder');
    else {
      vector = external;
      encoderId = deps.embedder.encoderId;
    }
  }
  // No n-gram of the text is known: a zero vector has no direction and the wording decides alone.
  if (vector.every((x) => x === 0)) return null;
  try {
    const query = { ...scope, shopId, releaseId: deps.index.release.id, encoderId, vector, limit: DENSE_ROWS };
    return await inTime(deps.denseSearch(query), DENSE_TIMEOUT_MS);
  } catch {
    degraded.push('dense');
    return null;
  }
}

function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function since(mark: number): number {
  return Math.round((performance.now() - mark) * 1000) / 1000;
}
