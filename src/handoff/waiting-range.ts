// How long a newcomer will wait, as an honest range: from the last waits and from how soon agents come free. Pure.
import type { WaitRange } from '../contract/shop.ts';

/** What was expected of a wait when it began: kept with it, so that the next range learns from how it ended. */
export interface Foreseen {
  seconds: number;
  /** Conversations that had to end before it was its turn; 0 when somebody was free. */
  releases: number;
}

/** One of the last waits. */
export interface PastWait {
  ms: number;
  foreseen: Foreseen | null;
}

/** Who takes cases of a team now, and how fast. */
export interface TeamPace {
  /** Newest first; the last hundred are looked at. */
  waits: readonly PastWait[];
  /** What the agents who are online can still take, in weights. */
  free: number;
  /** Conversations they end in an hour while all are busy; null while none has ended yet. */
  perHour: number | null;
}

const WAITS = 100;
/** Fewer waits say nothing. */
const WAITS_MIN = 5;
/** Without waits of its own kind, how soon a free agent takes a case: the quicker ones of all, but no more than this. */
const REACTION_MAX_MS = 30_000;

// The figures below were chosen by test/handoff/waiting-range.test.ts's simulation, on other seeds than it is judged by.
/** Shares of the past at the two ends. More than four fifths of it, so that four fifths still hold when things change. */
const BELOW = 0.05;
const ABOVE = 0.91;
/** As many invented waits of the expected spread as soften the first real ones. */
const PRIOR_WEIGHT = 1.5;
/** Twenty quantiles of the normal distribution. */
const PRIOR = [0.063, 0.189, 0.319, 0.454, 0.598, 0.755, 0.935, 1.15, 1.44, 1.96].flatMap((z) => [-z, z]);

/** Expected spread of ln(true / foreseen): one release is a gamble, many even out, but never below what nobody can foresee. */
const spreadOf = (releases: number): number => (releases < 1 ? 0.55 : Math.sqrt(0.64 / releases + 0.0625));

function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** How long a free agent takes to answer the door. */
function reactionMs(waits: readonly PastWait[]): number {
  const free = waits.filter((w) => w.foreseen !== null && w.foreseen.releases < 1).map((w) => w.ms);
  if (free.length >= WAITS_MIN) return quantile(ascending(free), 0.5);
  return Math.min(REACTION_MAX_MS, quantile(ascending(waits.map((w) => w.ms)), 0.25));
}

/** What to expect for somebody with this weight of cases before them; null when nothing was measured that says it. */
export function foresee(before: number, pace: TeamPace): Foreseen | null {
  const waits = pace.waits.slice(0, WAITS);
  if (waits.length < WAITS_MIN) return null;
  const releases = Math.max(0, before + 1 - pace.free);
  if (releases > 0 && !pace.perHour) return null;
  const queueSeconds = releases === 0 ? 0 : (releases * 3_600) / pace.perHour!;
  return { seconds: Math.max(1, reactionMs(waits) / 1_000 + queueSeconds), releases };
}

/** The value below which this share of the weight lies. */
function weighted(items: readonly { z: number; weight: number }[], share: number): number {
  let left = share * items.reduce((sum, i) => sum + i.weight, 0);
  for (const { z, weight } of items) {
    left -= weight;
    if (left <= 0) return z;
  }
  return items.at(-1)!.z;
}

/**
 * The range around what is foreseen: as far off as the last hundred expectations were, those of a queue of about the same
 * length counting most.
 */
export function waitingRange(foreseen: Foreseen, waits: readonly PastWait[]): WaitRange {
  const items = PRIOR.map((z) => ({ z, weight: PRIOR_WEIGHT }));
  for (const { ms, foreseen: then } of waits.slice(0, WAITS)) {
    if (then === null) continue;
    const off = Math.log(Math.max(0.5, ms / 1_000) / then.seconds);
    const unlike = Math.abs(Math.log((then.releases + 0.5) / (foreseen.releases + 0.5)));
    items.push({ z: off / spreadOf(then.releases), weight: Math.exp(-unlike) });
  }
  items.sort((a, b) => a.z - b.z);
  const spread = spreadOf(foreseen.releases);
  const at = (share: number) => foreseen.seconds * Math.exp(spread * weighted(items, share));
  return sayable(at(BELOW), at(ABOVE));
}

/** How finely a length is said: `[below these seconds, in steps of]`. */
const STEPS: readonly [number, number][] = [
  [60, 10],
  [1_200, 60],
  [3_600, 300],
  [Number.POSITIVE_INFINITY, 1_800],
];
const stepOf = (seconds: number): number => STEPS.find(([below]) => seconds < below)![1];

/** As people say it: tens of seconds, whole minutes, five minutes, half hours. */
function sayable(fromSeconds: number, toSeconds: number): WaitRange {
  const to = Math.max(10, Math.round(toSeconds / stepOf(toSeconds)) * stepOf(toSeconds));
  // a range that reaches into minutes begins at nothing, half a minute or a whole one
  const fine = to >= 60 && fromSeconds < 60 ? 30 : stepOf(fromSeconds);
  const from = Math.round(fromSeconds / fine) * fine;
  return { fromSeconds: from < to ? from : Math.max(0, to - stepOf(to - 1)), toSeconds: to };
}
