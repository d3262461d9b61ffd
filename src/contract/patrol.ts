// One line of the morning's patrol (早班巡检), as the desk shows it; free of frameworks.
import { type Static, Type } from 'typebox';

export const PatrolKind = Type.Union([
  Type.Literal('commerce_down', { description: 'the shop system did not answer: orders were not looked at' }),
  Type.Literal('more_orders', { description: 'there are more open orders than were looked at' }),
  Type.Literal('unshipped', { description: '漏发: past the promised time of shipment' }),
  Type.Literal('presale_arrival', {
    description: 'goods sold ahead are there, or are due today: the buyer is to be told',
  }),
  Type.Literal('refund_requested'),
  Type.Literal('address_risk'),
  Type.Literal('parcel_stuck', { description: 'no word of the courier for three days' }),
  Type.Literal('message_left', { description: '留言: left while nobody was there' }),
  Type.Literal('unanswered', { description: 'the shopper waits for a person' }),
  Type.Literal('promise_due', { description: 'due today, overdue, or said by the bot and nobody’s yet' }),
]);
export type PatrolKind = Static<typeof PatrolKind>;

const Id = Type.Optional(Type.String());

export const PatrolItem = Type.Object({
  key: Type.String({ description: 'what it is about; ticked by it' }),
  kind: PatrolKind,
  title: Type.String(),
  detail: Type.Optional(Type.String()),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  orderId: Id,
  conversationId: Id,
  handoffId: Id,
  commitmentId: Id,
});
export type PatrolItem = Static<typeof PatrolItem>;
