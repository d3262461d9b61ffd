// Who the shopper of a conversation is, and orders, over HTTP.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { runningCampaigns } from '../bot/campaigns.ts';
import { shopDay } from '../bot/clock-words.ts';
import { careRoutes as table } from '../contract/routes/care.ts';
import { say } from '../desk/say.ts';
import { findOrders, findProducts, readOrders, readShopperCard, saveRemark } from '../desk/shopper-card.ts';
import { findCard, offerText } from './cards.ts';
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

  on('GET /api/campaigns', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    // a shop without a release has published no campaign
    const knowledge = ctx.hasKnowledge(staff.shopId) ? ctx.knowledge(staff.shopId) : { entries: new Map() };
    return { items: runningCampaigns(knowledge, shopDay(ctx.now()), ctx.sharedEntries), next: null };
  });

  on('GET /api/products', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return { items: await findProducts(ctx, staff.shopId, query.q), next: null };
  });

  on('POST /api/conversations/:id/products', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    const { productId, clientMessageId } = body;
    const card = await findCard(ctx, null, { productId }, staff.shopId);
    return say(ctx.desk, staff, params.id, { clientMessageId, kind: 'reply', text: offerText(card), card });
  });

  on('PUT /api/shoppers/:id/remark', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return { remark: await saveRemark(ctx.pool, staff.shopId, params.id, body.remark) };
  });
  done();
};
