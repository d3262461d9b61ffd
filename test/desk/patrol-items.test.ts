// What the patrol finds in orders, messages and promises, at its edges; pure.
import { describe, expect, it } from 'vitest';
import type { Order, WatchedOrder } from '../../src/commerce/commerce.ts';
import { type PatrolSight, patrolItems, type WaitingShopper } from '../../src/desk/patrol-items.ts';

const now = new Date('2026-11-24T10:00:00+08:00');
const endOfToday = new Date('2026-11-24T23:59:59+08:00');
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);

const order = (status: Order['status'], more: Partial<Order> = {}): Order => ({
  id: 'A1',
  customerId: 'C1',
  status,
  placedAt: ago(80),
  paidAt: ago(80),
  shippedAt: null,
  signedAt: null,
  items: [{ productId: 'P1', title: '卫衣', sku: '黑 M', quantity: 2, price: 1 }],
  amount: 2,
  courier: null,
  trackingNo: null,
  ...more,
});
const watched = (o: Order, more: Partial<WatchedOrder> = {}): WatchedOrder => ({
  order: o,
  shipBy: null,
  presaleDueAt: null,
  addressConcern: null,
  lastTraceAt: null,
  ...more,
});
const see = (more: Partial<PatrolSight>) =>
  patrolItems({ orders: { orders: [], hasMore: false }, shoppers: [], promises: [], now, endOfToday, ...more });
const ofOrder = (w: WatchedOrder) => see({ orders: { orders: [w], hasMore: false } }).map((i) => i.kind);

describe('orders', () => {
  it('are missed from the promised moment on, and only then', () => {
    expect(ofOrder(watched(order('paid'), { shipBy: ago(-1) }))).toEqual([]);
    expect(ofOrder(watched(order('paid'), { shipBy: now }))).toEqual([]);
    expect(ofOrder(watched(order('paid'), { shipBy: ago(1) }))).toEqual(['unshipped']);
  });

  it('sold ahead are named on the day of arrival and after, until they are sent', () => {
    expect(ofOrder(watched(order('paid'), { presaleDueAt: new Date(endOfToday.getTime() + 1_000) }))).toEqual([]);
    expect(ofOrder(watched(order('paid'), { presaleDueAt: endOfToday }))).toEqual(['presale_arrival']);
    expect(ofOrder(watched(order('shipped', { shippedAt: ago(5) }), { presaleDueAt: ago(30) }))).toEqual([]);
  });

  it('stand still after three days without a word, counted from the shipment when there was none', () => {
    const shipped = (hours: number) => order('shipped', { shippedAt: ago(hours) });
    expect(ofOrder(watched(shipped(71.9)))).toEqual([]);
    expect(ofOrder(watched(shipped(72)))).toEqual(['parcel_stuck']);
    expect(ofOrder(watched(shipped(200), { lastTraceAt: ago(3) }))).toEqual([]);
  });

  it('of one shopper may be odd in several ways; an address is a risk only before the parcel has left', () => {
    const both = watched(order('paid'), { shipBy: ago(1), addressConcern: '缺少门牌号' });
    expect(ofOrder(both)).toEqual(['unshipped', 'address_risk']);
    expect(ofOrder(watched(order('shipped', { shippedAt: ago(1) }), { addressConcern: '缺少门牌号' }))).toEqual([]);
    expect(ofOrder(watched(order('refunding')))).toEqual(['refund_requested']);
  });

  it('that were not looked at are not passed over in silence', () => {
    expect(see({ orders: null }).map((i) => i.kind)).toEqual(['commerce_down']);
    expect(see({ orders: { orders: [watched(order('paid'))], hasMore: true } }).map((i) => i.kind)).toEqual([
      'more_orders',
    ]);
  });
});

describe('messages and promises', () => {
  const left: WaitingShopper = {
    handoffId: '7',
    conversationId: '3',
    state: 'deferred',
    shopper: '小林',
    owner: null,
    since: ago(9).toISOString(),
    summary: '【查物流】快递到哪了\n第二行',
    parcel: { orderId: 'A1', lastEvent: '已到达杭州' },
  };

  it('left overnight come with the courier’s last word, so that they can be answered at once', () => {
    expect(see({ shoppers: [left] })).toMatchObject([
      {
        kind: 'message_left',
        key: 'message_left:7',
        orderId: 'A1',
        detail: '【查物流】快递到哪了；订单 A1 最新物流：已到达杭州',
      },
    ]);
  });

  it('name who has to answer or to keep them', () => {
    const waits = see({ shoppers: [{ ...left, state: 'with-agent', owner: '小美', shopper: null }] });
    expect(waits[0]).toMatchObject({ kind: 'unanswered', title: '顾客 在等 小美 回复' });
    const promise = { id: '1', conversationId: null, orderId: null, task: '补发', state: 'broken', holder: null };
    expect(see({ promises: [{ ...promise, dueAt: ago(1).toISOString() }] })[0]!.title).toBe(
      '承诺已经超时：补发（还没有人负责）',
    );
    expect(see({ promises: [{ ...promise, dueAt: endOfToday.toISOString(), holder: '小帅' }] })[0]!.title).toBe(
      '承诺今天到期：补发（由 小帅 负责）',
    );
  });

  it('come in the order of what the shop owes', () => {
    const promises = [
      { id: '1', conversationId: null, orderId: null, task: '补发', state: 'open', dueAt: null, holder: null },
    ];
    const orders = {
      orders: [watched(order('refunding')), watched(order('paid', { id: 'A2' }), { shipBy: ago(1) })],
      hasMore: false,
    };
    expect(see({ orders, promises, shoppers: [left] }).map((i) => i.kind)).toEqual([
      'unshipped',
      'promise_due',
      'message_left',
      'refund_requested',
    ]);
  });
});
