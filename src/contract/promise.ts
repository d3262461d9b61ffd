// What a shop can bind itself to in a chat; shared with the desk, free of frameworks.
import { type Static, Type } from 'typebox';

export const PromiseKind = Type.Union([
  Type.Literal('shipment', { description: 'the order leaves the shop' }),
  Type.Literal('arrival', { description: 'the parcel is there' }),
  Type.Literal('refund'),
  Type.Literal('compensation', { description: 'price difference, coupon, freight, damages, a lower price' }),
  Type.Literal('gift', { description: 'something extra in the parcel' }),
  Type.Literal('replacement', { description: 'sent once more, or a new one' }),
  Type.Literal('remark', { description: 'a wish passed on to the warehouse' }),
  Type.Literal('reply', { description: 'an answer, a call, a number or a file sent to the shopper' }),
  Type.Literal('courier', { description: 'the courier is urged, asked or stopped' }),
  Type.Literal('invoice'),
  Type.Literal('stock_notice', { description: 'told when the goods are there' }),
  Type.Literal('hold', { description: 'goods or a price kept' }),
  Type.Literal('order_change', { description: 'address, size, courier, merging, cancelling' }),
  Type.Literal('inquiry', { description: 'asked, reported or escalated inside the shop' }),
  Type.Literal('visit', { description: 'somebody comes to install, mend or collect' }),
  Type.Literal('other', { description: 'something is promised; a person says what' }),
]);
export type PromiseKind = Static<typeof PromiseKind>;
