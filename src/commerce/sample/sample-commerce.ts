// The sample shop behind the Commerce port, kept in our own database so that the product can be tried without any shop system.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ShopId } from '../../contract/conversation.ts';
import type { Pool } from '../../db/database.ts';
import { inShop, shopQuery } from '../../db/transaction.ts';
import {
  type Commerce,
  type Customer,
  type Logistics,
  type Order,
  type OrderStatus,
  type Product,
  WATCH_MAX,
  type WatchedOrder,
} from '../commerce.ts';

interface SampleOrder {
  id: string;
  customer: string;
  status: OrderStatus;
  placed: string;
  shipped?: string;
  signed?: string;
  amount: number;
  items: { product: string; sku: string; quantity: number }[];
  courier?: string;
  tracking?: string;
  trace?: { ago: string; text: string }[];
  /** Sold before the goods were there; they came so long ago. */
  presale_arrived?: string;
  address_concern?: string;
}

interface SampleProduct {
  id: string;
  title: string;
  names?: string[];
  price: number;
  sizes: string[];
  colours: string[];
  material: string;
  stock: number;
}

interface SampleFile {
  customers: { id: string; name: string; vip: boolean; phone_tail?: string }[];
  orders: SampleOrder[];
}

/** `3d4h` -> milliseconds. @throws on anything else, so that a typing mistake in the sample is found at once. */
export function parseAgo(ago: string): number {
  const m = /^(?:(\d+)d)?(?:(\d+)h)?$/.exec(ago);
  if (!m || ago === '') throw new Error(`orders.yaml: "${ago}" should look like 3d4h`);
  return (Number(m[1] ?? 0) * 24 + Number(m[2] ?? 0)) * 3_600_000;
}

const read = async <T>(folder: string, name: string): Promise<T> =>
  parse(await readFile(new URL(`${folder}/${name}`, import.meta.url), 'utf8')) as T;

function orderBody(order: SampleOrder, products: Map<string, SampleProduct>, now: number) {
  const at = (ago: string | undefined) => (ago === undefined ? null : new Date(now - parseAgo(ago)).toISOString());
  return {
    shippedAt: at(order.shipped),
    signedAt: at(order.signed),
    paidAt: order.status === 'unpaid' ? null : at(order.placed),
    amount: order.amount,
    courier: order.courier ?? null,
    trackingNo: order.tracking ?? null,
    items: order.items.map((i) => {
      const product = products.get(i.product);
      if (!product)
        throw new Error(`orders.yaml: ${order.id} names product ${i.product}, which the catalogue does not have`);
      return { productId: i.product, title: product.title, sku: i.sku, quantity: i.quantity, price: product.price };
    }),
    presaleDueAt: at(order.presale_arrived),
    addressConcern: order.address_concern ?? null,
    trace: (order.trace ?? []).map((t) => ({ at: at(t.ago), text: t.text })),
  };
}

/**
 * Writes the sample anew with times counted back from now; called at each start so that the sample never grows old.
 * `folder` names the sample shop; a shop of its own has none, and is left as it is.
 */
export async function seedSampleShop(pool: Pool, shopId: ShopId, folder: string, now = Date.now()): Promise<void> {
  if (!existsSync(new URL(`${folder}/`, import.meta.url))) return;
  const products = await read<SampleProduct[]>(folder, 'catalogue.yaml');
  const { customers, orders } = await read<SampleFile>(folder, 'orders.yaml');
  const byId = new Map(products.map((p) => [p.id, p]));
  const rows = {
    products: products.map((p) => ({ id: p.id, body: p })),
    customers: customers.map((c) => ({ id: c.id, name: c.name, body: c })),
    orders: orders.map((o) => ({
      id: o.id,
      customer: o.customer,
      status: o.status,
      placed: new Date(now - parseAgo(o.placed)).toISOString(),
      body: orderBody(o, byId, now),
    })),
  };
  await inShop(pool, shopId, async (tx) => {
    // under the shop's lock: of several processes that start together each would delete what it sees and write the same orders
    await tx.query('select from shops where id = $1 for no key update', [shopId]);
    await tx.query('delete from sample_orders where shop_id = $1', [shopId]);
    await tx.query('delete from sample_customers where shop_id = $1', [shopId]);
    await tx.query('delete from sample_products where shop_id = $1', [shopId]);
    await tx.query(
      `insert into sample_products (shop_id, id, body) select $1, x->>'id', x->'body' from jsonb_array_elements($2::jsonb) x`,
      [shopId, JSON.stringify(rows.products)],
    );
    await tx.query(
      `insert into sample_customers (shop_id, id, name, body) select $1, x->>'id', x->>'name', x->'body' from jsonb_array_elements($2::jsonb) x`,
      [shopId, JSON.stringify(rows.customers)],
    );
    await tx.query(
      `insert into sample_orders (shop_id, id, customer_id, status, placed_at, body)
       select $1, x->>'id', x->>'customer', x->>'status', (x->>'placed')::timestamptz, x->'body' from jsonb_array_elements($2::jsonb) x`,
      [shopId, JSON.stringify(rows.orders)],
    );
  });
}

interface OrderRow {
  id: string;
  customer_id: string;
  status: OrderStatus;
  placed_at: Date;
  body: ReturnType<typeof orderBody>;
}

const toDate = (v: string | null): Date | null => (v === null ? null : new Date(v));

