// Where the shopper's order stands, from the orders themselves. Pure.
import { ORDER_STATUS_TEXT, type Order, type OrderStatus } from '../commerce/commerce.ts';
import type { OrderStage, OrderState } from '../contract/decision.ts';
import { sayDay } from './clock-words.ts';
import type { Situation, Standing } from './decision.ts';

const DAY_MS = 86_400_000;
/** The seven days of returning without a reason, and some slack: an older order is not what a bare 能退吗 is about. */
const RECENT_MS = 10 * DAY_MS;
/** After so long nobody who writes is still about that order unless they say so. */
const PAST_MS = 90 * DAY_MS;

/** null: the order is no longer one. */
export function stateOf(status: OrderStatus): OrderState | null {
  switch (status) {
    case 'unpaid':
    case 'paid':
    case 'shipped':
      return status;
    case 'delivered':
    case 'completed':
    case 'refunding':
    case 'refunded':
      return 'signed';
    case 'cancelled':
      return null;
    default:
      return status satisfies never;
  }
}

export const itemsOf = (order: Order): string => {
  const first = order.items[0];
  if (!first) return '商品';
  const count = order.items.reduce((n, i) => n + i.quantity, 0);
  return count > 1 ? `${first.title} 等${count}件` : first.title;
};

/** How an order is offered as a choice. */
export const orderLabel = (order: Order): string =>
  `${itemsOf(order)}（${sayDay(order.placedAt)}下单，${ORDER_STATUS_TEXT[order.status]}）`;

const ageOf = (order: Order, now: Date): number => now.getTime() - (order.signedAt ?? order.placedAt).getTime();

/** From the order that is named or talked about, else the newest that runs, else the last one received. */
export function situationOf(
  orders: readonly Order[],
  about: { orderId: string | null; focusOrderId: string | null; now: Date },
): Situation {
  const all = orders.flatMap((order) => {
    const state = stateOf(order.status);
    return state === null ? [] : [{ order, state }];
  });
  const meant =
    all.find(({ order }) => order.id === about.orderId) ?? all.find(({ order }) => order.id === about.focusOrderId);
  const standing = ({ order, state }: (typeof all)[number]): Standing => ({
    orderId: order.id,
    state,
    label: orderLabel(order),
    items: order.items,
  });
  if (meant !== undefined) return { state: meant.state, orderId: meant.order.id, orders: [standing(meant)] };
  const near = all.filter(({ order, state }) => state !== 'signed' || ageOf(order, about.now) <= RECENT_MS);
  const first =
    all.find(({ state }) => state !== 'signed') ?? all.find(({ order }) => ageOf(order, about.now) <= PAST_MS);
  return {
    state: first?.state ?? 'none',
    orderId: first?.order.id ?? null,
    orders: near.map(standing),
  };
}

/** 售前 until something is ordered, 售中 until it is received, 售后 from then on. */
export function stageOf({ state, orderId }: Situation): OrderStage {
  switch (state) {
    case 'none':
      return { stage: 'presale', order: state, orderId };
    case 'unpaid':
    case 'paid':
    case 'shipped':
      return { stage: 'insale', order: state, orderId };
    case 'signed':
      return { stage: 'aftersale', order: state, orderId };
    case 'unknown':
      return { stage: 'unknown', order: state, orderId };
    default:
      return state satisfies never;
  }
}
