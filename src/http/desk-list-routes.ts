// The desk's lists over HTTP.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { deskRoutes } from '../contract/routes/desk.ts';
import { listDesk } from '../desk/list-rows.ts';
import { causesFor } from '../desk/root-cause.ts';
import { createDeskSummary, noteRead } from '../desk/summary.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const PAGE = 100;

export const deskListRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, deskRoutes);
  const summaryOf = createDeskSummary(ctx.pool);

  on('GET /api/desk/list', async ({ query: { tab, sort = 'urgent', q = '', limit = PAGE, cursor } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const words = q.trim();
    return listDesk(ctx.pool, staff.shopId, staff.id, {
      tab,
      sort,
      q: words === '' ? null : words,
      limit,
      cursor: cursor ?? null,
    });
  });

  on('GET /api/desk/summary', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return summaryOf(staff);
  });

  on('GET /api/handoffs/:id/root-causes', async ({ params: { id } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const found = await causesFor(ctx.pool, staff.shopId, id);
    if (found === null) throw new AppError('not_found', '没有这个接待请求');
    return found;
  });

  on('PUT /api/conversations/:id/read', async ({ params: { id }, body: { seq } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    if (!(await noteRead(ctx.pool, staff.shopId, staff.id, id, seq))) throw new AppError('not_found', '没有这个会话');
    return { seq };
  });
  done();
};
