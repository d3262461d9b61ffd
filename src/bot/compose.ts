// Words a decision as messages. A Writer may only rephrase what was retrieved, and what it wrote is checked; else the curated text goes out.
import type { ChannelKind } from '../contract/conversation.ts';
import type { AnswerSource, Choice, Judgement, Slots } from '../contract/decision.ts';
import type { OutgoingPart } from '../conversations/turns.ts';
import { checkOutgoing } from '../policy/check.ts';
import { guardRewording } from '../policy/guard.ts';
import type { Writer } from '../providers/language-model.ts';
import type { IntentFacts, Offer, Option, Shelf } from './decision.ts';
import type { Entry, Knowledge } from './knowledge.ts';
import { HUMAN_CHOICE, type Memory, type SlotName } from './memory.ts';
import { isUpset } from './mood.ts';
import { ASK_WORDS, CLARIFY_WORDS, MENU, SYMPATHY_WORDS, unseenWords } from './scripts.ts';

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
  request: {
    id: string;
    entry: Entry;
    judgement: Judgement;
    channel: ChannelKind;
    choices: readonly Choice[];
    /** What the catalogue says, before the answer. */
    fact: string | null;
    /** The slot that the choices ask for: then nothing else is asked. */
    asks: SlotName | null;
  },
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
  if (request.fact !== null) text = `${request.fact}\n${text}`;
  if (request.asks !== null) text = `${text}\n${ASK_WORDS[request.asks]}`;
  else if (entry.file.plus_one && judgement.style !== 'terse') text = `${text}\n${entry.file.plus_one}`;
  return {
    writer: used,
    part: {
      text,
      payload: {
        source: sourceOf(request.id, entry),
        ...(used === 'used' && { generated: true }),
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

function choiceValue(option: Option): string {
  switch (option.kind) {
    case 'faq':
      return `faq:${option.entryId}`;
    case 'intent':
      return `intent:${option.intent}`;
    case 'slot':
      return `${option.slot}:${option.value}`;
    default:
      return option satisfies never;
  }
}

export const toChoice = (option: Option): Choice => ({ value: choiceValue(option), label: option.label });

/** A word of sympathy before what is said to an upset shopper: not twice in a row, not where the words have their own. */
export function sympathyFor(judgement: Judgement, memory: Memory, text: string, turn: number): string | null {
  const { emotion, style } = judgement;
  if (emotion.name === 'neutral' || emotion.name === 'happy' || !isUpset(emotion) || memory.sympathised) return null;
  // who is short wants it short, unless they are beside themselves
  if (style === 'terse' && emotion.strength < LOUD) return null;
  if (OWN_SYMPATHY.test(text)) return null;
  const words = SYMPATHY_WORDS[emotion.name];
  return words[turn % words.length]!;
}

const LOUD = 0.7;
const OWN_SYMPATHY = /^[^。！!]{0,14}(抱歉|对不起|不好意思|着急|别急|久等|理解您|委屈|失望|闹心|心疼)/u;

/** What the catalogue says of the product that is meant; null when none is, or when the answer tells it (`isTold`) and all that is asked for is there. */
export function productFact(facts: IntentFacts['facts'], slots: Slots, shelf: Shelf, isTold: boolean): string | null {
  const titles = slots.product ?? [];
  const product = titles.length === 1 ? shelf.product(titles[0]!) : undefined;
  if (facts === undefined || product === undefined) return null;
  if (facts === 'price') return `「${product.title}」页面标价 ${product.price} 元。`;
  const colours = missingOf(slots.color, product.colours).map((one) => (one.length === 1 ? `${one}色` : one));
  const lacks = [...colours, ...missingOf(slots.size, product.sizes)];
  const has = `颜色有${product.colours.join('、')}，尺码有 ${product.sizes.join('、')}`;
  if (lacks.length > 0)
    return `「${product.title}」没有${/^\w/.test(lacks[0]!) ? ' ' : ''}${lacks.join('、')}，${has}。`;
  return isTold ? null : `「${product.title}」${has}。`;
}

const missingOf = (said: readonly string[] | undefined, there: readonly string[]): string[] =>
  (said ?? []).filter((value) => !there.includes(value));

/** Two to four choices, a person always among them. `called`: what came, where it was no words. */
export function composeClarify(
  why: keyof typeof CLARIFY_WORDS,
  options: readonly Option[],
  knowledge: Knowledge,
  { careFirst, called = null }: { careFirst: boolean; called?: string | null },
): OutgoingPart {
  const own = options.length > 0 ? options.map(toChoice) : menuOf(knowledge);
  const rest = own.slice(0, CHOICES_MAX - 1);
  const choices = careFirst || why === 'emotion' ? [HUMAN_CHOICE, ...rest] : [...rest, HUMAN_CHOICE];
  const text = why === 'unseen' && called !== null ? unseenWords(called) : CLARIFY_WORDS[why];
  return { text, payload: { choices } };
}
