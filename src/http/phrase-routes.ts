// Canned responses (话术) over HTTP. Who may change what is the room's to say.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { phraseRoutes as table } from '../contract/routes/phrases.ts';
import { AppError } from '../errors.ts';
import { addPhrase, changePhrase, listPhrases, notePhraseUse, removePhrase } from '../phrases/store.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const DESK = ['agent', 'supervisor'] as const;

export const phraseRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, table);

  on('GET /api/phrases', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return { items: await listPhrases(ctx.pool, staff.shopId, staff.id, query.q), next: null };
  });

  on('POST /api/phrases', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return addPhrase(ctx.pool, staff, body);
  });

  on('PUT /api/phrases/:id', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return changePhrase(ctx.pool, staff, params.id, body);
  });

  on('DELETE /api/phrases/:id', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    await removePhrase(ctx.pool, staff, params.id);
    return { ok: true };
  });

  on('POST /api/phrases/:id/used', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    if (!(await notePhraseUse(ctx.pool, staff, params.id))) throw new AppError('not_found', '没有这条话术');
    return { ok: true };
  });
  done();
};
