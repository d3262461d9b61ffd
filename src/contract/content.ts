// The shapes of the content files an editor writes: intents/*.yaml and faq-corpus/**/*.md.
import { type Static, Type } from 'typebox';
import { EmotionName, OrderState, Stage, type Style } from './decision.ts';

export const Team = Type.Union([
  Type.Literal('presale'),
  Type.Literal('insale'),
  Type.Literal('aftersale'),
  Type.Literal('complaint'),
]);
export type Team = Static<typeof Team>;

export const Action = Type.Union([Type.Literal('track-logistics'), Type.Literal('order-status')]);
export type Action = Static<typeof Action>;

/** What follows when the intent is sure. */
export const Then = Type.Union([
  Type.Literal('answer'),
  /** The answer, and the choices of an empty question with it: nobody can tell what was meant. */
  Type.Literal('ask'),
  Type.Object({ act: Action }, { additionalProperties: false }),
  Type.Object({ handoff: Team }, { additionalProperties: false }),
]);
export type Then = Static<typeof Then>;

const Name = Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 60 });
const EntryId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 80 });

/** The slots that can be asked with choices; `sku` is the colour or the size of a product. */
export const AskedSlot = Type.Union([Type.Literal('order'), Type.Literal('product'), Type.Literal('sku')]);
export type AskedSlot = Static<typeof AskedSlot>;

/** What is asked, one after the other, where it is missing, and what follows when nothing is. */
export const Asks = Type.Object(
  {
    slots: Type.Array(AskedSlot, { minItems: 1 }),
    /** Only while the order stands so; absent: always. */
    when: Type.Optional(Type.Array(OrderState, { minItems: 1 })),
    then: Type.Union([Type.Literal('answer'), Type.Object({ handoff: Team }, { additionalProperties: false })]),
  },
  { additionalProperties: false },
);
export type Asks = Static<typeof Asks>;

/** What the same words mean by where the order stands: another intent, or an entry that answers. */
export const ByOrder = Type.Object(
  {
    none: Type.Optional(Type.Union([Name, EntryId])),
    unpaid: Type.Optional(Type.Union([Name, EntryId])),
    paid: Type.Optional(Type.Union([Name, EntryId])),
    shipped: Type.Optional(Type.Union([Name, EntryId])),
    signed: Type.Optional(Type.Union([Name, EntryId])),
  },
  { additionalProperties: false },
);
export type ByOrder = Static<typeof ByOrder>;

export const IntentFile = Type.Object(
  {
    name: Name,
    label: Type.String({ minLength: 1, maxLength: 40 }),
    stage: Stage,
    risk: Type.Union([Type.Literal('N'), Type.Literal('L'), Type.Literal('C'), Type.Literal('H')]),
    slots: Type.Array(Type.String()),
    then: Then,
    /** The feeling that usually goes with it; the words of the message weigh more. */
    emotion: Type.Optional(EmotionName),
    by_order: Type.Optional(ByOrder),
    asks: Type.Optional(Asks),
    /** What the catalogue says of the product that is meant goes before the answer. */
    facts: Type.Optional(Type.Union([Type.Literal('price'), Type.Literal('variants')])),
    examples: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 20 }),
    counter_examples: Type.Optional(
      Type.Array(
        Type.Object(
          { text: Type.String({ minLength: 1, maxLength: 200 }), intent: Name },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);
export type IntentFile = Static<typeof IntentFile>;

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

export const FaqHead = Type.Object(
  {
    id: EntryId,
    question: Type.String({ minLength: 2, maxLength: 100 }),
    similar: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 5 }),
    intents: Type.Array(Name, { minItems: 1, maxItems: 5 }),
    stage: Type.Array(Stage, { minItems: 1 }),
    products: Type.Array(Type.String()),
    channels: Type.Array(Type.String()),
    risk: Type.Union([Type.Literal('N'), Type.Literal('L'), Type.Literal('C'), Type.Literal('H')]),
    plus_one: Type.Optional(Type.String({ maxLength: 120 })),
    source: Type.String({ minLength: 1, maxLength: 200 }),
    reviewed: Day,
    valid_from: Type.Optional(Day),
    valid_until: Type.Optional(Day),
  },
  { additionalProperties: false },
);
export type FaqHead = Static<typeof FaqHead>;

/** One FAQ file: head and the wordings of its answer (话术); `standard` is always there. */
export interface FaqFile extends FaqHead {
  answers: { standard: string } & Partial<Record<Style, string>>;
}

const Share = Type.Number({ minimum: 0, maximum: 1 });

/** `faq-corpus/policy.yaml`: the thresholds of the shop with the evaluation that produced them. */
export const PolicyFile = Type.Object(
  {
    wrong_at_most: Share,
    answer_min: Share,
    clarify_min: Share,
    act_min: Share,
    /** Figures, and `curve`: what each answer threshold gave. */
    evaluation: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Array(Type.Record(Type.String(), Type.Number()))]),
    ),
  },
  { additionalProperties: false },
);
export type PolicyFile = Static<typeof PolicyFile>;

/** `faq-corpus/<shop>/shop.yaml`: who the shop is. */
export const ShopFile = Type.Object(
  {
    slug: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 40 }),
    name: Type.String({ minLength: 1, maxLength: 40 }),
    goods: Type.String({ minLength: 1, maxLength: 60 }),
  },
  { additionalProperties: false },
);
export type ShopFile = Static<typeof ShopFile>;

/** All content of a shop as the files say it, checked as a whole. */
export interface Content {
  intents: IntentFile[];
  entries: FaqFile[];
  /** Null until it was calibrated: then the thresholds found while training hold. */
  policy: PolicyFile | null;
  /** sha256 over the canonical form of intents and entries; the same content gives the same hash, and the same models. */
  hash: string;
}
