// Words a decision as messages. A Writer may only rephrase what was retrieved, and what it wrote is checked; else the curated text goes out.
import type { ChannelKind } from '../contract/conversation.ts';
import type { AnswerSource, Choice, Judgement } from '../contract/decision.ts';
import type { OutgoingPart } from '../conversations/turns.ts';
import { checkOutgoing } from '../policy/check.ts';
import { guardRewording } from '../policy/guard.ts';
import type { Writer } from '../providers/writer.ts';
import type { Offer, Option } from './decide.ts';
import type { Entry, Knowledge } from './knowledge.ts';
import { HUMAN_CHOICE } from './memory.ts';
import { CLARIFY_WORDS, MENU } from './scripts.ts';

const CHOICES_MAX = 4;

export function sourceOf(id: string, entry: Entry): AnswerSource {
  return { kind: 'faq', id, revisionId: entry.revisionId, title: entry.file.question, reference: entry.file.source };
}

/** The curated wording for a shopper's style; `standard` is always there. */
export const curated = (entry: Entry, style: Judgement['style']): string =>
  entry.file.answers[style] ?? entry.file.answers.standard;

export interface AnswerWords {
  part: OutgoingPart;
  writer: 'off' | 'used' | 'refused' | 'rejected';
}

/** Says the same as the curated answer and breaks no rule. */
const isFaithful = (answer: string, reworded: string, channel: ChannelKind): boolean =>
  guardRewording(answer, reworded).ok &&
  checkOutgoing(reworded, { channel, author: 'bot', source: answer, allowedHosts: [] }).ok;

/** Rewords a curated answer if a writer is there and what it wrote passes every check. */
export async function composeAnswer(
  deps: { writer: Writer | null; leftMs: () => number },
  request: { id: string; entry: Entry; judgement: Judgement; channel: ChannelKind; choices: readonly Choice[] },
): Promise<AnswerWords> {
  const { entry, judgement } = request;
  const answer = curated(entry, judgement.style);
  let text = answer;
  let used: AnswerWords['writer'] = 'off';
  if (deps.writer !== null) {
    const reworded = await deps.writer.reword({
      question: judgement.text,
      answer,
      style: judgement.style,
      mustKeep: [],
      withinMs: deps.leftMs(),
    });
    used = reworded === null ? 'refused' : 'rejected';
    if (reworded !== null && isFaithful(answer, reworded, request.channel)) {
      text = reworded;
      used = 'used';
    }
  }
  if (entry.file.plus_one && judgement.style !== 'terse') text = `${text}\n${entry.file.plus_one}`;
  return {
    writer: used,
    part: {
      text,
      payload: {
        source: sourceOf(request.id, entry),
        ...(request.choices.length > 0 ? { choices: [...request.choices] } : {}),
      },
    },
  };
}

const menuOf = (knowledge: Pick<Knowledge, 'intent'>): Choice[] =>
  MENU.filter((c) => knowledge.intent(c.value.slice('intent:'.length)) !== undefined);

/** What goes with an answer. */
export function choicesWith(offer: Offer, knowledge: Pick<Knowledge, 'intent'>): Choice[] {
  if (offer === 'nothing') return [];
  return offer === 'person' ? [HUMAN_CHOICE] : [...menuOf(knowledge), HUMAN_CHOICE];
}

const toChoice = (option: Option): Choice =>
  option.kind === 'faq'
    ? { value: `faq:${option.entryId}`, label: option.label }
    : { value: `intent:${option.intent}`, label: option.label };

/** Two to four choices, a person always among them. */
export function composeClarify(
  why: keyof typeof CLARIFY_WORDS,
  options: readonly Option[],
  knowledge: Knowledge,
  careFirst: boolean,
): OutgoingPart {
  const own = options.length > 0 ? options.map(toChoice) : menuOf(knowledge);
  const rest = own.slice(0, CHOICES_MAX - 1);
  const choices = careFirst || why === 'emotion' ? [HUMAN_CHOICE, ...rest] : [...rest, HUMAN_CHOICE];
  return { text: CLARIFY_WORDS[why], payload: { choices } };
}
