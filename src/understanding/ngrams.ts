// Cuts a text into n-grams and names each by 64 bits instead of a string, so that a message makes no garbage. Knows no weights.

import { cleanForModel } from './normalise.ts';
import { runAtOnce, type Steps } from './slices.ts';

/** How a data set is cut. Chinese needs no segmenter: char 1-2-grams beat jieba words on every set measured. */
export type Cut = 'zh' | 'en';

/** The n-grams of a text with repetitions, in two halves of 32 bits. Valid until the next text is read. */
export interface Keys {
  low: Int32Array;
  high: Int32Array;
  count: number;
}

const ENGLISH_WORD = /[a-z0-9]+(?:'[a-z]+)?/g;
const LATIN_RUN = /[a-z]{2,}/g;

// Two hashes over the UTF-16 units. Both are one-to-one in the last unit, and 64 bits keep the n-grams of a million texts apart:
// the chance that any two of them meet is one in some ten million.
const SEED_LOW = 0x811c9dc5 | 0;
const SEED_HIGH = 0x1b873593;
const stepLow = (state: number, unit: number): number => Math.imul(state ^ unit, 0x01000193);
const stepHigh = (state: number, unit: number): number => {
  const mixed = Math.imul(state ^ unit, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
};

const keys: Keys = { low: new Int32Array(1024), high: new Int32Array(1024), count: 0 };
let stateLow = new Int32Array(256);
let stateHigh = new Int32Array(256);

function ensureKeys(more: number): void {
  const needed = keys.count + more;
  if (needed <= keys.low.length) return;
  const grow = (from: Int32Array) => {
    const to = new Int32Array(needed * 2);
    to.set(from);
    return to;
  };
  keys.low = grow(keys.low);
  keys.high = grow(keys.high);
}

function add(low: number, high: number): void {
  keys.low[keys.count] = low;
  keys.high[keys.count++] = high;
}

/** @returns the same object at every call */
export function readKeys(text: string, cut: Cut): Keys {
  keys.count = 0;
  if (cut === 'zh') readChinese(text);
  else readEnglish(text);
  return keys;
}

/** Characters and pairs of neighbours inside of `^…$`, and Latin words of three letters and more. */
function readChinese(text: string): void {
  const cleaned = cleanForModel(text);
  const symbols = `^${cleaned.replaceAll(' ', '')}$`;
  ensureKeys(3 * symbols.length + cleaned.length);
  let beforeLow = 0;
  let beforeHigh = 0;
  for (let i = 0; i < symbols.length; ) {
    const unit = symbols.charCodeAt(i);
    const next = i + 1 < symbols.length ? symbols.charCodeAt(i + 1) : 0;
    const isPair = (unit & 0xfc00) === 0xd800 && (next & 0xfc00) === 0xdc00;
    let ownLow = stepLow(SEED_LOW, unit);
    let ownHigh = stepHigh(SEED_HIGH, unit);
    let pairLow = stepLow(beforeLow, unit);
    let pairHigh = stepHigh(beforeHigh, unit);
    if (isPair) {
      ownLow = stepLow(ownLow, next);
      ownHigh = stepHigh(ownHigh, next);
      pairLow = stepLow(pairLow, next);
      pairHigh = stepHigh(pairHigh, next);
    }
    if (i > 0) add(pairLow, pairHigh);
    add(ownLow, ownHigh);
    beforeLow = ownLow;
    beforeHigh = ownHigh;
    i += isPair ? 2 : 1;
  }
  for (const run of cleaned.match(LATIN_RUN) ?? []) if (run.length > 2) addString('w ', run);
}

/** Words, pairs of words, and the character 2-4-grams inside of `<word>`. */
function readEnglish(text: string): void {
  const words = text.normalize('NFKC').toLowerCase().replaceAll('’', "'").match(ENGLISH_WORD) ?? [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    ensureKeys(3 * word.length + 8);
    addString('w ', word);
    if (i + 1 < words.length) addString('v ', word, ' ', words[i + 1]!);
    addInside(word);
  }
}

function addString(...parts: string[]): void {
  const { low, high } = keyOf(parts.join(''));
  add(low, high);
}

/** The 64 bits of any string. */
export function keyOf(text: string): { low: number; high: number } {
  let low = SEED_LOW;
  let high = SEED_HIGH;
  for (let i = 0; i < text.length; i++) {
    low = stepLow(low, text.charCodeAt(i));
    high = stepHigh(high, text.charCodeAt(i));
  }
  return { low, high };
}

const OPEN = '<'.charCodeAt(0);
const CLOSE = '>'.charCodeAt(0);

/** Each length goes on from the states of the one before: one step per n-gram. */
function addInside(word: string): void {
  const length = word.length + 2;
  if (stateLow.length < length) {
    stateLow = new Int32Array(2 * length);
    stateHigh = new Int32Array(2 * length);
  }
  const unitAt = (i: number): number => (i === 0 ? OPEN : i > word.length ? CLOSE : word.charCodeAt(i - 1));
  for (let k = 0; k < length; k++) {
    stateLow[k] = stepLow(SEED_LOW, unitAt(k));
    stateHigh[k] = stepHigh(SEED_HIGH, unitAt(k));
  }
  for (let n = 2; n <= 4; n++) {
    for (let k = 0; k + n <= length; k++) {
      const unit = unitAt(k + n - 1);
      const low = stepLow(stateLow[k]!, unit);
      const high = stepHigh(stateHigh[k]!, unit);
      stateLow[k] = low;
      stateHigh[k] = high;
      add(low, high);
    }
  }
}

/** Numbers n-grams in the order they are added. Open addressing over typed arrays: it is stored and loaded as it is. */
export interface KeyTable {
  size: number;
  low: Int32Array;
  high: Int32Array;
  /** Number of the n-gram plus one; 0 where nothing is. */
  slots: Int32Array;
}

const SIZE_MIN = 256;

export function createKeyTable(): KeyTable {
  return {
    size: 0,
    low: new Int32Array(SIZE_MIN),
    high: new Int32Array(SIZE_MIN),
    slots: new Int32Array(2 * SIZE_MIN),
  };
}

/** The slot that holds the n-gram, or the empty one where it belongs. */
function slotOf(table: KeyTable, low: number, high: number): number {
  const mask = table.slots.length - 1;
  let at = Math.imul(low ^ Math.imul(high, 0x2545f491), 0x9e3779b1) >>> 7;
  for (at &= mask; ; at = (at + 1) & mask) {
    const found = table.slots[at]!;
    if (found === 0 || (table.low[found - 1] === low && table.high[found - 1] === high)) return at;
  }
}

/** Its number, or -1. */
export function findKey(table: KeyTable, low: number, high: number): number {
  return table.slots[slotOf(table, low, high)]! - 1;
}

/** Its number, a new one if it was not there. */
export function addKey(table: KeyTable, low: number, high: number): number {
  const slot = slotOf(table, low, high);
  const found = table.slots[slot]!;
  if (found > 0) return found - 1;
  if (table.size === table.low.length) {
    resize(table, 2 * table.size);
    return addKey(table, low, high);
  }
  table.low[table.size] = low;
  table.high[table.size] = high;
  table.slots[slot] = ++table.size;
  return table.size - 1;
}

/** Gives back the room that was kept for more. */
export function trimKeys(table: KeyTable): KeyTable {
  resize(table, table.size);
  return table;
}

/** What has to be stored: the slots follow from it. */
export const bareKeys = ({ size, low, high }: KeyTable): KeyTable => ({ size, low, high, slots: new Int32Array(0) });

/** Finds again what `bareKeys` left. */
export const findableSteps = (table: KeyTable): Steps<void> => slotSteps(table, table.low.length);

function resize(table: KeyTable, capacity: number): void {
  const { size } = table;
  const sized = (from: Int32Array) => {
    const to = new Int32Array(capacity);
    to.set(from.subarray(0, size));
    return to;
  };
  table.low = sized(table.low);
  table.high = sized(table.high);
  runAtOnce(slotSteps(table, capacity));
}

const SLOTTED_AT_ONCE = 8_192;

function* slotSteps(table: KeyTable, capacity: number): Steps<void> {
  const { size } = table;
  let slots = 2 * SIZE_MIN;
  while (slots < 2 * capacity) slots *= 2;
  table.slots = new Int32Array(slots);
  for (let i = 0; i < size; i++) {
    table.slots[slotOf(table, table.low[i]!, table.high[i]!)] = i + 1;
    if (i % SLOTTED_AT_ONCE === 0) yield;
  }
}
