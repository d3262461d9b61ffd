// What lay behind a case (根因): a short list for each category of the dialog that ends it. The words for people are the console's.
import { type Static, Type } from 'typebox';

/** Keyed by the categories of the dialog; the order is the one in which they are offered. */
export const ROOT_CAUSES = {
  logistics: ['late_shipment', 'courier_delay', 'lost_parcel', 'damaged_on_way', 'wrong_address'],
  return: ['size', 'disliked', 'not_as_described', 'wrong_item'],
  refund: ['refund_slow', 'refund_refused', 'return_freight'],
  quality: ['defect', 'material', 'fault', 'hygiene'],
  complaint: ['attitude', 'promise_broken', 'doubtful_goods', 'privacy'],
  promotion: ['price_drop', 'coupon', 'rule_unclear'],
  order: ['shopper_mistake', 'out_of_stock', 'changed_mind', 'payment'],
  invoice: ['not_issued', 'wrong_title'],
  product: ['page_lacks', 'choice', 'usage'],
  other: ['question_only', 'unclear'],
} as const satisfies Record<string, readonly string[]>;

export type CauseCategory = keyof typeof ROOT_CAUSES;
export type RootCause = (typeof ROOT_CAUSES)[CauseCategory][number];

const ALL: readonly RootCause[] = Object.values(ROOT_CAUSES).flat();
export const isRootCause = (word: string): word is RootCause => ALL.some((cause) => cause === word);

export const RootCauseHint = Type.Object({
  groups: Type.Array(Type.Object({ category: Type.String(), causes: Type.Array(Type.String()) })),
  suggested: Type.Union([
    Type.Object({
      category: Type.String(),
      cause: Type.String(),
      because: Type.String({ description: 'what the shopper was understood to want' }),
    }),
    Type.Null(),
  ]),
});
export type RootCauseHint = Static<typeof RootCauseHint>;
