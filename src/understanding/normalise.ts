// Brings a message into one form: for the judgements, for the models, and (folded harder) for the risk rules. Pure.

// Control characters except tab and line feed, format characters (zero-width, direction marks), variation selectors, empty fillers.
const INVISIBLE = /(?![\t\n])\p{Cc}|\p{Cf}|\p{Variation_Selector}|[ᅟᅠ]/gu;

/** NFKC (full-width to half), no invisible characters, one space, at most three of the same character in a row. */
export function normalise(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/(\P{Nd})\1{3,}/gu, '$1$1$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** For the models: lower case, platform emoji to one sign, punctuation to spaces, digits to 0. */
export function cleanForModel(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .replace(/\[[^\]\s]{1,6}\]/g, '#')
    .replace(/[，。！？、；：,.!?;:~…"'“”‘’（）()【】\s]+/g, ' ')
    .replace(/\d+/g, '0')
    .trim();
}
