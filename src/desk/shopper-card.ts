// What an agent sees of a shopper: who they are, what was before, their orders. The shop's own system is asked within a time limit.
import { orNull } from '../commerce/bounded.ts';
import { type Commerce, type Logistics, ORDER_STATUS_TEXT, type Order } from '../commerce/commerce.ts';
import type { ConversationId, ShopId } from '../contract/conversation.ts';
import type { OrderDetail, ProductFacts, ShopperCard, Visit } from '../contract/shopper.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { isInsult } from '../understanding/insults.ts';

export interface CardDeps {
  pool: Pool;
  commerce: Commerce;
  now(): Date;
}

interface ShopperRow {
  customerId: string | null;
  focusOrderId: string | null;
  card: Omit<ShopperCard, 'member' | 'orders90' | 'refunds90' | 'visits'> & { visits: Omit<Visit, 'insult'>[] };
}

const VISITS_MAX = 10;

const SHOPPER = `select s.customer_id as "customerId", nullif(c.memory->>'focusOrderId', '') as "focusOrderId",
    jsonb_build_object('id', s.id::text, 'name', s.name, 'channel', a.kind, 'vip', s.vip, 'remark', s.remark, 'since', s.created_at,
      'visits', (select coalesce(jsonb_agg(v.visit), '[]') from (
        select jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'at', h.queued_at,
          'reason', h.reason, 'summary', split_part(h.summary, E'\\n', 1), 'disposition', h.disposition, 'category', h.category,
          'agent', st.name) as visit
        from handoffs h join conversations o on o.id = h.conversation_id join shoppers p on p.id = o.shopper_id
        left join staff st on st.id = h.accepted_by
        where h.state = 'resolved' and (p.id = s.id or (s.customer_id is not null and p.customer_id = s.customer_id))
        order by h.id desc limit ${VISITS_MAX}) v)) as card
  from conversations c join shoppers s on s.id = c.shopper_id
  join channel_accounts a on a.id = c.channel_account_id where c.id = $1`;

async function readShopper(pool: Pool, shopId: ShopId, id: ConversationId): Promise<ShopperRow> {
  const { rows } = await shopQuery<ShopperRow>(pool, shopId, SHOPPER, [id]);
  if (!rows[0]) throw new AppError('not_found', '没有这个会话');
  return rows[0];
}

const LATELY_MS = 90 * 86_400_000;

/** Without the shop's system the card is there all the same. @throws AppError `not_found` */
export async function readShopperCard(deps: CardDeps, shopId: ShopId, id: ConversationId): Promise<ShopperCard> {
  const { card, customerId } = await readShopper(deps.pool, shopId, id);
  const visits = card.visits.map((visit) => ({ ...visit, insult: isInsult(visit.summary) }));
  const unknown = { ...card, visits, member: null, orders90: null, refunds90: null };
  if (customerId === null) return unknown;
  const [customer, orders] = await Promise.all([
    orNull(deps.commerce.customer(shopId, customerId)),
    orNull(deps.commerce.orders(shopId, customerId)),
  ]);
  const lately = orders?.filter((order) => deps.now().getTime() - order.placedAt.getTime() < LATELY_MS);
  return {
    ...unknown,
    member: customer?.vip ?? null,
    orders90: lately?.length ?? null,
    refunds90: lately?.filter((order) => order.status === 'refunding' || order.status === 'refunded').length ?? null,
  };
}

const hoursSince = (at: Date, now: Date): number => Math.floor((now.getTime() - at.getTime()) / 3_600_000);

function toDetail(order: Order, parcel: Logistics | null, now: Date): OrderDetail {
  const last = parcel?.trace[0];
  const since = last?.at ?? order.shippedAt;
  return {
    id: order.id,
    status: order.status,
    statusText: ORDER_STATUS_TEXT[order.status],
    placedAt: order.placedAt.toISOString(),
    items: order.items.map(({ productId, title, sku, quantity }) => ({ productId, title, sku, quantity })),
    amount: order.amount,
    ...(parcel && {
      logistics: {
        courier: parcel.courier,
        trackingNo: parcel.trackingNo,
        lastEvent: last?.text ?? null,
        lastEventAt: last?.at.toISOString() ?? null,
        stillForHours: order.status === 'shipped' && since ? hoursSince(since, now) : null,
      },
    }),
    customer: null,
    trace: (parcel?.trace ?? []).map(({ at, text }) => ({ at: at.toISOString(), text })),
  };
}

/** @throws AppError `overloaded` while the shop's system does not answer */
async function asked<T>(call: Promise<T>): Promise<T> {
  // a box, because null is an answer too
  const answer = await orNull(call.then((value) => ({ value })));
  if (answer === null) throw new AppError('overloaded', '订单接口没有及时响应，请稍后重试；聊天不受影响');
  return answer.value;
}

const withParcels = ({ commerce, now }: CardDeps, shopId: ShopId, orders: readonly Order[]): Promise<OrderDetail[]> =>
  Promise.all(orders.map(async (order) => toDetail(order, await asked(commerce.logistics(shopId, order.id)), now())));

const SHOWN_MAX = 10;
const RANK: Partial<Record<Order['status'], number>> = { shipped: 1, paid: 1, refunding: 1, unpaid: 2 };

/** The one talked about first, then open ones, then the newest. @throws AppError `not_found`, `overloaded` */
export async function readOrders(deps: CardDeps, shopId: ShopId, id: ConversationId): Promise<OrderDetail[]> {
  const { customerId, focusOrderId } = await readShopper(deps.pool, shopId, id);
  if (customerId === null) return [];
  const orders = await asked(deps.commerce.orders(shopId, customerId));
  const rank = (order: Order) => (order.id === focusOrderId ? 0 : (RANK[order.status] ?? 3));
  const shown = [...orders].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN_MAX);
  return withParcels(deps, shopId, shown);
}

/** For an agent who was told a number or the end of a telephone number. @throws AppError `overloaded` */
export async function findOrders(deps: CardDeps, shopId: ShopId, words: string): Promise<OrderDetail[]> {
  const found = await asked(deps.commerce.findOrders(shopId, words.trim()));
  const names = new Map<string, string | null>();
  for (const id of new Set(found.map((order) => order.customerId)))
    names.set(id, (await asked(deps.commerce.customer(shopId, id)))?.name ?? null);
  const details = await withParcels(deps, shopId, found.slice(0, SHOWN_MAX));
  return details.map((detail, i) => ({ ...detail, customer: names.get(found[i]!.customerId) ?? null }));
}

/** @throws AppError `overloaded` */
export async function findProducts(
  { commerce }: Pick<CardDeps, 'commerce'>,
  shopId: ShopId,
  words: string,
): Promise<ProductFacts[]> {
  const found = await asked(commerce.findProducts(shopId, words.trim()));
  return found.map(({ id, title, price, colours, sizes, material, stock }) => ({
    id,
    title,
    price,
    colours,
    sizes,
    material,
    stock: stock ?? null,
  }));
}

/** The remark as it is kept, null for none. @throws AppError `not_found` */
export async function saveRemark(pool: Pool, shopId: ShopId, shopperId: string, words: string): Promise<string | null> {
  const remark = words.trim() === '' ? null : words.trim();
  const { rowCount } = await inShop(pool, shopId, (tx) =>
    tx.query('update shoppers set remark = $2 where id = $1', [shopperId, remark]),
  );
  if (rowCount === 0) throw new AppError('not_found', '没有这位顾客');
  return remark;
}
