// Who the shopper of a conversation is, and orders, over HTTP.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { careRoutes as table } from '../contract/routes/care.ts';
import { findOrders, readOrders, readShopperCard, saveRemark } from '../desk/shopper-card.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const DESK = ['agent', 'supervisor'] as const;

export const careRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, table);

  on('GET /api/conversations/:id/shopper', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return readShopperCard(ctx, staff.shopId, params.id);
  });

  on('GET /api/conversations/:id/orders', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await readOrders(ctx, staff.shopId, params.id), next: null };
  });

  on('GET /api/orders', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return { items: await findOrders(ctx, staff.shopId, query.q), next: null };
  });

  on('PUT /api/shoppers/:id/remark', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return { remark: await saveRemark(ctx.pool, staff.shopId, params.id, body.remark) };
  });
  done();
};
