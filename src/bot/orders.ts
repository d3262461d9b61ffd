// Actions about orders: which one is meant, where its parcel is, and the facts a person needs. Reads through the Commerce port only.

import { type Commerce, isOpen, type Logistics, ORDER_STATUS_TEXT, type Order } from '../commerce/commerce.ts';
import type { AnswerSource, Choice } from '../contract/decision.ts';
import type { OrderFacts } from '../contract/handoff.ts';
import { saySpan, sayTime } from './clock-words.ts';
import { withDeadline } from './deadline.ts';
import { type Situation, UNKNOWN_SITUATION } from './decision.ts';
import { HUMAN_CHOICE } from './memory.ts';
import { itemsOf, orderLabel, situationOf } from './stage.ts';

/** A parcel without news for this long counts as standing still. The shop's promise to look into it begins here. */
export const STILL_MS = 72 * 3_600_000;
const TRACE_SHOWN = 3;
const CHOICES_MAX = 4;
const COMMERCE_DEADLINE_MS = 2_000;

/** The shop system did not answer; the caller turns it into an honest sentence and a person. */
export class CommerceDown extends Error {}

/** Every call to the shop's system is bounded. @throws CommerceDown */
export async function bounded<T>(call: Promise<T>): Promise<T> {
  try {
    return await withDeadline(
      call,
      COMMERCE_DEADLINE_MS,
      () => new Error(`no answer within ${COMMERCE_DEADLINE_MS} ms`),
    );
  } catch (error) {
    throw new CommerceDown(`the shop system failed: ${(error as Error).message}`);
  }
}

export interface OrderAnswer {
  text: string;
  choices: Choice[];
  source: AnswerSource | null;
  focusOrderId: string | null;
  stalledOrderId: string | null;
}

export interface OrderQuestion {
  shopId: string;
  customerId: string | null;
  /** Said or tapped. */
  orderId: string | null;
  /** Talked about before, or opened from. */
  focusOrderId: string | null;
  /** Titles of products that are named. */
  products?: readonly string[];
  now: Date;
}

const orderChoice = (order: Order): Choice => ({ value: `order:${order.id}`, label: orderLabel(order) });

const sourceOf = (order: Order): AnswerSource => ({ kind: 'order', id: order.id, title: `订单 ${order.id}` });

const plain = (text: string, choices: Choice[] = []): OrderAnswer => ({
  text,
  choices,
  source: null,
  focusOrderId: null,
  stalledOrderId: null,
});

/** The shop's promise: sent within 48 hours after paying. Past it, nobody may go on promising. */
const SEND_WITHIN_MS = 48 * 3_600_000;
const LATE_WORDS = '已经超过 48 小时还没有发出，让您久等了。需要的话我现在就请客服去仓库核实。';
const PERSON_OR_WAIT: Choice[] = [
  { value: 'human', label: '请客服核实' },
  { value: 'wait', label: '我再等等' },
];

const isLate = (order: Order, now: Date): boolean =>
  order.status === 'paid' && now.getTime() - (order.paidAt ?? order.placedAt).getTime() > SEND_WITHIN_MS;

/** Milliseconds since the last news of a parcel under way; null when it is not under way. */
export function stillFor(order: Order, logistics: Logistics | null, now: Date): number | null {
  if (order.status !== 'shipped') return null;
  const last = logistics?.trace[0]?.at ?? order.shippedAt;
  return last ? now.getTime() - last.getTime() : null;
}

/** The shopper's order that is meant, or the ones to choose from. Never an order of somebody else. */
async function findOrder(commerce: Commerce, q: OrderQuestion): Promise<{ order: Order } | { among: Order[] } | null> {
  const mine = q.customerId === null ? [] : await bounded(commerce.orders(q.shopId, q.customerId));
  const named = q.orderId === null ? undefined : mine.find((o) => o.id === q.orderId);
  if (named) return { order: named };
  if (q.orderId !== null) return null; // named one that is not theirs
  const focus = mine.find((o) => o.id === q.focusOrderId);
  const holding = mine.filter((o) => o.items.some(({ title }) => q.products?.includes(title)));
  if (holding.length === 1) return { order: holding[0]! };
  const open = (holding.length > 1 ? holding : mine).filter(isOpen);
  if (focus && isOpen(focus)) return { order: focus };
  if (open.length === 1) return { order: open[0]! };
  if (open.length > 1) return { among: open.slice(0, CHOICES_MAX) };
  const latest = mine[0];
  return latest ? { order: latest } : null;
}

function notFound(q: OrderQuestion): OrderAnswer {
  return q.orderId === null
    ? plain('我这边暂时没有查到您的订单。您可以从「我的订单」里点对应订单进来咨询，或者让人工客服帮您查。', [
        HUMAN_CHOICE,
      ])
    : plain(
        `没有在您的账号下查到订单 ${q.orderId}，麻烦核对一下订单号；如果是用别的账号下的单，可以请人工客服帮您查。`,
        [HUMAN_CHOICE],
      );
}

function describeParcel(order: Order, logistics: Logistics | null, now: Date): OrderAnswer {
  const base = { source: sourceOf(order), focusOrderId: order.id, stalledOrderId: null };
  const head = `您的订单「${itemsOf(order)}」${ORDER_STATUS_TEXT[order.status]}`;
  if (logistics === null || logistics.trace.length === 0) {
    if (isLate(order, now)) return { ...base, text: `${head}。${LATE_WORDS}`, choices: PERSON_OR_WAIT };
    const wait =
      order.status === 'paid' ? '。付款后最晚 48 小时内发出，发出后这里就能看到物流' : '，物流公司还没有更新轨迹';
    return { ...base, text: `${head}${wait}。`, choices: [] };
  }
  const trace = logistics.trace.slice(0, TRACE_SHOWN).map((t) => `${sayTime(t.at)} ${t.text}`);
  const carrier = `${logistics.courier} ${logistics.trackingNo}`;
  const still = stillFor(order, logistics, now);
  if (still !== null && still >= STILL_MS) {
    return {
      ...base,
      stalledOrderId: order.id,
      text: `${head}，${carrier}。不过最近一条物流已经是 ${saySpan(still)}前了：\n${trace.join('\n')}\n这个停留时间不太正常，让您久等了。需要的话我现在就请客服联系物流核实。`,
      choices: PERSON_OR_WAIT,
    };
  }
  return { ...base, text: `${head}，${carrier}：\n${trace.join('\n')}`, choices: [] };
}

