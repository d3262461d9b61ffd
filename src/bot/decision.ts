// What deciding looks at and what comes out of it: the words of decide.ts and its parts. Types and their smallest makers only.
import type { Action, Asks, ByOrder, Team, Then } from '../contract/content.ts';
import type {
  FaqHit,
  HandoffReason,
  Judgement,
  OrderState,
  Policy,
  RiskLevel,
  Slots,
  Stage,
} from '../contract/decision.ts';
import type { Asked, Memory, Picked, SlotName } from './memory.ts';
import type { Wait, WaitingDecision } from './while-waiting.ts';

export interface IntentFacts {
  name: string;
  label: string;
  stage: Stage;
  then: Then;
  slots: readonly string[];
  byOrder?: ByOrder;
  asks?: Asks;
  facts?: 'price' | 'variants';
}

/** A choice to offer; wording happens later. */
export type Option =
  | { kind: 'faq'; entryId: string; label: string }
  | { kind: 'intent'; intent: string; label: string }
  | { kind: 'slot'; slot: SlotName; value: string; label: string };

/** What goes with an answer: a person where the shopper may want one first, the menu where nobody can tell what was meant. */
export type Offer = 'nothing' | 'person' | 'menu';

/** A slot that is asked for, and the intent that goes on once it is known. */
export interface Asking {
  intent: string;
  slot: SlotName;
  /** Found out on the way, without asking. */
  known?: Slots;
}

export type Decision =
  | {
      kind: 'answer';
      entryId: string;
      hit: FaqHit | null;
      offer: Offer;
      /** Offered with the answer: what is still missing, or what else may be meant. */
      options?: Option[];
      asking?: Asking;
    }
  | { kind: 'act'; action: Action; intent: string; orderId: string | null; options?: Option[] }
  | {
      kind: 'clarify';
      why: 'unsure' | 'lost' | 'rejected' | 'repeated' | 'emotion' | 'unseen' | `which_${SlotName}`;
      options: Option[];
      asking?: Asking;
    }
  | {
      kind: 'handoff';
      reason: HandoffReason;
      risk: RiskLevel;
      intent: string | null;
      team: Team | null;
      script: 'safety' | 'scam' | 'soothe' | 'plain' | 'message';
    }
  /** The shopper asked to wait; nothing more to do. */
  | { kind: 'acknowledge' }
  | WaitingDecision;

/** One of the shopper's orders as far as deciding needs it. */
export interface Standing {
  orderId: string;
  state: OrderState;
  /** How it is offered as a choice. */
  label: string;
  items: readonly { productId: string; title: string; sku: string }[];
}

/** Where the shopper's orders stand; `unknown` and empty when nobody asked, or nobody answered in time. */
export interface Situation {
  state: OrderState;
  /** The order that `state` is about. */
  orderId: string | null;
  /** Those a question may be about, newest first. */
  orders: readonly Standing[];
}

export const UNKNOWN_SITUATION: Situation = { state: 'unknown', orderId: null, orders: [] };

/** What of the catalogue deciding needs. */
export interface Shelf {
  products: readonly ShelfProduct[];
  product(titleOrId: string): ShelfProduct | undefined;
}

export interface ShelfProduct {
  id: string;
  title: string;
  price: number;
  colours: readonly string[];
  sizes: readonly string[];
}

export const EMPTY_SHELF: Shelf = { products: [], product: () => undefined };

export interface DecideInput {
  judgement: Judgement;
  policy: Policy;
  memory: Memory;
  ownerKind: 'bot' | 'queue' | 'agent' | 'platform_agent';
  picked: Picked | null;
  /** Of a shopper who waits for a person. */
  wait?: Wait | null;
  /** The question that the picked slot completes; the judgement is then of that question. */
  asked: Asked | null;
  /** The page the shopper asks from. */
  productId: string | null;
  situation: Situation;
  shelf: Shelf;
  intent(name: string): IntentFacts | undefined;
  /** Exists in the release and is valid for this channel and day. */
  hasEntry(id: string): boolean;
  /** Entry ids that answer an intent, best first. */
  entriesOf(intent: string): string[];
  /** The main intent of an entry. */
  intentOf(entryId: string): string | undefined;
  /** The products an entry is about; empty: all. */
  productsOf(entryId: string): readonly string[];
}

export interface Decided {
  decision: Decision;
  /** Codes in the order they mattered; kept in the receipt. */
  reasons: string[];
}

export const because = (decision: Decision, ...reasons: string[]): Decided => ({ decision, reasons });

export const handoff = (
  reason: HandoffReason,
  risk: RiskLevel,
  more: {
    intent?: string | null;
    team?: Team | null;
    script?: 'safety' | 'scam' | 'soothe' | 'plain' | 'message';
  } = {},
): Decision => ({
  kind: 'handoff',
  reason,
  risk,
  intent: more.intent ?? null,
  team: more.team ?? null,
  script: more.script ?? 'plain',
});

export const MISSES_BEFORE_PERSON = 2;
export const OPTIONS_MAX = 3;

/** An order as a choice. */
export const orderOption = ({ orderId, label }: Standing): Option => ({
  kind: 'slot',
  slot: 'order',
  value: orderId,
  label,
});
