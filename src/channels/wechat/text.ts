// Fits an answer into WeChat's text messages: 2048 bytes each, never cut inside a character. Pure.

/** The platform counts UTF-8 bytes. */
export const TEXT_LIMIT_BYTES = 2048;

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Where a reader would pause; a part is ended there unless it would be left half empty. */
const PAUSE = /[\n。！？；!?;]/;

/** Characters as people see them; one that alone is too long is taken apart into code points. */
function* characters(text: string, limit: number): Generator<string> {
  for (const { segment } of graphemes.segment(text)) {
    if (bytes(segment) <= limit) yield segment;
    else yield* segment;
  }
}

/** Parts of at most `limit` bytes that joined give the text back; none for an empty text. */
export function splitText(text: string, limit: number = TEXT_LIMIT_BYTES): string[] {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  let pause = 0;
  for (const character of characters(text.toWellFormed(), limit)) {
    const more = bytes(character);
    if (size + more > limit) {
      const end = bytes(part.slice(0, pause)) * 2 >= limit ? pause : part.length;
      parts.push(part.slice(0, end));
      part = part.slice(end);
      size = bytes(part);
      pause = 0;
    }
    part += character;
    size += more;
    if (PAUSE.test(character)) pause = part.length;
  }
  return part === '' ? parts : [...parts, part];
}
