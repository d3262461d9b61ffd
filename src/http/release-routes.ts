// Releases: which there are, what differs between two, publishing the drafts, going back.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FaqFile } from '../contract/content.ts';
import type { ShopId } from '../contract/conversation.ts';
import { releaseRoutes } from '../contract/routes/studio.ts';
import { changesBetween } from '../curation/diff.ts';
import { loadEntries } from '../curation/publish-release.ts';
import { listReleases, releaseWith } from '../curation/release-list.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

export const releaseListRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, releaseRoutes);

  const filesOf = async (shopId: ShopId, releaseId: string): Promise<FaqFile[]> =>
    [...(await loadEntries(ctx.pool, shopId, releaseId)).values()].map(({ file }) => file);

  on('GET /api/releases', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const rows = await listReleases(ctx.pool, staff.shopId);
    return { items: rows.map((row) => ({ ...row, at: row.at.toISOString() })) };
  });

  on('GET /api/releases/:id/diff', async ({ params, query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor', 'supervisor']);
    const to = await releaseWith(ctx.pool, staff.shopId, params.id);
    if (to === null) throw new AppError('not_found', '没有这个版本，可能已被清理');
    const rows = await listReleases(ctx.pool, staff.shopId);
    const otherId = query.with ?? rows.find(({ number }) => number < to.number)?.id;
    const from = otherId === undefined ? null : await releaseWith(ctx.pool, staff.shopId, otherId);
    if (query.with !== undefined && from === null) throw new AppError('not_found', '没有这个版本，可能已被清理');
    const before = from === null ? [] : await filesOf(staff.shopId, from.id);
    return {
      from: from?.number ?? null,
      to: to.number,
      changes: from === null ? [] : changesBetween(before, await filesOf(staff.shopId, to.id)),
    };
  });

  on('POST /api/releases', async ({ body: { note } }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    return ctx.studio.publish(staff.shopId, { id: staff.id, note: note?.trim() || null });
  });

  on('POST /api/releases/:id/rollback', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['editor']);
    return ctx.studio.rollBack(staff.shopId, params.id, { id: staff.id });
  });
  done();
};
