// The words of a shop's own catalogue as slots read them: names of products, colours, sizes. Pure; knows no shop system.

/** What is read of a product. */
export interface Goods {
  title: string;
  colours: readonly string[];
  sizes: readonly string[];
  /** What shoppers call it besides its title. */
  names?: readonly string[];
}

export type GoodsSlot = 'product' | 'color' | 'size';

interface Word {
  slot: GoodsSlot;
  /** As the catalogue spells it; several when the word fits several products. */
  values: string[];
}

export interface GoodsWords {
  words: ReadonlyMap<string, Word>;
  longest: number;
  /** How the catalogue spells a colour or a size that was read by a general pattern. */
  spelling: ReadonlyMap<string, string>;
}

/** A word that fits more products than can be offered as choices names none of them. */
const PRODUCTS_MAX = 4;
const WORD_MAX = 16;

/** One form of a size: XXL and 2XL, × and x and *, 米 and m are the same. */
export function sizeKey(size: string): string {
  return size
    .normalize('NFKC')
    .toUpperCase()
    .replace(/\s/g, '')
    .replace(/[×*]/g, 'X')
    .replace(/^(X{2,4})([SL])$/, (_, many: string, end: string) => `${many.length}X${end}`);
}

export const colourKey = (colour: string): string => colour.replace(/色$/, '');

/** `1.8m床` is also said 1.8米, 1米8, 1.8m. */
function saidSizes(size: string): string[] {
  const key = size.normalize('NFKC').toLowerCase().replace(/\s/g, '');
  const metres = /^(\d)\.(\d)m/.exec(key);
  const forms = [key, key.replace(/x/g, '*'), key.replace(/x/g, '×')];
  return metres === null ? forms : [...forms, ...['.', '米'].flatMap((dot) => saidMetres(metres[1]!, metres[2]!, dot))];
}

const saidMetres = (whole: string, tenth: string, dot: string): string[] =>
  dot === '.' ? [`${whole}.${tenth}米`, `${whole}.${tenth}m`] : [`${whole}米${tenth}`];

/** Two letters at least; a mere number says nothing without 码, which the general pattern asks for. */
const tellsSize = (word: string): boolean => word.length >= 3 && !/^\d+$/.test(word) && /\d/.test(word);

/** The title, and what it ends in: 云朵连帽卫衣 is called 连帽卫衣 and 卫衣. */
function saidNames({ title, names }: Goods): string[] {
  const plain = title.normalize('NFKC').toLowerCase();
  const ends = Array.from(plain, (_, i) => plain.slice(i)).filter((end) => end.length >= 2);
  return [...ends, ...(names ?? []).map((name) => name.toLowerCase())];
}

export function compileGoods(goods: readonly Goods[]): GoodsWords {
  const words = new Map<string, Word>();
  const spelling = new Map<string, string>();
  const add = (word: string, slot: GoodsSlot, value: string) => {
    const known = words.get(word);
    if (word.length > WORD_MAX || (known !== undefined && known.slot !== slot)) return;
    if (known === undefined) words.set(word, { slot, values: [value] });
    // one more than may be offered says enough: a catalogue of thousands shares its last words
    else if (known.values.length <= PRODUCTS_MAX && !known.values.includes(value)) known.values.push(value);
  };
  for (const one of goods) for (const name of saidNames(one)) add(name, 'product', one.title);
  for (const [word, { values }] of words) if (values.length > PRODUCTS_MAX) words.delete(word);
  for (const one of goods) {
    for (const colour of one.colours) {
      if (!spelling.has(`color ${colourKey(colour)}`)) spelling.set(`color ${colourKey(colour)}`, colour);
      for (const said of [colour, colourKey(colour)]) if (said.length >= 2) add(said.toLowerCase(), 'color', colour);
    }
    for (const size of one.sizes) {
      if (!spelling.has(`size ${sizeKey(size)}`)) spelling.set(`size ${sizeKey(size)}`, size);
      for (const said of saidSizes(size)) if (tellsSize(said)) add(said, 'size', size);
    }
  }
  // a colour or a size has one spelling: the first product's
  for (const word of words.values()) if (word.slot !== 'product') word.values.length = 1;
  let longest = 0;
  for (const word of words.keys()) longest = Math.max(longest, word.length);
  return { words, longest, spelling };
}

export interface FoundWord {
  slot: GoodsSlot;
  values: readonly string[];
}

/** The catalogue's words in a text, the longest at each place, and the text without them (`gap` in their place). */
export function findGoods(goods: GoodsWords, text: string, gap: string): { found: FoundWord[]; rest: string } {
  const lower = text.toLowerCase();
  const found: FoundWord[] = [];
  let rest = '';
  for (let at = 0; at < text.length; ) {
    const word = wordAt(goods, lower, at);
    if (word === null) {
      rest += text[at];
      at += 1;
      continue;
    }
    found.push(goods.words.get(word)!);
    rest += gap;
    at += word.length;
  }
  return { found: withoutDoubt(found), rest };
}

function wordAt({ words, longest }: GoodsWords, text: string, at: number): string | null {
  for (let length = Math.min(longest, text.length - at); length >= 2; length--) {
    const word = text.slice(at, at + length);
    if (words.has(word) && !isInsideNumber(text, at, word)) return word;
  }
  return null;
}

/** 150x200 is not read out of 1150x2000. */
const isInsideNumber = (text: string, at: number, word: string): boolean =>
  (/^\d/.test(word) && /[\d.]/.test(text[at - 1] ?? '')) ||
  (/\d$/.test(word) && /\d/.test(text[at + word.length] ?? ''));

/** A word that fits several products means the one that another word names. */
function withoutDoubt(found: readonly FoundWord[]): FoundWord[] {
  const sure = new Set(found.flatMap(({ slot, values }) => (slot === 'product' && values.length === 1 ? values : [])));
  return found.map((one) => {
    const named = one.values.filter((value) => sure.has(value));
    return one.slot === 'product' && named.length > 0 ? { slot: one.slot, values: named } : one;
  });
}