function toOrder(row: OrderRow): Order {
  const { body } = row;
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    placedAt: row.placed_at,
    paidAt: toDate(body.paidAt),
    shippedAt: toDate(body.shippedAt),
    signedAt: toDate(body.signedAt),
    items: body.items,
    amount: body.amount,
    courier: body.courier,
    trackingNo: body.trackingNo,
  };
}

const toLogistics = (body: OrderRow['body']): Logistics | null =>
  body.courier && body.trackingNo
    ? {
        courier: body.courier,
        trackingNo: body.trackingNo,
        trace: body.trace
          .map((t) => ({ at: new Date(t.at!), text: t.text }))
          .sort((a, b) => b.at.getTime() - a.at.getTime()),
      }
    : null;

/** What the sample shops tell their shoppers (bot/orders.ts): sent within 48 hours of payment, or of the arrival of goods sold ahead. */
const SHIP_WITHIN_MS = 48 * 3_600_000;

function toWatched(row: OrderRow): WatchedOrder {
  const order = toOrder(row);
  const presaleDueAt = toDate(row.body.presaleDueAt);
  const from = presaleDueAt ?? order.paidAt;
  return {
    order,
    shipBy: order.status === 'paid' && from !== null ? new Date(from.getTime() + SHIP_WITHIN_MS) : null,
    presaleDueAt,
    addressConcern: row.body.addressConcern,
    lastTraceAt: toLogistics(row.body)?.trace[0]?.at ?? null,
  };
}

const FOUND_MAX = 10;

export function createSampleCommerce(pool: Pool): Commerce {
  const one = async <T>(sql: string, shopId: ShopId, id: string): Promise<T | null> => {
    const { rows } = await shopQuery<T & object>(pool, shopId, sql, [shopId, id]);
    return rows[0] ?? null;
  };
  const ORDER = 'select id, customer_id, status, placed_at, body from sample_orders where shop_id = $1';
  return {
    async customer(shopId, id) {
      const row = await one<{ body: Customer }>(
        'select body from sample_customers where shop_id = $1 and id = $2',
        shopId,
        id,
      );
      return row?.body ?? null;
    },
    async orders(shopId, customerId) {
      const { rows } = await shopQuery<OrderRow>(
        pool,
        shopId,
        `${ORDER} and customer_id = $2 order by placed_at desc limit 20`,
        [shopId, customerId],
      );
      return rows.map(toOrder);
    },
    async order(shopId, id) {
      const row = await one<OrderRow>(`${ORDER} and id = $2`, shopId, id);
      return row && toOrder(row);
    },
    async findOrders(shopId, words) {
      const { rows } = await shopQuery<OrderRow>(
        pool,
        shopId,
        `${ORDER} and (id = upper($2) or (length($2) >= 6 and right(id, length($2)) = upper($2))
           or customer_id in (select c.id from sample_customers c where c.shop_id = $1 and c.body->>'phone_tail' = $2))
         order by placed_at desc limit $3`,
        [shopId, words, FOUND_MAX],
      );
      return rows.map(toOrder);
    },
    async logistics(shopId, orderId) {
      const row = await one<OrderRow>(`${ORDER} and id = $2`, shopId, orderId);
      return row && toLogistics(row.body);
    },
    async ordersToWatch(shopId) {
      const { rows } = await shopQuery<OrderRow>(
        pool,
        shopId,
        `${ORDER} and status in ('paid', 'shipped', 'refunding') order by placed_at limit $2`,
        [shopId, WATCH_MAX + 1],
      );
      return { orders: rows.slice(0, WATCH_MAX).map(toWatched), hasMore: rows.length > WATCH_MAX };
    },
    async product(shopId, id) {
      const row = await one<{ body: Product }>(
        'select body from sample_products where shop_id = $1 and id = $2',
        shopId,
        id,
      );
      return row?.body ?? null;
    },
    async findProducts(shopId, words) {
      const { rows } = await shopQuery<{ body: Product }>(
        pool,
        shopId,
        `select body from sample_products where shop_id = $1 and (id = upper($2) or body->>'title' ilike $3
           or concat_ws(' ', body->>'names', body->>'colours', body->>'sizes', body->>'material') ilike $3)
         order by (id = upper($2)) desc, (body->>'title' ilike $3) desc, id limit $4`,
        [shopId, words, `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`, FOUND_MAX],
      );
      return rows.map((r) => r.body);
    },
    async products(shopId) {
      const { rows } = await shopQuery<{ body: Product }>(
        pool,
        shopId,
        'select body from sample_products where shop_id = $1 order by id',
        [shopId],
      );
      return rows.map((r) => r.body);
    },
  };
}

/** Whom a visitor of the demo page may be. */
export const SAMPLE_CUSTOMERS = [
  { name: '小林', hint: '一个包裹在路上' },
  { name: '小周', hint: '几个订单进行中' },
  { name: '阿伟', hint: '包裹停了三天多' },
  { name: '陈老师', hint: '会员，刚签收' },
];

/** Which sample customer a visitor of the demo page is: by name, by one of their orders, or the first. */
export async function findSampleCustomer(
  pool: Pool,
  shopId: ShopId,
  hint: { name?: string; orderId?: string },
): Promise<string | null> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    `select c.id from sample_customers c
     order by (c.id = (select o.customer_id from sample_orders o where o.shop_id = c.shop_id and o.id = $2)) desc nulls last,
       (c.name = $1) desc nulls last, c.id limit 1`,
    [hint.name ?? null, hint.orderId ?? null],
  );
  return rows[0]?.id ?? null;
}
