// Brings a message into one form: for the judgements, for the models, and (folded harder) for the risk rules. Pure.

const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;

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
