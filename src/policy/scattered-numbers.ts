// Finds phone, ID-card and bank-card numbers whatever their digits look like and whatever stands between them. Knows shapes and check digits, no words.

export interface ScatteredNumber {
  kind: 'phone' | 'id_card' | 'bank_card';
  start: number;
  end: number;
}

const SPOKEN_ROWS = ['零〇洞', '一幺壹', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒拐', '八捌', '九玖勾'];
const SPOKEN_SIGN = new RegExp(`[${SPOKEN_ROWS.join('')}]`, 'g');
const SPOKEN = new Map(SPOKEN_ROWS.flatMap((row, digit) => [...row].map((sign) => [sign, String(digit)] as const)));

/** ❶ and ➀ have no compatibility form in Unicode; each row begins with 1. */
const DINGBAT_ROWS = [0x2776, 0x2780, 0x278a];
const ODD_SIGN = /(?!\p{ASCII}|\p{Script=Han})./gsu;

/**
 * The same text, place for place, with every digit of any script (１ ① 𝟏 ❶ ١) as an ASCII digit. Spoken digits stay:
 * most 一 are words.
 */
export function plainDigits(text: string): string {
  return text.replace(ODD_SIGN, (sign) => {
    const digit = digitOf(sign);
    return digit === null ? sign : digit.padEnd(sign.length, '\u200b');
  });
}

function digitOf(sign: string): string | null {
  const code = sign.codePointAt(0)!;
  if (sign === '⓿') return '0';
  const row = DINGBAT_ROWS.find((first) => code >= first && code < first + 9);
  if (row !== undefined) return String(code - row + 1);
  const plain = sign.normalize('NFKC');
  if (/^[0-9]$/.test(plain)) return plain;
  return /^\p{Nd}$/u.test(plain) ? String(valueOfDigit(code)) : null;
}

/** Unicode keeps the ten digits of a script together, so the value is the distance from its zero. */
function valueOfDigit(code: number): number {
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value++;
  return value;
}

/** 13八 -> 138 */
export function spelledOut(value: string): string {
  return digitsOf(plainDigits(value)).replace(/\D/g, '');
}

const digitsOf = (plain: string): string => plain.replace(SPOKEN_SIGN, (sign) => SPOKEN.get(sign)!);

const SIGN = `[0-9${SPOKEN_ROWS.join('')}]`;
/** Groups of digits with at most three signs between them that are neither letter nor digit. */
const CHAIN = new RegExp(`${SIGN}+(?:[^\\p{L}\\p{N}]{1,3}${SIGN}+)*(?:[^\\p{L}\\p{N}]{0,3}[xX](?![a-zA-Z]))?`, 'gu');
const GROUP = new RegExp(`${SIGN}+|[xX]`, 'g');

interface Group {
  start: number;
  end: number;
  digits: string;
  /** What stands before it is how lists are written. */
  isListed: boolean;
}

/** Text from `plainDigits`. A part of a chain counts when its groups together are such a number. */
export function findScatteredNumbers(plain: string): ScatteredNumber[] {
  const found: ScatteredNumber[] = [];
  for (const chain of plain.matchAll(CHAIN)) {
    if (chain[0].length < DIGITS_MIN) continue;
    const groups = [...chain[0].matchAll(GROUP)].map(({ 0: text, index }) => ({
      start: chain.index + index,
      end: chain.index + index + text.length,
      digits: text === 'x' ? 'X' : digitsOf(text),
      isListed: /[,，、/]\s*$/.test(chain[0].slice(Math.max(0, index - 3), index)),
    }));
    for (let from = 0; from < groups.length; from++) {
      const to = longestFrom(groups, from);
      if (to === null) continue;
      found.push({ kind: to.kind, start: groups[from]!.start, end: groups[to.last]!.end });
      from = to.last;
    }
  }
  return found;
}

const DIGITS_MIN = 11;
const DIGITS_MAX = 19;

function longestFrom(groups: readonly Group[], from: number): { kind: ScatteredNumber['kind']; last: number } | null {
  let best: { kind: ScatteredNumber['kind']; last: number } | null = null;
  let digits = '';
  const sizes: number[] = [];
  let isList = false;
  for (let last = from; last < groups.length; last++) {
    const group = groups[last]!.digits;
    digits += group;
    if (digits.length > DIGITS_MAX) break;
    sizes.push(group.length);
    isList ||= last > from && groups[last]!.isListed;
    const kind = digits.length < DIGITS_MIN ? null : kindOf(digits, sizes, isList);
    if (kind !== null) best = { kind, last };
  }
  return best;
}

/** How people break a phone number; other breaks of eleven digits are lists of prices or sizes. */
const PHONE_BREAKS = new Set(['11', '3 4 4', '3 8', '5 6', '7 4', '4 7', '6 5', '3 4 2 2']);
/** 1599、199、1299 are three prices. */
const PHONE_BREAKS_NO_LIST = new Set(['4 3 4', '3 3 5']);

function kindOf(digits: string, sizes: readonly number[], isList: boolean): ScatteredNumber['kind'] | null {
  if (/^(?:00)?86$/.test(digits.slice(0, sizes[0])) && sizes.length > 1) {
    const rest = kindOf(digits.slice(sizes[0]), sizes.slice(1), isList);
    return rest === 'phone' ? rest : null;
  }
  const oneByOne = sizes.every((size) => size === 1);
  if (/^1[3-9]\d{9}$/.test(digits)) {
    const breaks = sizes.join(' ');
    if (oneByOne || PHONE_BREAKS.has(breaks) || (!isList && PHONE_BREAKS_NO_LIST.has(breaks))) return 'phone';
  }
  if (isIdCard(digits)) return 'id_card';
  const isCard = /^(?=\d{15,19}$)(?:62|4|5[1-5]|3[457])/.test(digits) && luhn(digits);
  return isCard && (oneByOne || sizes.every((size) => size > 2 || size === sizes.at(-1))) ? 'bank_card' : null;
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A region, a day and the check sign of GB 11643. */
function isIdCard(digits: string): boolean {
  if (!/^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(digits)) return false;
  const sum = ID_WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return '10X98765432'[sum % 11] === digits[17];
}

/** The check digit every bank card has; an order number has it by chance one time in ten. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    let digit = Number(digits[digits.length - 1 - at]);
    if (at % 2 === 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}
