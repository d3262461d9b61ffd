// The labelled outgoing sentences and how a reading of them is scored.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PromiseKind } from '../../src/contract/promise.ts';
import { detectPromises, type FoundPromise } from '../../src/promises/detect.ts';

export interface Sentence {
  id: string;
  /**
   * The rules were made looking at the misses in `dev`; of `judge` only the figures were seen. In it, j… was written before
   * the first rule, p… after the last list of words.
   */
  half: 'dev' | 'judge';
  text: string;
  /** Each with the kinds a person would accept, and its due time on the shop's clock. */
  promises: { kinds: PromiseKind[]; dueAt: string | null }[];
  /** Why it promises nothing. */
  because?: string;
}

/** A Tuesday, half past two in Shanghai: when all sentences are said. */
export const SAID_AT = new Date('2026-11-24T14:30:00+08:00');

export const SENTENCES: readonly Sentence[] = readFileSync(path.join(import.meta.dirname, 'sentences.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Sentence);

export interface Score {
  promised: number;
  /** Share of the promises that were found under an accepted kind, or as one whose kind is left to a person. */
  recall: number;
  /** Share found under an accepted kind. */
  kindRecall: number;
  /** Share of the found ones with the right due time, none included. */
  dueRight: number;
  /** Found beside the promises of a sentence that has some, as a share of these. */
  superfluous: number;
  innocent: number;
  /** Share of the sentences without a promise in which one was seen. */
  falseRate: number;
  missed: string[];
  falseAlarms: string[];
}

export function score(sentences: readonly Sentence[]): Score {
  let promised = 0;
  let found = 0;
  let named = 0;
  let timed = 0;
  let superfluous = 0;
  const missed: string[] = [];
  const innocent = sentences.filter((sentence) => sentence.promises.length === 0);
  for (const sentence of sentences) {
    const left = detectPromises(sentence.text, { now: SAID_AT });
    for (const wanted of sentence.promises) {
      promised++;
      const match = take(left, ({ kind }) => wanted.kinds.includes(kind)) ?? take(left, ({ kind }) => kind === 'other');
      if (!match) {
        missed.push(`${sentence.id} ${wanted.kinds[0]}: ${sentence.text}`);
        continue;
      }
      found++;
      if (wanted.kinds.includes(match.kind)) named++;
      if ((match.dueAt?.getTime() ?? null) === asInstant(wanted.dueAt)) timed++;
    }
    if (sentence.promises.length > 0) superfluous += left.length;
  }
  const falseAlarms = innocent
    .filter(({ text }) => detectPromises(text, { now: SAID_AT }).length > 0)
    .map(({ id, because, text }) => `${id} ${because}: ${text}`);
  return {
    promised,
    recall: found / promised,
    kindRecall: named / promised,
    dueRight: timed / found,
    superfluous: superfluous / promised,
    innocent: innocent.length,
    falseRate: falseAlarms.length / innocent.length,
    missed,
    falseAlarms,
  };
}

const asInstant = (shopClock: string | null): number | null =>
  shopClock === null ? null : Date.parse(`${shopClock}+08:00`);

function take(left: FoundPromise[], fits: (found: FoundPromise) => boolean): FoundPromise | undefined {
  const at = left.findIndex(fits);
  return at < 0 ? undefined : left.splice(at, 1)[0];
}
