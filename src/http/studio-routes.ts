// The editor's first tools: try a message without side effects, see what is published.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { History, triage } from '../bot/triage.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

export const studioRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.post(
    '/api/triage',
    {
      schema: {
        summary: 'What the bot would decide, without side effects',
        body: Type.Object({
          text: Type.String({ minLength: 1, maxLength: 4_000 }),
          history: Type.Optional(History),
          orderId: Type.Optional(Type.String({ maxLength: 60 })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
      const { text, history, orderId } = request.body;
      const customerId = ctx.demo ? await ctx.sampleCustomer(orderId ? { orderId } : {}) : null;
      return triage(
        { knowledge: ctx.knowledge(staff.shopId), commerce: ctx.commerce, now: () => new Date() },
        { shopId: staff.shopId, text, history: history ?? [], customerId, focusOrderId: orderId ?? null },
      );
    },
  );

  app.get('/api/releases/current', { schema: { summary: 'The published release' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const { releaseId, policy } = ctx.knowledge(staff.shopId);
    return { id: releaseId, policy };
  });
  done();
};
