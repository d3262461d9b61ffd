// The two encodings TOP speaks: which one a request has, its text, and text as its bytes. Pure; knows no signature.

export type Charset = 'utf-8' | 'gbk';

/** As `content-type` says; UTF-8 when it says nothing, null for one that TOP does not use. Every GB… is read as GBK, as the platform's own kit does. */
export function charsetOf(contentType: string | undefined): Charset | null {
  const named = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (named.startsWith('gb')) return 'gbk';
  return named === 'utf-8' || named === 'utf8' ? 'utf-8' : null;
}

/** Null when the bytes are not of that encoding. */
export function decodeText(bytes: Buffer, charset: Charset): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

let table: Map<string, number> | null = null;

/** The standard library only reads GBK; writing it is reading backwards. */
function gbkTable(): Map<string, number> {
  if (table) return table;
  table = new Map();
  const decoder = new TextDecoder('gbk');
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = trail === 0x7f ? '' : decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && character !== '\ufffd' && !table.has(character))
        table.set(character, lead * 256 + trail);
    }
  return table;
}

/** Characters that GBK lacks become `?`. */
export function encodeText(text: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const pair = code < 0x80 ? code : (gbkTable().get(character) ?? 0x3f);
    if (pair > 0xff) bytes.push(pair >> 8);
    bytes.push(pair & 0xff);
  }
  return Buffer.from(bytes);
}

const ESCAPE = /%([0-9a-f]{2})/gi;

/** An address's or a form's way of writing a value; null when its bytes are not of that encoding. */
export function unescapeText(written: string, charset: Charset): string | null {
  const bytes = written
    .replaceAll('+', ' ')
    .replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number(`0x${hex}`)));
  return decodeText(Buffer.from(bytes, 'latin1'), charset);
}

/** `a=1&b=2`; null when any of it is not of that encoding. Of a name that stands twice the last counts. */
export function readForm(written: string, charset: Charset): Record<string, string> | null {
  const fields: [string, string][] = [];
  for (const part of written.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = part.split('=').map((one) => unescapeText(one, charset));
    if (name === null || value.includes(null)) return null;
    fields.push([name, value.join('=')]);
  }
  return Object.fromEntries(fields);
}
