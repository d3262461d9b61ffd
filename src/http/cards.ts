// Orders and products as a shopper shows them in a message. Asks the Commerce port; an order is shown by its own customer only.
import { ORDER_STATUS_TEXT, type Order, type Product } from '../commerce/commerce.ts';
import type { Card } from '../contract/conversation.ts';
import { shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import type { VisitorClaims } from './visitor-token.ts';

function orderCard({ id, items, status, amount }: Order): Card {
  const [first] = items;
  const count = items.reduce((n, item) => n + item.quantity, 0);
  return {
    kind: 'order',
    id,
    title: `${first?.title ?? '订单'}${items.length > 1 ? ` 等 ${items.length} 种` : ''}`,
    detail: `${ORDER_STATUS_TEXT[status]} · 共 ${count} 件`,
    price: amount,
  };
}

const productCard = ({ id, title, price, colours }: Product): Card => ({
  kind: 'product',
  id,
  title,
  detail: colours.length > 0 ? `颜色：${colours.join('、')}` : '',
  price,
});

type Visitor = Pick<VisitorClaims, 'shopId' | 'conversationId'>;

/** None for a visitor whom the shop does not know as a customer. */
export async function ordersOf(ctx: HttpContext, { shopId, conversationId }: Visitor): Promise<Card[]> {
  const { rows } = await shopQuery<{ customer: string | null }>(
    ctx.pool,
    shopId,
    'select s.customer_id as customer from conversations c join shoppers s on s.id = c.shopper_id where c.id = $1',
    [conversationId],
  );
  const customerId = rows[0]?.customer ?? null;
  return customerId === null ? [] : (await ctx.commerce.orders(shopId, customerId)).map(orderCard);
}

/** @throws AppError `not_found` for an order of somebody else, or for nothing at all */
export async function findCard(
  ctx: HttpContext,
  visitor: Visitor | null,
  { orderId, productId }: { orderId?: string | undefined; productId?: string | undefined },
  shopId = ctx.defaultShop.id,
): Promise<Card> {
  if (orderId !== undefined && visitor !== null) {
    const found = (await ordersOf(ctx, visitor)).find((card) => card.id === orderId);
    if (found) return found;
    throw new AppError('not_found', '没有在您的账号下查到这个订单');
  }
  const product = productId === undefined ? null : await ctx.commerce.product(shopId, productId);
  if (product) return productCard(product);
  throw new AppError('not_found', '没有这件商品');
}

/** What the card says where only words can be shown, and to the bot. */
export const cardText = ({ kind, id, title }: Card): string =>
  kind === 'order' ? `我要咨询的订单：${title}（订单号 ${id}）` : `我想咨询这款商品：${title}`;

/** The same of a product that an agent shows. */
export const offerText = ({ title, price }: Card): string =>
  `为您找到这款商品：${title}${price === null ? '' : `，¥${price}`}`;
