// Cuts an outgoing text into sentences and clauses that keep their place. Knows no promise.
import { normaliseWithPlaces } from '../policy/normalise.ts';

export interface Clause {
  /** Normalised; what stands in quotation marks is blanked, place for place. */
  text: string;
  /** Where it begins and ends in the original. */
  start: number;
  end: number;
  /** Ends with a question mark. */
  isAsked: boolean;
}

/** Reading is bounded: nobody writes a longer clause, and what does is no clause. */
const CLAUSE_MAX = 160;
const QUOTED = /“[^”\n]{0,60}”|"[^"\n]{0,60}"|「[^」\n]{0,60}」|『[^』\n]{0,60}』/g;
const SENTENCE_END = /[。！!？?；;…\n]|(?<!\d)[.~]|[.~](?!\d)|\p{Extended_Pictographic}|\[[^\]\s]{1,6}\]/gu;
const CLAUSE_END = /[，,\s()]|(?<!\d):|:(?!\d)|——?/g;
/** 今天补发再送您一双: a second act begins. */
const SECOND_ACT = /(?<=.{4})(?=(?:再|然后|顺便|同时|并且?|另外|还会?)(?:给|帮|送|补|为|赠)[您你一两])/g;

/** Sentences of clauses, in the order of the text. */
export function sentencesOf(original: string): Clause[][] {
  const { text, places } = normaliseWithPlaces(original);
  const open = text.replace(QUOTED, (quoted) => '▯'.repeat(quoted.length));
  const sentences: Clause[][] = [];
  for (const sentence of pieces(open, 0, SENTENCE_END)) {
    const clauses = pieces(open.slice(sentence.start, sentence.end), sentence.start, CLAUSE_END)
      .flatMap((piece) => pieces(open.slice(piece.start, piece.end), piece.start, SECOND_ACT))
      .flatMap(bounded)
      .filter((piece) => /[\p{L}\p{N}]/u.test(open.slice(piece.start, piece.end)));
    const asked = /^[?？]/.test(open.slice(sentence.end));
    if (clauses.length === 0) continue;
    sentences.push(
      clauses.map(({ start, end }, at) => ({
        text: open.slice(start, end),
        start: places[start]!,
        end: places[end]!,
        isAsked: asked && at === clauses.length - 1,
      })),
    );
  }
  return sentences;
}

interface Piece {
  start: number;
  end: number;
}

function pieces(text: string, offset: number, separator: RegExp): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const { 0: sign, index } of text.matchAll(separator)) {
    if (index > from) found.push({ start: offset + from, end: offset + index });
    from = index + sign.length;
  }
  if (from < text.length) found.push({ start: offset + from, end: offset + text.length });
  return found;
}

function bounded({ start, end }: Piece): Piece[] {
  const parts: Piece[] = [];
  for (let from = start; from < end; from += CLAUSE_MAX)
    parts.push({ start: from, end: Math.min(end, from + CLAUSE_MAX) });
  return parts;
}
