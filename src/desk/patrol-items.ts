// What the morning's patrol has to look at, worded. Pure: orders, messages and promises come in, lines go out.
import type { OrdersToWatch, WatchedOrder } from '../commerce/commerce.ts';
import type { PatrolItem, PatrolKind } from '../contract/patrol.ts';

/** A parcel without a word of the courier for so long stands still; where the shop's own promise to ask begins. */
const STUCK_MS = 3 * 86_400_000;
const HOUR_MS = 3_600_000;

export interface WaitingShopper {
  handoffId: string;
  conversationId: string;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred';
  shopper: string | null;
  owner: string | null;
  since: string;
  summary: string;
  /** The order of the packet and the courier's last word, so that a question about a parcel can be answered at once. */
  parcel: { orderId: string; lastEvent: string | null } | null;
}

export interface DuePromise {
  id: string;
  conversationId: string | null;
  orderId: string | null;
  task: string;
  state: string;
  dueAt: string | null;
  holder: string | null;
}

export interface PatrolSight {
  /** Null: the shop's system did not answer. */
  orders: OrdersToWatch | null;
  shoppers: readonly WaitingShopper[];
  promises: readonly DuePromise[];
  now: Date;
  endOfToday: Date;
}

function span(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return '不到 1 小时';
  return hours < 24 ? `${hours} 小时` : `${Math.floor(hours / 24)} 天${hours % 24 > 0 ? ` ${hours % 24} 小时` : ''}`;
}

const goods = ({ order }: WatchedOrder): string =>
  order.items.map((i) => `${i.title}（${i.sku}）×${i.quantity}`).join('、');

function ofOrder(watched: WatchedOrder, now: Date, endOfToday: Date): PatrolItem[] {
  const { order, shipBy, presaleDueAt, addressConcern, lastTraceAt } = watched;
  const found: PatrolItem[] = [];
  const add = (kind: PatrolKind, title: string, since: Date | null) =>
    found.push({
      key: `${kind}:${order.id}`,
      kind,
      title,
      detail: goods(watched),
      ...(since ? { since: since.toISOString() } : {}),
      orderId: order.id,
    });
  const isPaid = order.status === 'paid';
  if (shipBy !== null && shipBy < now)
    add('unshipped', `订单 ${order.id} 超过承诺发货时间 ${span(now.getTime() - shipBy.getTime())}，还没有发出`, shipBy);
  if (isPaid && presaleDueAt !== null && presaleDueAt <= endOfToday)
    add(
      'presale_arrival',
      `订单 ${order.id} 的预售商品${presaleDueAt <= now ? '已经到货' : '今天到货'}，请安排发货并告诉买家`,
      presaleDueAt,
    );
  if (order.status === 'refunding') add('refund_requested', `订单 ${order.id} 申请了退款，请核实处理`, null);
  if (isPaid && addressConcern !== null) add('address_risk', `订单 ${order.id} 的地址有风险：${addressConcern}`, null);
  const lastWord = lastTraceAt ?? order.shippedAt;
  if (order.status === 'shipped' && lastWord !== null && now.getTime() - lastWord.getTime() >= STUCK_MS)
    add('parcel_stuck', `订单 ${order.id} 的物流停了 ${span(now.getTime() - lastWord.getTime())}`, lastWord);
  return found;
}

function ofShopper(shopper: WaitingShopper): PatrolItem {
  const name = shopper.shopper ?? '顾客';
  const kind = shopper.state === 'deferred' ? 'message_left' : 'unanswered';
  const title =
    kind === 'message_left'
      ? `${name} 的留言还没有回复`
      : `${name} 在等${shopper.owner === null ? '人工接入' : ` ${shopper.owner} 回复`}`;
  const { parcel } = shopper;
  const courier = parcel?.lastEvent ? `；订单 ${parcel.orderId} 最新物流：${parcel.lastEvent}` : '';
  return {
    key: `${kind}:${shopper.handoffId}`,
    kind,
    title,
    detail: `${shopper.summary.split('\n')[0]!.slice(0, 120)}${courier}`,
    since: shopper.since,
    conversationId: shopper.conversationId,
    handoffId: shopper.handoffId,
    ...(parcel ? { orderId: parcel.orderId } : {}),
  };
}

function ofPromise(promise: DuePromise, now: Date): PatrolItem {
  const isLate = promise.dueAt !== null && new Date(promise.dueAt) < now;
  const who = promise.holder === null ? '还没有人负责' : `由 ${promise.holder} 负责`;
  return {
    key: `promise_due:${promise.id}`,
    kind: 'promise_due',
    title: `承诺${isLate ? '已经超时' : '今天到期'}：${promise.task.slice(0, 80)}（${who}）`,
    ...(promise.dueAt === null ? {} : { since: promise.dueAt }),
    commitmentId: promise.id,
    ...(promise.conversationId === null ? {} : { conversationId: promise.conversationId }),
    ...(promise.orderId === null ? {} : { orderId: promise.orderId }),
  };
}

/** The worst first: what the shop owes, then who waits, then what is only odd. */
const ORDER: readonly PatrolKind[] = [
  'commerce_down',
  'unshipped',
  'promise_due',
  'unanswered',
  'message_left',
  'refund_requested',
  'parcel_stuck',
  'address_risk',
  'presale_arrival',
  'more_orders',
];

export function patrolItems({ orders, shoppers, promises, now, endOfToday }: PatrolSight): PatrolItem[] {
  const items: PatrolItem[] = [
    ...(orders === null
      ? [{ key: 'commerce_down', kind: 'commerce_down' as const, title: '订单系统没有响应，订单没有检查，请稍后再看' }]
      : orders.orders.flatMap((watched) => ofOrder(watched, now, endOfToday))),
    ...(orders?.hasMore
      ? [
          {
            key: 'more_orders',
            kind: 'more_orders' as const,
            title: `未完成的订单太多，只检查了最早的 ${orders.orders.length} 单，其余请在订单系统里查看`,
          },
        ]
      : []),
    ...shoppers.map(ofShopper),
    ...promises.map((promise) => ofPromise(promise, now)),
  ];
  return items.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)); // stable: within a kind as they came
}
