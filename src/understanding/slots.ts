// Reads slots from a message: products, colours and sizes by the shop's own catalogue, the rest by general patterns. Nothing is guessed.
import type { Slots } from '../contract/decision.ts';
import { colourKey, findGoods, type GoodsWords, sizeKey } from './goods-words.ts';
import { PLACES } from './places.ts';

const COURIER_PREFIX = 'SF|ZT|ZTO|YT|YD|STO|ST|JT|JTSD|JD[A-Z]{0,2}|EMS|DB|DPK|YZ|HT';
/** Removed from the text once read, so that a phone number is never found inside an order number. */
const TAKEN = ' \u0000 ';

const CHINESE_DIGITS: Readonly<Record<string, number>> = {
  一: 1,
  二: 2,
  两: 2,
  俩: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};

interface SlotRule {
  slot: string;
  pattern: RegExp;
  /** From the match to the value; null rejects it. */
  value(match: RegExpMatchArray): string | null;
}

const first = (match: RegExpMatchArray): string => match[1] ?? match[0];
const inRange = (text: string | undefined, min: number, max: number): string | null => {
  const number = Number(text);
  return Number.isFinite(number) && number >= min && number <= max ? String(number) : null;
};
const count = (text: string): string | null => {
  const number = CHINESE_DIGITS[text] ?? Number(text);
  return Number.isInteger(number) && number >= 1 && number <= 9999 ? String(number) : null;
};

/** In this order: each takes its text away from the next. */
const RULES: readonly SlotRule[] = [
  {
    slot: 'order',
    pattern: new RegExp(`(?<![A-Z0-9])(?!(?:${COURIER_PREFIX})\\d)[A-Z]{2}\\d{10,16}(?!\\d)`, 'gi'),
    value: (m) => m[0].toUpperCase(),
  },
  {
    slot: 'tracking',
    pattern: new RegExp(`(?<![A-Z0-9])(?:${COURIER_PREFIX})\\d{10,15}(?!\\d)`, 'gi'),
    value: (m) => m[0].toUpperCase(),
  },
  { slot: 'tracking', pattern: /(?:快递|运|物流)单号[是为:：\s]*(\d{10,18})(?!\d)/g, value: first },
  {
    slot: 'phone',
    pattern: /(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)/g,
    value: (m) => `${m[1]}${m[2]}${m[3]}`,
  },
  { slot: 'order', pattern: /(?<!\d)\d{16,19}(?!\d)/g, value: (m) => m[0] },
  {
    slot: 'date',
    pattern: /(?<!\d)(20\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)/g,
    value: (m) => isoDay(m[1]!, m[2]!, m[3]!),
  },
  {
    slot: 'date',
    pattern: /(?<!\d)(\d{1,2})月(\d{1,2})[日号]/g,
    value: (m) => (Number(m[1]) <= 12 && Number(m[2]) <= 31 ? `${m[1]}月${m[2]}日` : null),
  },
  {
    slot: 'height',
    pattern: /(?:身高|高)[是有约大概:：\s]*(\d{2,3}(?:\.\d)?)\s*(?:cm|厘米|公分)?(?![\d.]*(?:斤|kg|公斤|元))/gi,
    value: (m) => inRange(m[1], 50, 230),
  },
  { slot: 'height', pattern: /(?<![\d.])(1[3-9]\d|20\d|[6-9]\d)\s*(?:cm|厘米|公分)(?!\s*[x*×])/gi, value: first },
  {
    slot: 'height',
    pattern: /(?<![\d.])1[.米](\d{1,2})\s*米?(?=[的左高\s,，。]|$|\d{2,3}斤)/g,
    value: (m) => `1${m[1]!.padEnd(2, '0')}`,
  },
  {
    slot: 'height',
    pattern: /(?:一米)([四五六七八九])([零一二三四五六七八九五])?/g,
    value: (m) => `1${CHINESE_DIGITS[m[1]!]}${CHINESE_DIGITS[m[2] ?? ''] ?? 0}`,
  },
  { slot: 'weight', pattern: /(?<![\d.])(\d{2,3}(?:\.\d)?)\s*(?:kg|公斤|千克)/gi, value: (m) => inRange(m[1], 8, 200) },
  { slot: 'weight', pattern: /(?<![\d.])(\d{2,3}(?:\.\d)?)\s*斤/g, value: (m) => halved(m[1]) },
  { slot: 'weight', pattern: /体重[是有约大概:：\s]*(\d{2,3})(?!\d)/g, value: (m) => halved(m[1]) },
  {
    slot: 'height,weight',
    pattern: /(?<!\d)(1[4-9]\d)\s*[/／,，\s]\s*(\d{2,3})(?!\d|\s*(?:元|块))/g,
    value: (m) => (Number(m[2]) >= 35 && Number(m[2]) <= 220 ? `${m[1]},${halvedOrKilos(m[2]!)}` : null),
  },
  {
    slot: 'amount',
    pattern: /[¥￥]\s*(\d+(?:\.\d{1,2})?)|(?<![\d.])(\d+(?:\.\d{1,2})?)\s*(?:元|块钱?|rmb)/gi,
    value: (m) => inRange(m[1] ?? m[2], 0, 10_000_000),
  },
  {
    slot: 'quantity',
    pattern:
      /(?<![\d.第])(\d{1,4}|[一二两俩三四五六七八九十])\s*(?:件|条|套|双|个|只|床|盒|份)(?!月|小时|钟|人|工作日|半)/g,
    value: (m) => count(m[1]!),
  },
  {
    slot: 'size',
    pattern: /(?<![A-Za-z0-9])((?:[2-5]|X{1,3})?X[SL]|[SML]|均码)(?![A-Za-z0-9])/gi,
    value: (m) => sizeKey(m[1]!),
  },
  { slot: 'size', pattern: /(?<![\d.])(\d{2,3})\s*码/g, value: (m) => inRange(m[1], 20, 180) },
  {
    slot: 'size',
    pattern: /(?<![A-Za-z])([大中小])[码号]/g,
    value: (m) => ({ 大: 'L', 中: 'M', 小: 'S' })[m[1]!] ?? null,
  },
];

