// The Commerce port: what the engine may ask the shop's own system about orders, parcels and products.
import type { ShopId } from '../contract/conversation.ts';

export type OrderStatus =
  | 'unpaid'
  | 'paid'
  | 'shipped'
  | 'delivered'
  | 'completed'
  | 'cancelled'
  | 'refunding'
  | 'refunded';

export interface OrderItem {
  productId: string;
  title: string;
  sku: string;
  quantity: number;
  /** Yuan. */
  price: number;
}

export interface Order {
  id: string;
  customerId: string;
  status: OrderStatus;
  placedAt: Date;
  paidAt: Date | null;
  shippedAt: Date | null;
  signedAt: Date | null;
  items: OrderItem[];
  /** Yuan, what was really paid. */
  amount: number;
  courier: string | null;
  trackingNo: string | null;
}

export interface TraceEvent {
  at: Date;
  text: string;
}

export interface Logistics {
  courier: string;
  trackingNo: string;
  /** Newest first. */
  trace: TraceEvent[];
}

export interface Product {
  id: string;
  title: string;
  /** What shoppers call it besides its title. */
  names?: string[];
  /** Yuan. */
  price: number;
  colours: string[];
  sizes: string[];
  material: string;
  /** Pieces of all colours and sizes that can be sold now; absent where the shop's system does not say. */
  stock?: number;
}

/** An order that is not at its end, with what the shop's system knows besides; whether anything is wrong is decided elsewhere. */
export interface WatchedOrder {
  order: Order;
  /** By when the shop promised to send it; null when it was sent, or no time was promised. */
  shipBy: Date | null;
  /** Sold before it was there: when the goods arrive or have arrived. */
  presaleDueAt: Date | null;
  /** Why the parcel might not arrive as addressed. */
  addressConcern: string | null;
  /** Newest word of the courier. */
  lastTraceAt: Date | null;
}

export interface OrdersToWatch {
  orders: WatchedOrder[];
  /** There are more than were given. */
  hasMore: boolean;
}

export interface Customer {
  id: string;
  name: string;
  vip: boolean;
}

/** More than this nobody walks through in a morning. */
export const WATCH_MAX = 500;

/** Bounded by the caller; a rejected call becomes an honest sentence and a person, never silence. */
export interface Commerce {
  customer(shopId: ShopId, id: string): Promise<Customer | null>;
  /** Newest first, at most 20. */
  orders(shopId: ShopId, customerId: string): Promise<Order[]>;
  order(shopId: ShopId, id: string): Promise<Order | null>;
  /** By the whole number, its last six signs or more, or the last four digits of the buyer's telephone. Newest first, at most 10. */
  findOrders(shopId: ShopId, words: string): Promise<Order[]>;
  logistics(shopId: ShopId, orderId: string): Promise<Logistics | null>;
  product(shopId: ShopId, id: string): Promise<Product | null>;
  /** By its id, or by what shoppers call it, its colours, sizes or material. At most 10. */
  findProducts(shopId: ShopId, words: string): Promise<Product[]>;
  /** Paid, under way or being refunded; the oldest first, at most WATCH_MAX. */
  ordersToWatch(shopId: ShopId): Promise<OrdersToWatch>;
  /** All products; shops here are small, larger ones search. */
  products(shopId: ShopId): Promise<Product[]>;
}

export const ORDER_STATUS_TEXT: Record<OrderStatus, string> = {
  unpaid: '待付款',
  paid: '已付款，待发货',
  shipped: '已发货，运输中',
  delivered: '已签收',
  completed: '交易完成',
  cancelled: '已取消',
  refunding: '退款处理中',
  refunded: '已退款',
};

/** An order the shopper may still be waiting for. */
export const isOpen = (order: Order): boolean => ['paid', 'shipped'].includes(order.status);
