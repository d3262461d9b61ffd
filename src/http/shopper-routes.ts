// What the shopper's page does besides talking: pictures, orders, thumbs, stars; and the sites that may hold the page.
import multipart from '@fastify/multipart';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { shopperRoutes as routes } from '../contract/routes/shopper.ts';
import { AppError } from '../errors.ts';
import { noteFeedback, rate } from '../feedback/store.ts';
import { PICTURE_BYTES_MAX } from '../uploads/pictures.ts';
import { ordersOf } from './cards.ts';
import type { HttpContext } from './context.ts';
import { readWidgetOrigins, saveWidgetOrigins } from './frames.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';
import { bearer, readVisitor } from './shop-routes.ts';

/** The one file of a form, bounded while it is read. @throws AppError */
async function readPicture(request: FastifyRequest): Promise<Buffer> {
  if (!request.isMultipart()) throw new AppError('content_type', '请用 multipart/form-data 上传图片，字段名 file');
  const part = await request.file({ limits: { files: 1, fields: 4, fileSize: PICTURE_BYTES_MAX } });
  if (part === undefined) throw new AppError('invalid_request', '没有收到图片，字段名应为 file');
  const tooLarge = () => new AppError('too_large', '仅支持 10MB 内的图片');
  try {
    const bytes = await part.toBuffer();
    // the library looks when a piece arrives: where one ends exactly at the limit, what is cut off is the next and never comes
    if (part.file.truncated) throw tooLarge();
    return bytes;
  } catch (error) {
    if ((error as { code?: string }).code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge();
    throw error;
  }
}

const SHOWN = /^(?:image|audio|video)\//;

const EXTENSION: Readonly<Record<string, string>> = {
  'application/octet-stream': 'bin',
  'audio/mpeg': 'mp3',
  'text/plain': 'txt',
};

/** A page of ours never runs what somebody uploaded, wherever it is opened; what is neither seen nor heard is only saved. */
function sendUpload(reply: FastifyReply, { type, bytes }: { type: string; bytes: Buffer }): FastifyReply {
  const name = `${type.startsWith('image/') ? 'picture' : 'file'}.${EXTENSION[type] ?? type.split('/')[1]}`;
  return reply
    .type(type)
    .headers({
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `${SHOWN.test(type) ? 'inline' : 'attachment'}; filename="${name}"`,
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=86400, immutable',
    })
    .send(bytes);
}

export const shopperRoutes: FastifyPluginAsync<HttpContext> = async (app, ctx) => {
  await app.register(multipart);
  const on = mount(app, routes);

  on('POST /api/uploads', async (_input, request) => {
    if (bearer(request) !== undefined) {
      const { shopId, conversationId } = await readVisitor(ctx, request);
      return ctx.uploads.save(shopId, { conversationId }, await readPicture(request));
    }
    const { staff } = await requireStaff(ctx.pool, request);
    return ctx.uploads.save(staff.shopId, { staffId: staff.id }, await readPicture(request));
  });

  app.get(
    '/api/uploads/:id',
    {
      schema: {
        summary: 'A picture, for staff of the shop and for the visitor whose conversation it is in',
        params: { type: 'object', properties: { id: { type: 'string', pattern: '^[A-Za-z0-9_-]{24}$' } } },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string };
      const visitor = bearer(request) === undefined ? null : await readVisitor(ctx, request);
      const { shopId } = visitor ?? (await requireStaff(ctx.pool, request)).staff;
      const found = await ctx.uploads.read(shopId, id, visitor ?? 'staff');
      if (found === null) throw new AppError('not_found', '没有这张图片');
      return sendUpload(reply, found);
    },
  );

  on('GET /api/shop/orders', async (_input, request) => ({
    items: await ordersOf(ctx, await readVisitor(ctx, request)),
  }));

  on('POST /api/shop/messages/:seq/feedback', async ({ params, body }, request) => {
    const { shopId, conversationId } = await readVisitor(ctx, request);
    const noted = await noteFeedback(ctx.pool, shopId, conversationId, params.seq, body.helpful);
    if (noted === null) throw new AppError('not_found', '没有这条回答');
    ctx.live.touch(`conversation:${conversationId}`);
    return noted;
  });

  on('POST /api/shop/csat', async ({ body: { score, tags = [], text = '' } }, request) => {
    const { shopId, conversationId } = await readVisitor(ctx, request);
    const { status } = await rate(ctx.pool, shopId, conversationId, { score, tags, text: text.trim() });
    switch (status) {
      case 'not-asked':
        throw new AppError('wrong_state', '还没有可以评价的人工服务');
      case 'too-late':
        throw new AppError('wrong_state', '评价已经过了可以填写或修改的时间（24 小时）');
      case 'rated':
        ctx.live.touch(`conversation:${conversationId}`, `desk:${shopId}`);
        return { ok: true };
      default:
        return status satisfies never;
    }
  });

  on('GET /api/widget', async (_input, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin']);
    return { origins: await readWidgetOrigins(ctx.pool, staff.shopId) };
  });

  on('PUT /api/widget', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, ['admin']);
    return { origins: await saveWidgetOrigins(ctx.pool, staff, body.origins) };
  });
};
