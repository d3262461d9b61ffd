// Which slot an answer or a handoff still needs, and the choices to ask for it with: from the shopper's orders and the shop's catalogue. Pure.
import type { FaqHit, Slots } from '../contract/decision.ts';
import {
  type DecideInput,
  type IntentFacts,
  OPTIONS_MAX,
  type Option,
  orderOption,
  type ShelfProduct,
  type Standing,
} from './decision.ts';
import type { SlotName } from './memory.ts';

interface Question {
  slot: SlotName;
  options: Option[];
}

/** A question, and what was found out on the way to it without asking. */
export interface OpenQuestion extends Question {
  known: Slots;
}

/** Two entries about different products are rivals when neither is clearly nearer than this share of the other. */
const RIVAL_SHARE = 0.6;

/** `nothing` is missing; `off`: not to be asked now, because no order stands so, or because there is nothing to choose from. */
export type Missing = OpenQuestion | 'nothing' | 'off';

/** The first slot of the intent's `asks` that is not known. */
export function nextQuestion(input: DecideInput, { asks, stage }: IntentFacts): Missing {
  if (asks === undefined) return 'off';
  const orders = input.situation.orders.filter(({ state }) => asks.when === undefined || asks.when.includes(state));
  if (asks.when !== undefined && orders.length === 0) return 'off';
  let order: Standing | null = null;
  let product: ShelfProduct | null = null;
  const open = (question: Question): OpenQuestion => ({
    ...question,
    known: {
      ...(order === null ? {} : { order: [order.orderId] }),
      ...(product === null ? {} : { product: [product.title] }),
    },
  });
  for (const slot of asks.slots) {
    if (slot === 'order') {
      const among = ordersMeant(input, orders);
      if (among.length === 0) return 'off';
      if (among.length > 1) return open({ slot, options: among.slice(0, OPTIONS_MAX).map(orderOption) });
      order = among[0]!;
      continue;
    }
    const among: ShelfProduct[] = product === null ? productsMeant(input, order, stage !== 'presale') : [product];
    if (among.length === 0) return 'off';
    if (among.length > 1) return open({ slot: 'product', options: among.slice(0, OPTIONS_MAX).map(productOption) });
    product = among[0]!;
    const question = slot === 'sku' ? skuQuestion(input, order, product) : null;
    if (question !== null) return open(question);
  }
  return 'nothing';
}

/** The one that is named, else those that hold what is named, else all. */
function ordersMeant({ judgement }: DecideInput, orders: readonly Standing[]): Standing[] {
  const named = judgement.slots.order ?? [];
  const titles = judgement.slots.product ?? [];
  const byId = orders.filter(({ orderId }) => named.includes(orderId));
  if (byId.length > 0) return byId;
  const byProduct = orders.filter(({ items }) => items.some(({ title }) => titles.includes(title)));
  return byProduct.length > 0 ? byProduct : [...orders];
}

/** What is named or in the order; without either, what the shopper owns (after buying), what the found entries are about, what there is. */
function productsMeant(input: DecideInput, order: Standing | null, hasBought: boolean): ShelfProduct[] {
  const { shelf, judgement, situation } = input;
  const known = (names: readonly string[]) =>
    [...new Set(names.map(shelf.product))].filter((product) => product !== undefined);
  const named = known([...(judgement.slots.product ?? []), ...(input.productId === null ? [] : [input.productId])]);
  const ordered = order === null ? [] : known(order.items.map(({ productId }) => productId));
  const meant = ordered.length > 0 && named.length > 0 ? ordered.filter((one) => named.includes(one)) : [];
  if (meant.length > 0) return meant;
  if (ordered.length > 0) return ordered;
  if (named.length > 0) return named;
  const owned = hasBought
    ? known(situation.orders.flatMap(({ items }) => items.map(({ productId }) => productId)))
    : [];
  const found = known(judgement.faqs.flatMap(({ entryId }) => aboutFew(input, entryId)));
  return [...new Set([...owned, ...found, ...shelf.products])];
}

const productOption = ({ id, title }: ShelfProduct): Option => ({
  kind: 'slot',
  slot: 'product',
  value: id,
  label: title,
});

