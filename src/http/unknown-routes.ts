// Questions nobody could answer: the list for editors, what agents report, and what is taken off.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { unknownRoutes } from '../contract/routes/studio.ts';
import { closingsOf, insertReport, missedQuestions, saveClosing } from '../curation/unknown-store.ts';
import { listUnknowns } from '../curation/unknowns.ts';
import { inShop } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { maskPersonalData } from '../policy/mask.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

export const UNKNOWN_DAYS = 30;
const LIMIT = 50;

export const unknownQuestionRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, unknownRoutes);

  on('GET /api/unknowns', async ({ query: { days = UNKNOWN_DAYS, limit = LIMIT, cursor = '0' } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const [missed, closings] = await Promise.all([
      missedQuestions(ctx.pool, staff.shopId, days),
      closingsOf(ctx.pool, staff.shopId),
    ]);
    const all = listUnknowns(missed, closings);
    const from = Number(cursor);
    const next = from + limit < all.length ? String(from + limit) : null;
    return { items: all.slice(from, from + limit), total: all.length, next };
  });

  on('POST /api/unknowns', async ({ body: { conversationId, question } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const report = { conversationId, question: maskPersonalData(question), by: staff.id };
    if (!(await inShop(ctx.pool, staff.shopId, (tx) => insertReport(tx, staff.shopId, report))))
      throw new AppError('not_found', '没有这个会话');
    return { ok: true };
  });

  on('POST /api/unknowns/dismiss', async ({ body: { key, reason } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    const closing = { key, outcome: 'dismissed' as const, reason, entryId: null, by: staff.id };
    await inShop(ctx.pool, staff.shopId, (tx) => saveClosing(tx, staff.shopId, closing));
    return { ok: true };
  });
  done();
};
