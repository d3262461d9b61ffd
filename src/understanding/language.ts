// Says which language a message is written in. Knows no shop and no model.

export type Language = 'zh' | 'en' | 'mixed';

const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /[a-z]{2,}/gi;

/** Chinese unless Latin words carry the message; `mixed` when both carry a real part of it. */
export function detectLanguage(text: string): Language {
  const han = text.match(HAN)?.length ?? 0;
  const words = text.match(LATIN_WORD)?.length ?? 0;
  if (han === 0) return words > 0 ? 'en' : 'zh';
  return words >= 3 && words * 2 > han ? 'mixed' : 'zh';
}
