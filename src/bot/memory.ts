// What the bot keeps of a conversation between turns. Written by takeTurn only; stored in conversations.memory.
import type { Choice, Slots } from '../contract/decision.ts';
import type { Mood } from './mood.ts';

export type SlotName = 'order' | 'product' | 'size' | 'color';

/** A question that waits for one slot. */
export interface Asked {
  intent: string;
  slot: SlotName;
  /** The shopper's own words, and what is known of them. */
  text: string;
  slots: Slots;
}

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
  /** The last answer began with a word of sympathy; the next one does not. */
  sympathised: boolean;
  /** How the shopper felt in the last turns, oldest first. */
  moods: Mood[];
  /** A call back was offered; `from` once a time was chosen. */
  call: { from: string | null } | null;
  /** What a business wants to buy was asked for and not said yet. */
  quote: boolean;
  /** What the choices on the table are to complete. */
  asked: Asked | null;
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
  sympathised: false,
  moods: [],
  call: null,
  quote: false,
  asked: null,
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
  | { kind: 'slot'; slot: SlotName; value: string }
  | { kind: 'wait' }
  /** Go on with the bot; leave a message. */
  | { kind: 'bot' }
  | { kind: 'message' }
  /** To be called back; at this time. */
  | { kind: 'callback' }
  | { kind: 'call'; from: string };

function readChoice(value: string): Picked | null {
  const [kind, ...rest] = value.split(':');
  const id = rest.join(':');
  switch (kind) {
    case 'human':
      return { kind };
    case 'wait':
    case 'bot':
    case 'message':
    case 'callback':
      return { kind };
    case 'call':
      return id ? { kind, from: id } : null;
    case 'faq':
      return id ? { kind, entryId: id } : null;
    case 'intent':
      return id ? { kind, intent: id } : null;
    case 'order':
    case 'product':
    case 'size':
    case 'color':
      return id ? { kind: 'slot', slot: kind, value: id } : null;
    default:
      return null;
  }
}

const bare = (text: string): string => text.replace(/[\s。.!！?？,，]/g, '');

const PLACES = '一二三四五六七八九';
const PLACE = `[1-9${PLACES}]`;
/** 2, ２, 二, 选2, 第二个, 2号, ②, 最后一个, with the small words around them; a number of more digits is none of ours. */
const PLACE_SAID = new RegExp(
  `^(?:我?(?:要|选|点|看)?(?:选项)?)?(?:(${PLACE})[.、)）]?|第(${PLACE})(?:个|单|款|条|项|种|号)?|(${PLACE})[个号]|(最后)(?:一|那)?[个款单条])(?:吧|的|呢|那个)?$`,
  'u',
);

/** The place among the choices; -1 for anything else. */
function placeOf(word: string, of: number): number {
  const found = PLACE_SAID.exec(word);
  if (found === null) return -1;
  if (found[4] !== undefined) return of - 1;
  const said = (found[1] ?? found[2] ?? found[3])!;
  return PLACES.includes(said) ? PLACES.indexOf(said) : Number(said) - 1;
}

/** Full width and half, capitals and small are one; a label that comes back with its number is the label. */
const plain = (text: string): string => bare(text.normalize('NFKC').replace(/^\s*\d[.、)]\s*/, '')).toLowerCase();

/** The choice a message picks: tapped, typed as its label, or by number (for channels without buttons). Null when none. */
export function pickChoice(memory: Memory, tapped: string | undefined, text: string): Picked | null {
  if (tapped !== undefined) return readChoice(tapped);
  const word = bare(text.normalize('NFKC'));
  const number = memory.choices[placeOf(word, memory.choices.length)];
  const named = memory.choices.find((c) => plain(c.label) === plain(text));
  const found = number ?? named;
  return found ? readChoice(found.value) : null;
}

/** Besides an order number. More words, or a question, are a new message, even if they name what was asked for. */
const REPLY_MAX = 9;
const QUESTION = /[吗么?？]|怎么|什么|多少|能不能|可不可以|几[天个件]|有没有|会不会|为啥|咋/u;

const isReply = (text: string): boolean =>
  Array.from(bare(text).replace(/[A-Za-z0-9]/g, '')).length <= REPLY_MAX && !QUESTION.test(text);

/** The asked slot in the shopper's own words: 卫衣那个, L码的, an order number. Null when they do not say it, or say several. */
export function pickBySlots({ asked, choices }: Memory, slots: Slots, text: string): Picked | null {
  if (asked === null || !isReply(text)) return null;
  const said = slots[asked.slot] ?? [];
  if (said.length === 1) return { kind: 'slot', slot: asked.slot, value: said[0]! };
  // an order goes by what is in it
  const named = choices.filter(({ label }) => slots.product?.some((title) => label.includes(title)));
  return asked.slot === 'order' && named.length === 1 ? readChoice(named[0]!.value) : null;
}
