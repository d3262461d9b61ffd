// Canned responses (话术) in the browser: loaded once, found by words and by pinyin initials, their variables filled in.
import { PHRASE_VARIABLES, type PhraseVariable } from '../../contract/phrase-variables.ts';
import type { Reply } from '../routes.ts';

export type Phrase = Reply<'GET /api/phrases'>['items'][number];
export type Values = Readonly<Partial<Record<PhraseVariable, string>>>;

const KNOWN = new RegExp(`\\{(${PHRASE_VARIABLES.join('|')})\\}`, 'g');

/** What is not known stays as it is, to be seen. */
export const fill = (text: string, values: Values): string =>
  text.replace(KNOWN, (whole, name: PhraseVariable) => values[name] ?? whole);

export interface OpenVariable {
  name: PhraseVariable;
  start: number;
  end: number;
}

/** Variables that nobody has filled in, in the order of the text. */
export const openIn = (text: string): OpenVariable[] =>
  [...text.matchAll(KNOWN)].map((match) => ({
    name: match[1] as PhraseVariable,
    start: match.index,
    end: match.index + match[0].length,
  }));

/** Small is good; null does not match. Initials from their beginning come first, then the title, the rest, the text. */
function rank(phrase: Phrase, words: string): number | null {
  if (phrase.initials.startsWith(words)) return 0;
  if (phrase.title.toLowerCase().includes(words)) return 1;
  if (phrase.pinyin.startsWith(words)) return 2;
  if (phrase.initials.includes(words)) return 3;
  if (phrase.pinyin.includes(words)) return 4;
  return phrase.text.toLowerCase().includes(words) || phrase.group.toLowerCase().includes(words) ? 5 : null;
}

/** The best first; the order given (most used first) decides between equals. */
export function searchPhrases(phrases: readonly Phrase[], words: string): Phrase[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return [...phrases];
  return phrases
    .map((phrase, at) => ({ phrase, at, rank: rank(phrase, wanted) }))
    .filter((found) => found.rank !== null)
    .sort((a, b) => a.rank! - b.rank! || a.at - b.at)
    .map((found) => found.phrase);
}