/** The plain colours of the language; everything finer comes from the catalogue. */
const COLOURS = /([深浅亮暗]?[黑白灰红黄蓝绿紫粉棕橙银金])(?:色(?!差)|的(?=$|[,，。!！?？\s])|款)/g;

/** All slots found, each value once, in the order they were read. Products come by title, several when a word fits several. */
export function readSlots(text: string, goods?: GoodsWords): Slots {
  const slots: Slots = {};
  const add = (slot: string, value: string): void => {
    const list = slots[slot] ?? [];
    const spelt = goods === undefined ? value : (spellingOf(goods, slot, value) ?? value);
    if (!list.includes(spelt)) slots[slot] = [...list, spelt];
  };
  let rest = text.normalize('NFKC');
  if (goods !== undefined) {
    const read = findGoods(goods, rest, TAKEN);
    for (const { slot, values } of read.found) for (const value of values) add(slot, value);
    rest = read.rest;
  }
  for (const rule of RULES) {
    rest = rest.replace(rule.pattern, (...found) => {
      const value = rule.value(matchOf(found));
      if (value === null) return found[0] as string;
      const names = rule.slot.split(',');
      const values = names.length > 1 ? value.split(',') : [value];
      for (let i = 0; i < names.length; i++) add(names[i]!, values[i]!);
      return TAKEN;
    });
  }
  for (const match of rest.matchAll(COLOURS)) add('color', match[1]!);
  for (const place of PLACES) if (rest.includes(place)) add('city', place);
  return slots;
}

/** How the catalogue spells a colour or a size. */
function spellingOf({ spelling }: GoodsWords, slot: string, value: string): string | undefined {
  if (slot === 'size') return spelling.get(`size ${sizeKey(value)}`);
  return slot === 'color' ? spelling.get(`color ${colourKey(value)}`) : undefined;
}

// String.replace hands the groups as arguments; the rules want them as one match.
function matchOf(found: unknown[]): RegExpMatchArray {
  return found.filter(
    (part): part is string | undefined => typeof part !== 'number' && typeof part !== 'object',
  ) as unknown as RegExpMatchArray;
}

function halved(text: string | undefined): string | null {
  const kilos = Number(text) / 2;
  return kilos >= 8 && kilos <= 200 ? String(kilos) : null;
}

/** `165/110` is centimetres and jin; below 75 it can only be kilograms for that height. */
function halvedOrKilos(text: string): string {
  const number = Number(text);
  return String(number > 75 ? number / 2 : number);
}

function isoDay(year: string, month: string, day: string): string | null {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
