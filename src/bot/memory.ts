// What the bot keeps of a conversation between turns. Written by takeTurn only; stored in conversations.memory.
import type { Choice } from '../contract/decision.ts';

export interface Memory {
  /** Choices on the table; a tap, a label or its number picks one. */
  choices: Choice[];
  /** Turns in a row that did not help. */
  misses: number;
  /** The FAQ entry or action last given as an answer. */
  lastAnswer: string | null;
  /** How often the last answer's question came again. */
  repeats: number;
  /** The order the shopper is talking about. */
  focusOrderId: string | null;
  /** An order whose parcel was told to stand still; not being satisfied with that ends at a person. */
  stalledOrderId: string | null;
  /** The shopper was already soothed once. */
  soothed: boolean;
  /** The handoff whose message was acknowledged: said once, not after each line. */
  keptFor: string | null;
}

export const EMPTY_MEMORY: Memory = {
  choices: [],
  misses: 0,
  lastAnswer: null,
  repeats: 0,
  focusOrderId: null,
  stalledOrderId: null,
  soothed: false,
  keptFor: null,
};

/** Rows written by older versions may lack fields. */
export const readMemory = (stored: Record<string, unknown>): Memory => ({
  ...EMPTY_MEMORY,
  ...(stored as Partial<Memory>),
});

export const HUMAN_CHOICE: Choice = { value: 'human', label: '转人工客服' };

export type Picked =
  | { kind: 'human' }
  | { kind: 'faq'; entryId: string }
  | { kind: 'intent'; intent: string }
  | { kind: 'order'; orderId: string }
  | { kind: 'wait' }
  /** Go on with the bot; leave a message. */
  | { kind: 'bot' }
  | { kind: 'message' };

function readChoice(value: string): Picked | null {
  const [kind, ...rest] = value.split(':');
  const id = rest.join(':');
  switch (kind) {
    case 'human':
      return { kind };
    case 'wait':
    case 'bot':
    case 'message':
      return { kind };
    case 'faq':
      return id ? { kind, entryId: id } : null;
    case 'intent':
      return id ? { kind, intent: id } : null;
    case 'order':
      return id ? { kind, orderId: id } : null;
    default:
      return null;
  }
}

const bare = (text: string): string => text.replace(/[\s。.!！?？,，]/g, '');

/** The choice a message picks: tapped, typed as its label, or by number (for channels without buttons). Null when none. */
export function pickChoice(memory: Memory, tapped: string | undefined, text: string): Picked | null {
  if (tapped !== undefined) return readChoice(tapped);
  const word = bare(text.normalize('NFKC'));
  const number = /^[1-9]$/.test(word) ? memory.choices[Number(word) - 1] : undefined;
  const named = memory.choices.find((c) => bare(c.label) === word);
  const found = number ?? named;
  return found ? readChoice(found.value) : null;
}
