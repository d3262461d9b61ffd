// Beside the box in which an agent writes: drafts, the look at the words before they are sent, pinned notes.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { channelIfOn } from '../channels/channel.ts';
import { writingRoutes as table } from '../contract/routes/writing.ts';
import { readConversation } from '../conversations/store.ts';
import { listDrafts, saveDraft } from '../desk/drafts.ts';
import { listNotes, pinNote } from '../desk/notes.ts';
import { AppError } from '../errors.ts';
import { checkOutgoing } from '../policy/check.ts';
import { readFaces, readTone } from '../policy/tone.ts';
import { detectPromises } from '../promises/detect.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const DESK = ['agent', 'supervisor'] as const;

export const writingRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, table);
  const find = async (shopId: string, id: string) => {
    const view = await readConversation(ctx.pool, shopId, id);
    if (view === null) throw new AppError('not_found', '没有这个会话');
    return view;
  };

  on('GET /api/drafts', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    return { items: await listDrafts(ctx.pool, staff), next: null };
  });

  on('PUT /api/conversations/:id/draft', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    if (!(await saveDraft(ctx.pool, staff, params.id, body))) throw new AppError('not_found', '没有这个会话');
    return { ok: true };
  });

  on('POST /api/policy/check', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const { text, conversationId } = body;
    const of = conversationId === undefined ? null : await find(staff.shopId, conversationId);
    const channel = of === null ? null : channelIfOn(ctx.channelOf, of.accountId);
    const checked = checkOutgoing(text, { channel: channel?.kind ?? 'web', author: 'agent', allowedHosts: [] });
    const promises = detectPromises(text, { now: ctx.now() });
    return {
      findings: checked.ok ? [] : checked.findings,
      faces: readFaces(text, of?.emotion ?? null),
      tone: readTone(text),
      promises: promises.map(({ kind, evidence, dueWords, dueAt }) => ({
        kind,
        evidence,
        dueWords,
        dueAt: dueAt?.toISOString() ?? null,
      })),
    };
  });

  on('GET /api/conversations/:id/notes', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    await find(staff.shopId, params.id);
    return { items: await listNotes(ctx.pool, staff.shopId, params.id), next: null };
  });

  const pin = async (
    request: Parameters<typeof requireStaff>[1],
    { id, seq }: { id: string; seq: number },
    pinned: boolean,
  ) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    if (!(await pinNote(ctx.pool, staff, id, seq, pinned))) throw new AppError('not_found', '没有这条备注');
    return { ok: true };
  };
  on('PUT /api/conversations/:id/notes/:seq/pin', ({ params }, request) => pin(request, params, true));
  on('DELETE /api/conversations/:id/notes/:seq/pin', ({ params }, request) => pin(request, params, false));
  done();
};
