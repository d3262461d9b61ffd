// Who the shopper of a conversation is, and orders.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';
import { Campaign, OrderDetail, ProductFacts, ShopperCard } from '../shopper.ts';

const Params = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });
const Orders = Type.Object({ items: Type.Array(OrderDetail), next: Type.Null() });

export const careRoutes = {
  'GET /api/conversations/:id/shopper': {
    summary: 'Who this is, and what was before',
    params: Params,
    reply: ShopperCard,
  },
  'GET /api/conversations/:id/orders': {
    summary: "The shopper's orders, the one in focus first; 503 while the shop's system does not answer",
    params: Params,
    reply: Orders,
  },
  'GET /api/orders': {
    summary: 'Orders by number (whole, or its last six signs and more) or by the last four digits of the telephone',
    query: Type.Object({ q: Type.String({ minLength: 4, maxLength: 60 }) }),
    reply: Orders,
  },
  'GET /api/campaigns': {
    summary: 'Campaigns that run today, by the published FAQ entries; those that end soonest first',
    reply: Type.Object({ items: Type.Array(Campaign), next: Type.Null() }),
  },
  'GET /api/products': {
    summary: 'Products of the shop, by number or by any word of their title, colours, sizes or material',
    query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 60 }) }),
    reply: Type.Object({ items: Type.Array(ProductFacts), next: Type.Null() }),
  },
  'POST /api/conversations/:id/products': {
    summary: 'Send a product to the shopper as a card; the same clientMessageId sends it once',
    params: Params,
    body: Type.Object(
      {
        productId: Type.String({ minLength: 1, maxLength: 100 }),
        clientMessageId: Type.String({ minLength: 1, maxLength: 64 }),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ seq: Type.Integer() }),
  },
  'PUT /api/shoppers/:id/remark': {
    summary: 'What colleagues should know of this shopper',
    params: Params,
    body: Type.Object({ remark: Type.String({ maxLength: 300 }) }, { additionalProperties: false }),
    reply: Type.Object({ remark: Type.Union([Type.String(), Type.Null()]) }),
  },
} as const satisfies RouteTable;
