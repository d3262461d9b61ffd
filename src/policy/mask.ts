// Finds personal data in a text and replaces it by typed placeholders. Knows nothing of where the text goes.
import { findAddresses } from './address.ts';
import { findScatteredNumbers, luhn, plainDigits, spelledOut } from './scattered-numbers.ts';

export type PersonalKind =
  | 'phone'
  | 'landline'
  | 'id_card'
  | 'bank_card'
  | 'email'
  | 'address'
  | 'name'
  | 'account'
  | 'order'
  | 'tracking'
  | 'number';

export interface PersonalData {
  kind: PersonalKind;
  start: number;
  end: number;
  value: string;
}

const LABEL: Record<PersonalKind, string> = {
  phone: '手机号',
  landline: '电话',
  id_card: '身份证号',
  bank_card: '银行卡号',
  email: '邮箱',
  address: '地址',
  name: '姓名',
  account: '账号',
  order: '订单号',
  tracking: '运单号',
  number: '编号',
};

/** Remembers what stood behind each placeholder of one exchange, so that an answer can be filled in again. */
export interface MaskLedger {
  /** The placeholder of a value; the same value gets the same one. */
  placeholder(kind: PersonalKind, value: string): string;
  /** Puts the values back. A placeholder this ledger never gave out is left as it is and reported by `unknownIn`. */
  restore(text: string): string;
  unknownIn(text: string): string[];
}

const PLACEHOLDER = /〔[^〔〕]{1,12}〕/g;

export function createMaskLedger(): MaskLedger {
  const byValue = new Map<string, string>();
  const byPlaceholder = new Map<string, string>();
  const counts = new Map<PersonalKind, number>();
  return {
    placeholder(kind, value) {
      const known = byValue.get(`${kind}:${value}`);
      if (known !== undefined) return known;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const placeholder = `〔${LABEL[kind]}${count}〕`;
      byValue.set(`${kind}:${value}`, placeholder);
      byPlaceholder.set(placeholder, value);
      return placeholder;
    },
    restore: (text) => text.replace(PLACEHOLDER, (found) => byPlaceholder.get(found) ?? found),
    unknownIn: (text) => (text.match(PLACEHOLDER) ?? []).filter((found) => !byPlaceholder.has(found)),
  };
}

/** Without a ledger the placeholders carry no number, e.g. 〔手机号〕, and cannot be undone. */
export function maskPersonalData(text: string, ledger?: MaskLedger): string {
  let masked = '';
  let from = 0;
  for (const found of findPersonalData(text)) {
    masked +=
      text.slice(from, found.start) + (ledger?.placeholder(found.kind, found.value) ?? `〔${LABEL[found.kind]}〕`);
    from = found.end;
  }
  return masked + text.slice(from);
}

// Between the digits of a number people put spaces, dashes, invisible signs and the parts of a keycap emoji.
const GAP = '[\\s\\-\\u2010-\\u2015－_.·\\u200b-\\u200d\\u2060\\ufe0f\\u20e3]{0,3}';
const DIGIT = '[0-9０-９]';
const SPOKEN = '[零〇一二三四五六七八九幺两洞拐勾壹贰叁肆伍陆柒捌玖]';
const MIXED = `(?:${DIGIT}|${SPOKEN})`;
const notAfter = (set: string) => `(?<!${set})`;
const notBefore = (set: string) => `(?!${GAP}${set})`;
const run = (set: string, min: number, max: number) => `${set}(?:${GAP}${set}){${min - 1},${max - 1}}`;

interface Finder {
  kind: PersonalKind;
  pattern: RegExp;
  /** The group that holds the value; 0 is the whole match. */
  group?: number;
  accept?: (digits: string, before: string, value: string) => boolean;
}

const H = '[\\u4e00-\\u9fff]';

