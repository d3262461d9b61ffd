// What a shopper asks of the shop besides talking, over HTTP, with the visitor's token.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { requestRoutes as table } from '../contract/routes/requests.ts';
import { askQuote } from '../desk/quotes.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { createPace } from './pace.ts';
import { readVisitor } from './shop-routes.ts';

export const requestRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, table);
  const pace = createPace(ctx.shopperBurst, '提交太快啦，请稍后再试');

  on('GET /api/shop/callback', async (_input, request) => {
    const { shopId, conversationId } = await readVisitor(ctx, request);
    const [windows, booked] = await Promise.all([
      ctx.calls.windows(shopId, { conversationId }),
      ctx.calls.booked(shopId, conversationId),
    ]);
    return { windows, booked };
  });

  on('POST /api/shop/callback', async ({ body }, request) => {
    const { shopId, conversationId, visitorId } = await readVisitor(ctx, request);
    pace(visitorId);
    return ctx.calls.book(shopId, conversationId, { ...body, tell: true });
  });

  on('POST /api/shop/quote', async ({ body: { company = '', ...wish } }, request) => {
    const { shopId, conversationId, visitorId } = await readVisitor(ctx, request);
    pace(visitorId);
    await askQuote(ctx.desk, shopId, conversationId, { kind: 'form', ...wish, company }, true);
    return { ok: true };
  });
  done();
};
