// Asks the retriever questions it never learned from, so that its scores become honest probabilities. Pure computation.
import type { Content } from '../contract/content.ts';
import { type Encoder, encode } from './encoder.ts';
import { type LabelledRow, OUTSIDE_INTENT } from './learn-from.ts';
import { indexRelease, type Release } from './retriever.ts';
import { createRiskReader } from './risk.ts';
import type { TrainedClassifier } from './train-classifier.ts';
import { fitRetriever, type RetrieverFit, type Trial, type TrialIndex } from './train-retriever.ts';

/** Each held-out question leaves three quarters of its entry's own behind. */
const QUESTION_FOLDS = 4;
/** One of the four folds gives figures enough. */
export const FOLDS_ASKED = 1;
/** So many questions of each kind fit two handfuls of weights; more only take time. */
const TRIALS_MAX = 1_200;
/** Messages with these never reach the FAQ, so they say nothing about it. */
const DECIDED_BEFORE = new Set(['R0', 'R1', 'R2']);

export interface RetrievalMaterial {
  content: Content;
  rows: readonly LabelledRow[];
  release: Release;
  trained: TrainedClassifier;
  encoder: Encoder;
}

/** The release without the questions of one fold. */
export interface FoldRelease {
  fold: number;
  hidden: ReadonlySet<string>;
  release: Release;
}

export function foldRelease(release: Release, fold: number): FoldRelease {
  const hidden = new Set(release.entries.flatMap((entry) => heldOutQuestions(entry.variants, fold)));
  const entries = release.entries.map((entry) => ({
    ...entry,
    variants: entry.variants.filter((text) => !hidden.has(text)),
  }));
  return { fold, hidden, release: { id: release.id, entries } };
}

/** `folds` with an encoder each that never saw its hidden questions. */
export function calibrateRetrieval(
  material: RetrievalMaterial,
  folds: readonly (FoldRelease & { encoder: Encoder })[],
): RetrieverFit {
  const { rows, release, trained } = material;
  const labelAt = new Map(trained.classifier.labels.map((label, i) => [label, i]));
  const heldOutOf = new Map(trained.heldOut.map((held) => [rows[held.row]!.text, held.shares]));
  const shareOf = (text: string) => (intent: string) => heldOutOf.get(text)?.[labelAt.get(intent) ?? -1] ?? 0;
  const answers = subjects(release);
  const fresh: Trial[] = [];
  const known: Trial[] = [];
  const final = searchable(release, material.encoder);
  for (const { fold, release: without, encoder } of folds) {
    const searched = searchable(without, encoder);
    for (const entry of release.entries) {
      for (const text of heldOutQuestions(entry.variants, fold)) {
        const common = { text, entryId: entry.entryId, answers: answers(entry.entryId), intentShare: shareOf(text) };
        fresh.push({ ...common, searched, vector: encode(encoder, text), isKnown: false });
        known.push({ ...common, searched: final, vector: encode(material.encoder, text), isKnown: true });
      }
    }
  }
  const foreign = strangers(material, final, shareOf);
  return fitRetriever([fresh, known, foreign].flatMap((trials) => spread(trials, TRIALS_MAX)));
}

/** At most so many, evenly spread. */
function spread<T>(items: readonly T[], max: number): T[] {
  const step = Math.max(1, items.length / max);
  return Array.from({ length: Math.min(max, items.length) }, (_, i) => items[Math.floor(i * step)]!);
}

function heldOutQuestions(variants: readonly string[], fold: number): string[] {
  return variants.filter((_, i) => i % QUESTION_FOLDS === fold);
}

function searchable(release: Release, encoder: Encoder): TrialIndex {
  const wordings = release.entries.flatMap(({ entryId, variants }) =>
    variants.map((variant) => ({ entryId, variant })),
  );
  const vectors = new Float32Array(wordings.length * encoder.dimensions);
  wordings.forEach(({ variant }, i) => {
    vectors.set(encode(encoder, variant), i * encoder.dimensions);
  });
  return { index: indexRelease(release, (text) => encode(encoder, text)), wordings, vectors };
}

/**
 * An answer is right when its entry was written for the question, or has the same main intent and is not about another product:
 * the entries of one intent overlap, and the shopper can go on from a neighbour, but not from another product's facts.
 */
function subjects(release: Release): (entryId: string) => (other: string) => boolean {
  const entryOf = new Map(release.entries.map((entry) => [entry.entryId, entry]));
  return (entryId) => (other) => {
    if (entryId === other) return true;
    const own = entryOf.get(entryId)!;
    const found = entryOf.get(other)!;
    const isSameThing =
      own.products.length === 0 ||
      found.products.length === 0 ||
      own.products.some((product) => found.products.includes(product));
    return own.intents[0] === found.intents[0] && isSameThing;
  };
}

/** Examples no entry was written for: whatever is found is wrong, except the entry that says "I only know this shop". */
function strangers(
  { content, rows, release, trained, encoder }: RetrievalMaterial,
  searched: TrialIndex,
  shareOf: (text: string) => Trial['intentShare'],
): Trial[] {
  const reader = createRiskReader();
  const answerable = new Set(content.entries.flatMap((entry) => entry.intents));
  const refusals = new Set(
    release.entries.filter((entry) => entry.intents.includes(OUTSIDE_INTENT)).map((entry) => entry.entryId),
  );
  const trials: Trial[] = [];
  for (const held of trained.heldOut) {
    const { text, label, source } = rows[held.row]!;
    const isOutside = label === OUTSIDE_INTENT;
    if (source !== 'intent' || (answerable.has(label) && !isOutside)) continue;
    if (reader.read(text, '').some((signal) => DECIDED_BEFORE.has(signal.level))) continue;
    const answers = (entryId: string) => isOutside && refusals.has(entryId);
    trials.push({
      searched,
      text,
      vector: encode(encoder, text),
      entryId: null,
      answers,
      intentShare: shareOf(text),
      isKnown: false,
    });
  }
  return trials;
}
