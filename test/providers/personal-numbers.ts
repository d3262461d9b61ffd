// Makes messages that carry a phone number, an ID-card number or a bank card, written as people write them, and finds what is left of one.

export interface PersonalMessage {
  text: string;
  kind: 'phone' | 'id-card' | 'bank-card';
  spelling: string;
  /** The number itself, plain. */
  number: string;
}

/** Small, and the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: the last sign is the check of the seventeen before it. */
const idCheck = (head: string): string =>
  '10X98765432'[[...head].reduce((sum, digit, at) => sum + Number(digit) * WEIGHTS[at]!, 0) % 11]!;

function luhnCheck(head: string): string {
  let sum = 0;
  [...head].reverse().forEach((sign, at) => {
    const digit = Number(sign) * (at % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  });
  return String((10 - (sum % 10)) % 10);
}

const FULL_WIDTH = '０１２３４５６７８９';
const SPOKEN = '零一二三四五六七八九';
const FORMAL = '零壹贰叁肆伍陆柒捌玖';
const TELEPHONE = '洞幺两三四五六拐八勾';
const CIRCLED = '⓪①②③④⑤⑥⑦⑧⑨';
const DARK = '⓿❶❷❸❹❺❻❼❽❾';
const ARABIC = '٠١٢٣٤٥٦٧٨٩';
const written = (number: string, digits: string): string =>
  number.replace(/\d/g, (digit) => [...digits][Number(digit)]!);

const GROUPS: Record<PersonalMessage['kind'], readonly number[][]> = {
  phone: [
    [3, 4, 4],
    [4, 3, 4],
    [3, 8],
    [5, 6],
  ],
  'id-card': [
    [6, 8, 4],
    [6, 4, 4, 4],
    [3, 3, 4, 4, 4],
  ],
  'bank-card': [
    [4, 4, 4, 4, 4],
    [6, 13],
    [4, 4, 4, 7],
  ],
};

function grouped(number: string, sizes: readonly number[], separator: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at < number.length) parts.push(number.slice(at, at + size));
    at += size;
  }
  if (at < number.length) parts.push(number.slice(at));
  return parts.join(separator);
}

/** What stands between the groups. */
const SEPARATORS = [' ', '-', '—', '–', '－', '.', '·', '_', '/', '，', ',', '、', '  ', ' - ', '~', '*', '\n', '\t'];
const isNoList = (separator: string) => !/[,，、/]/.test(separator);
const INVISIBLE = ['\u200b', '\u200d', '\ufeff', '\u00a0', '\u2060', '\u3000'];

const BEFORE = [
  '我的号码是',
  '打这个 ',
  '麻烦记一下：',
  '卡号/证件',
  '联系我',
  '亲，',
  '(',
  '',
  '快递到不了就拨',
  '登记的是「',
];
const AFTER = ['，谢谢', ' 别打错', '，什么时候能退', '？', '', '」', ')', ' 收到没', '的那个，帮我查订单', '\n快点'];

/** `count` messages; the same seed gives the same ones. */
export function messages(count: number, seed: number): PersonalMessage[] {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const digits = (many: number) => Array.from({ length: many }, () => String(below(10))).join('');

  function numberOf(kind: PersonalMessage['kind']): string {
    if (kind === 'phone') return `1${3 + below(7)}${digits(9)}`;
    if (kind === 'bank-card') {
      const head = pick(['622202', '621700', '436742', '5187', '6228']);
      const body = head + digits(pick([16, 19]) - 1 - head.length);
      return body + luhnCheck(body);
    }
    const two = (value: number) => String(value).padStart(2, '0');
    const day = `${1940 + below(75)}${two(1 + below(12))}${two(1 + below(28))}`;
    const head = pick(['330402', '110105', '440305', '510104', '659004']) + day + digits(3);
    return head + idCheck(head);
  }

  function spell(number: string, kind: PersonalMessage['kind']): [string, string] {
    const inGroups = (text: string) => {
      const sizes = pick(GROUPS[kind]);
      // 1599、199、1299 are three prices as well, so nobody can tell
      return grouped(text, sizes, pick(sizes[0] === 4 && kind === 'phone' ? SEPARATORS.filter(isNoList) : SEPARATORS));
    };
    const spellings: [string, () => string][] = [
      ['plain', () => number],
      ['full width', () => written(number, FULL_WIDTH)],
      ['spoken', () => written(number, SPOKEN)],
      ['formal', () => written(number, FORMAL)],
      ['as said on the telephone', () => written(number, TELEPHONE)],
      ['circled', () => written(number, CIRCLED)],
      ['dark circles', () => written(number, DARK)],
      ['Arabic digits', () => written(number, ARABIC)],
      ['keycaps', () => number.replace(/\d/g, '$&\ufe0f\u20e3')],
      ['bold', () => number.replace(/\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit)))],
      ['mixed', () => [...number].map((sign) => (random() < 0.3 ? written(sign, SPOKEN) : sign)).join('')],
      ['one by one', () => [...number].join(pick([' ', '-', '.', '、', '，', ',', '/', '~', '*']))],
      ['spoken in groups', () => inGroups(written(number, SPOKEN))],
      ['full width in groups', () => inGroups(written(number, FULL_WIDTH))],
      ['invisible signs', () => grouped(number, pick(GROUPS[kind]), pick(INVISIBLE))],
    ];
    // grouping is what people really do
    if (random() < 0.4) return ['groups', inGroups(number)];
    if (kind === 'phone' && random() < 0.15)
      return ['with country code', pick(['+86', '+86 ', '0086', '86-']) + number];
    const [name, make] = pick(spellings);
    return [name, make()];
  }

  return Array.from({ length: count }, () => {
    const kind = pick(['phone', 'id-card', 'bank-card'] as const);
    const number = numberOf(kind);
    const [spelling, spelt] = spell(number, kind);
    return { text: pick(BEFORE) + spelt + pick(AFTER), kind, spelling, number };
  });
}

const DIGIT_OF = new Map(
  [FULL_WIDTH, SPOKEN, FORMAL, TELEPHONE, CIRCLED, DARK, ARABIC].flatMap((digits) =>
    [...digits].map((sign, at) => [sign, String(at)] as const),
  ),
);

/** Every digit of a text in whatever spelling, and nothing else. */
export const bareDigits = (text: string): string =>
  [...text]
    .map((sign) => DIGIT_OF.get(sign) ?? sign.normalize('NFKC'))
    .join('')
    .replace(/[^0-9X]/gi, '')
    .toUpperCase();

/** The part of the number that got through: half of it is too much. Null when nothing did. */
export function leaksOf(text: string, { number }: PersonalMessage): string | null {
  const found = bareDigits(text);
  const half = Math.ceil(number.length / 2);
  for (let at = 0; at + half <= number.length; at++) {
    const part = number.slice(at, at + half);
    if (found.includes(part)) return part;
  }
  return null;
}