/** Longest and surest first; an earlier finder wins where two overlap. */
const FINDERS: readonly Finder[] = [
  {
    kind: 'email',
    pattern: /[a-z0-9][a-z0-9._%+-]{0,63}\s?[@＠]\s?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}/gi,
  },
  {
    kind: 'id_card',
    pattern: new RegExp(`${notAfter(DIGIT)}${run(DIGIT, 17, 17)}${GAP}[0-9０-９xXｘＸ]${notBefore(DIGIT)}`, 'g'),
    accept: (digits) => /^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits),
  },
  {
    kind: 'phone',
    pattern: new RegExp(`${notAfter(DIGIT)}(?:(?:\\+|00)?86${GAP})?${run(DIGIT, 11, 11)}${notBefore(DIGIT)}`, 'g'),
    accept: (digits) => /^(?:(?:00)?86)?1[3-9]\d{9}$/.test(digits),
  },
  {
    kind: 'phone',
    pattern: new RegExp(`${notAfter(SPOKEN)}[一幺壹]${GAP}${run(SPOKEN, 10, 10)}${notBefore(SPOKEN)}`, 'g'),
  },
  {
    kind: 'phone',
    pattern: new RegExp(`${notAfter(MIXED)}${run(MIXED, 11, 11)}${notBefore(MIXED)}`, 'g'),
    accept: (_digits, _before, value) => /^1[3-9]\d{9}$/.test(spelledOut(value)),
  },
  {
    kind: 'landline',
    pattern: new RegExp(`${notAfter(DIGIT)}0\\d{2,3}[-— ]\\d{7,8}(?:[-转]\\d{1,5})?${notBefore(DIGIT)}`, 'g'),
  },
  {
    kind: 'landline',
    pattern: new RegExp(`${notAfter(DIGIT)}[48]00[- ]?\\d{3,4}[- ]?\\d{3,4}${notBefore(DIGIT)}`, 'g'),
  },
  {
    kind: 'tracking',
    pattern: /(?<![a-z0-9])(?:sf|yt|jd|jt|zto|sto|yd|ems|db|dpk|lb|kk|yz)[a-z]{0,4}[0-9０-９]{8,18}(?![a-z0-9])/gi,
  },
  {
    kind: 'bank_card',
    pattern: new RegExp(`${notAfter(DIGIT)}${run(DIGIT, 16, 19)}${notBefore(DIGIT)}`, 'g'),
    accept: (digits, before) =>
      !/单号?\D{0,6}$|编号\D{0,4}$/.test(before) && /^(?:62|4|5[1-5]|3[457])/.test(digits) && luhn(digits),
  },
  {
    kind: 'tracking',
    pattern: new RegExp(
      `(?:快递|运|物流|包裹)(?:单|的)?(?:号|编号)?[:：是为\\s]{0,3}(${run(DIGIT, 10, 20)})${notBefore(DIGIT)}`,
      'g',
    ),
    group: 1,
  },
  { kind: 'order', pattern: new RegExp(`${notAfter(DIGIT)}${run(DIGIT, 15, 24)}${notBefore(DIGIT)}`, 'g') },
  {
    kind: 'order',
    pattern:
      /(?:订单|单号|单子|order)(?:编号|号码|号|\s?(?:id|no\.?))?[:：是为#\s]{0,3}((?=[a-z-]{0,12}\d)[a-z0-9０-９-]{6,32})(?![a-z0-9])/gi,
    group: 1,
  },
  { kind: 'order', pattern: /(?<![a-z0-9])[a-z]{1,4}-?\d{10,20}(?![a-z0-9])/gi },
  {
    kind: 'account',
    pattern:
      /(?:微信|薇信|威信|v信|vx|wx|wechat|weixin|旺旺|支付宝)(?:账号|帐号|号码|号|id)?[:：是为\s]{0,3}([a-z][a-z0-9_-]{5,29})/gi,
    group: 1,
  },
  { kind: 'account', pattern: /(?:qq|扣扣)(?:账号|帐号|号码|号|群)?[:：是为\s]{0,3}([0-9０-９]{5,12})/gi, group: 1 },
  { kind: 'number', pattern: new RegExp(`${notAfter(DIGIT)}${run(DIGIT, 10, 40)}`, 'g') },
  { kind: 'number', pattern: new RegExp(`${notAfter(MIXED)}${run(MIXED, 10, 40)}`, 'g') },
  {
    kind: 'name',
    pattern: new RegExp(
      `(?:(?:收件人|收货人|联系人|姓名|名字)(?:姓名|名字)?(?:[:：]|改成|改为|是|叫)|我叫)\\s{0,2}(?![我你您他她谁])(${H}{2,4}?)(?=$|[\\s,，。.;；、!！电手地的〔]|${DIGIT})`,
      'g',
    ),
    group: 1,
  },
];

/** A message is at most some thousand characters; so a longer text is searched in pieces. */
const PIECE = 4000;
const OVERLAP = 120;

/** In order of place, without overlaps. */
export function findPersonalData(text: string): PersonalData[] {
  const found: PersonalData[] = [];
  for (let from = 0; from === 0 || from + OVERLAP < text.length; from += PIECE - OVERLAP) {
    for (const item of findInPiece(text.slice(from, from + PIECE))) {
      const moved = { ...item, start: item.start + from, end: item.end + from };
      if (!found.some((other) => overlaps(other, moved))) found.push(moved);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function findInPiece(piece: string): PersonalData[] {
  const plain = plainDigits(piece);
  const found: PersonalData[] = findScatteredNumbers(plain).map(({ kind, start, end }) => ({
    kind,
    start,
    end,
    value: piece.slice(start, end),
  }));
  for (const { kind, pattern, group = 0, accept } of FINDERS) {
    for (const match of plain.matchAll(pattern)) {
      const value = match[group];
      if (value === undefined || value === '') continue;
      const start = match.index + (group === 0 ? 0 : match[0].lastIndexOf(value));
      const item = { kind, start, end: start + value.length, value: piece.slice(start, start + value.length) };
      const digits = value.normalize('NFKC').replace(/[^0-9xX]/g, '');
      if (accept !== undefined && !accept(digits, plain.slice(Math.max(0, start - 12), start), value)) continue;
      if (!found.some((other) => overlaps(other, item))) found.push(item);
    }
  }
  for (const { start, end } of findAddresses(piece)) {
    const address: PersonalData = { kind: 'address', start, end, value: piece.slice(start, end) };
    if (!found.some((other) => overlaps(other, address))) found.push(address);
  }
  return found;
}

function overlaps(a: PersonalData, b: PersonalData): boolean {
  return a.start < b.end && b.start < a.end;
}
