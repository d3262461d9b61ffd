// What the desk shows beside a conversation: who the shopper is, and their orders with the whole way of the parcel.
import { type Static, type TSchema, Type } from 'typebox';
import { OrderFacts } from './handoff.ts';

const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Time = Type.String({ format: 'date-time' });

export const Visit = Type.Object({
  handoffId: Type.String(),
  conversationId: Type.String(),
  at: Time,
  reason: Type.String(),
  summary: Type.String(),
  insult: Type.Boolean({ description: 'the summary holds one' }),
  disposition: orNull(Type.String()),
  category: orNull(Type.String()),
  agent: orNull(Type.String()),
});

export type Visit = Static<typeof Visit>;

export const ShopperCard = Type.Object({
  id: Type.String(),
  name: orNull(Type.String()),
  channel: Type.String(),
  vip: Type.Boolean({ description: 'marked by an agent; routing rules may ask for it' }),
  member: orNull(Type.Boolean({ description: "a VIP of the shop's own system; null when it does not say" })),
  remark: orNull(Type.String()),
  since: Time,
  orders90: orNull(Type.Integer({ description: 'orders of the last 90 days; null while the shop system is silent' })),
  refunds90: orNull(Type.Integer()),
  visits: Type.Array(Visit, { description: 'earlier cases with a person, newest first, other channels included' }),
});
export type ShopperCard = Static<typeof ShopperCard>;

export const ProductFacts = Type.Object({
  id: Type.String(),
  title: Type.String(),
  price: Type.Number({ description: 'yuan' }),
  colours: Type.Array(Type.String()),
  sizes: Type.Array(Type.String()),
  material: Type.String(),
  stock: orNull(Type.Number({ description: "pieces; null where the shop's system does not say" })),
});
export type ProductFacts = Static<typeof ProductFacts>;

const Day = Type.String({ description: '2026-12-12, in the shop’s time zone' });
export const Campaign = Type.Object({
  id: Type.String({ description: 'of the FAQ entry' }),
  title: Type.String(),
  text: Type.String({ description: 'the answer that shoppers are given' }),
  from: orNull(Day),
  until: orNull(Day),
});
export type Campaign = Static<typeof Campaign>;

export const OrderDetail = Type.Object({
  ...OrderFacts.properties,
  customer: orNull(Type.String()),
  trace: Type.Array(Type.Object({ at: Time, text: Type.String() }), { description: 'newest first' }),
});
export type OrderDetail = Static<typeof OrderDetail>;