/** Answers 查物流: the trace, or choices when several orders are open. @throws CommerceDown */
export async function trackLogistics(commerce: Commerce, q: OrderQuestion): Promise<OrderAnswer> {
  const found = await findOrder(commerce, q);
  if (found === null) return notFound(q);
  if ('among' in found) return plain('您有几个订单还在路上，想查哪一个呢？', found.among.map(orderChoice));
  const logistics = await bounded(commerce.logistics(q.shopId, found.order.id));
  return describeParcel(found.order, logistics, q.now);
}

/** Answers 订单状态. @throws CommerceDown */
export async function orderStatus(commerce: Commerce, q: OrderQuestion): Promise<OrderAnswer> {
  const found = await findOrder(commerce, q);
  if (found === null) return notFound(q);
  if ('among' in found) return plain('您有几个订单正在进行，想看哪一个呢？', found.among.map(orderChoice));
  const { order } = found;
  if (order.status === 'shipped') return trackLogistics(commerce, { ...q, orderId: order.id });
  const when = `${sayTime(order.placedAt)}下单，${order.status === 'unpaid' ? '应付' : '实付'} ${order.amount} 元`;
  const late = isLate(order, q.now);
  const next: Partial<Record<Order['status'], string>> = {
    unpaid: '还没有付款，付款后会尽快为您安排发货。',
    paid: '付款后最晚 48 小时内发出，请您稍等。',
    refunding: '退款正在处理，仓库签收检查后 48 小时内退出。',
  };
  return {
    text: `您的订单「${itemsOf(order)}」${ORDER_STATUS_TEXT[order.status]}（${when}）。${late ? LATE_WORDS : (next[order.status] ?? '')}`,
    choices: late ? PERSON_OR_WAIT : [],
    source: sourceOf(order),
    focusOrderId: order.id,
    stalledOrderId: null,
  };
}

/** A bare question waits this long for what the order would make of it; then the words decide alone. */
const SITUATION_MS = 1_000;

/** Where the shopper's orders stand; unknown for somebody nobody knows, and when the shop's system fails or is late. Never throws. */
export async function situationFor(commerce: Commerce, q: OrderQuestion): Promise<Situation> {
  if (q.customerId === null) return UNKNOWN_SITUATION;
  try {
    const late = () => new Error(`no answer within ${SITUATION_MS} ms`);
    return situationOf(await withDeadline(commerce.orders(q.shopId, q.customerId), SITUATION_MS, late), q);
  } catch {
    return UNKNOWN_SITUATION;
  }
}

/** The shop's system as one turn asks it: the orders once, however many parts of the turn want them. */
export function askOnce(commerce: Commerce): Commerce {
  const orders = new Map<string, ReturnType<Commerce['orders']>>();
  return {
    customer: (shopId, id) => commerce.customer(shopId, id),
    order: (shopId, id) => commerce.order(shopId, id),
    findOrders: (shopId, words) => commerce.findOrders(shopId, words),
    logistics: (shopId, orderId) => commerce.logistics(shopId, orderId),
    findProducts: (shopId, words) => commerce.findProducts(shopId, words),
    product: (shopId, id) => commerce.product(shopId, id),
    products: (shopId) => commerce.products(shopId),
    ordersToWatch: (shopId) => commerce.ordersToWatch(shopId),
    orders(shopId, customerId) {
      const asked = orders.get(customerId) ?? commerce.orders(shopId, customerId);
      orders.set(customerId, asked);
      return asked;
    },
  };
}

/** The orders an agent wants to see first: the one talked about, then open ones. Empty on any failure: a packet never waits. */
export async function orderFacts(commerce: Commerce, q: OrderQuestion): Promise<OrderFacts[]> {
  if (q.customerId === null) return [];
  try {
    const orders = await bounded(commerce.orders(q.shopId, q.customerId));
    const rank = (o: Order) => (o.id === (q.orderId ?? q.focusOrderId) ? 0 : isOpen(o) ? 1 : 2);
    const shown = [...orders].sort((a, b) => rank(a) - rank(b)).slice(0, 3);
    return await Promise.all(
      shown.map(async (order) => toFacts(order, await bounded(commerce.logistics(q.shopId, order.id)), q.now)),
    );
  } catch {
    return [];
  }
}

function toFacts(order: Order, logistics: Logistics | null, now: Date): OrderFacts {
  const still = stillFor(order, logistics, now);
  const last = logistics?.trace[0];
  return {
    id: order.id,
    status: order.status,
    statusText: ORDER_STATUS_TEXT[order.status],
    placedAt: order.placedAt.toISOString(),
    items: order.items.map(({ productId, title, sku, quantity }) => ({ productId, title, sku, quantity })),
    amount: order.amount,
    ...(logistics
      ? {
          logistics: {
            courier: logistics.courier,
            trackingNo: logistics.trackingNo,
            lastEvent: last?.text ?? null,
            lastEventAt: last?.at.toISOString() ?? null,
            stillForHours: still === null ? null : Math.floor(still / 3_600_000),
          },
        }
      : {}),
  };
}