const SIZE_WORDS = /[码号]|尺寸|大一|小一|大点|小点|偏大|偏小|紧|松|\d米/u;
const COLOUR_WORDS = /色/u;

/** Which size or colour instead of the one in the order; null when it is said, or there is no other. */
function skuQuestion({ judgement }: DecideInput, order: Standing | null, product: ShelfProduct): Question | null {
  const ordered = order?.items.find(({ productId }) => productId === product.id)?.sku ?? '';
  const has = (values: readonly string[]) => values.filter((value) => !ordered.split(' ').includes(value));
  const sizes = has(product.sizes);
  const colours = has(product.colours);
  const isSaid = (slot: 'size' | 'color', among: string[]) =>
    (judgement.slots[slot] ?? []).some((value) => among.includes(value));
  if (isSaid('size', sizes) || isSaid('color', colours)) return null;
  const wantsColour = COLOUR_WORDS.test(judgement.text) && !SIZE_WORDS.test(judgement.text);
  const [slot, values] =
    (wantsColour && colours.length > 0) || sizes.length === 0
      ? (['color', colours] as const)
      : (['size', sizes] as const);
  if (values.length === 0) return null;
  return { slot, options: values.slice(0, OPTIONS_MAX).map((value) => ({ kind: 'slot', slot, value, label: value })) };
}

/** The products of an entry that is about some of the shop's and not about all. */
function aboutFew({ productsOf, shelf }: DecideInput, entryId: string): readonly string[] {
  const products = productsOf(entryId);
  return products.length < shelf.products.length ? products : [];
}

/** True when the answer differs from product to product and the message names none. */
export const isProductOpen = (input: DecideInput): boolean =>
  input.productId === null && (input.judgement.slots.product ?? []).length === 0;

/**
 * Entries of one intent that answer the same words for different products, when nobody said for which: 怎么洗 has an answer
 * for each. Offered by the product's name; empty when there is nothing to ask.
 */
export function productRivals(input: DecideInput): Option[] {
  const { judgement, policy, shelf } = input;
  const [best] = judgement.faqs;
  if (best === undefined || !isProductOpen(input)) return [];
  const intent = input.intentOf(best.entryId);
  if (intent === undefined || !input.intent(intent)?.slots.includes('product')) return [];
  const rivals: FaqHit[] = [];
  const seen = new Set<string>();
  for (const hit of judgement.faqs) {
    const [product] = aboutFew(input, hit.entryId);
    const isNear = hit.score >= Math.max(policy.clarifyMin, best.score * RIVAL_SHARE);
    if (!isNear || input.intentOf(hit.entryId) !== intent || product === undefined || seen.has(product)) continue;
    seen.add(product);
    rivals.push(hit);
  }
  if (rivals[0] !== best || rivals.length < 2) return [];
  const offered = rivals.map((hit): Option => {
    const products = aboutFew(input, hit.entryId);
    const only = products.length === 1 ? shelf.product(products[0]!)?.title : undefined;
    return { kind: 'faq', entryId: hit.entryId, label: only ?? hit.title };
  });
  const owned = ownedProducts(input, intent).map(
    (product) => offered.find(({ label }) => label === product.title) ?? productOption(product),
  );
  return [...new Set([...owned, ...offered])].slice(0, OPTIONS_MAX);
}

/** What the shopper has ordered, the newest first, where an entry of the intent is about it. */
function ownedProducts({ situation, shelf, entriesOf, productsOf }: DecideInput, intent: string): ShelfProduct[] {
  const answered = new Set(entriesOf(intent).flatMap((id) => productsOf(id)));
  const ids = situation.orders.flatMap(({ items }) => items.map(({ productId }) => productId));
  return [...new Set(ids)]
    .filter((id) => answered.has(id))
    .map(shelf.product)
    .filter((product) => product !== undefined);
}

/** The entry of an intent that is about the product meant, where the words come near it. */
export function entryAbout(
  { judgement, policy, productId, intentOf, productsOf }: DecideInput,
  intent: string,
): string | null {
  const found = judgement.faqs.find(
    ({ entryId, score }) =>
      score >= policy.clarifyMin &&
      intentOf(entryId) === intent &&
      productId !== null &&
      productsOf(entryId).includes(productId) &&
      productsOf(entryId).length === 1,
  );
  return found?.entryId ?? null;
}
