// The shapes of the shopper's card and orders as the routes promise them. Types only.
import type { Reply } from '../routes.ts';

export type ShopperCard = Reply<'GET /api/conversations/:id/shopper'>;
export type OrderDetail = Reply<'GET /api/conversations/:id/orders'>['items'][number];
