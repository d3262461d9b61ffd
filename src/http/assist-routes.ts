// Beside a conversation at the desk: drafts for the agent, who else is looking, and what agents made of the drafts.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { DRAFTS_MAX, Suggestions } from '../contract/assist.ts';
import { acceptSuggestion } from '../desk/say.ts';
import { readLabels, readSuggestions } from '../desk/suggestions.ts';
import { noteViewer, readViewers } from '../desk/viewers.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Params = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });
const DESK = ['agent', 'supervisor'] as const;

const Viewers = Type.Object({
  viewers: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), typing: Type.Boolean() }), {
    description: 'colleagues, oneself left out',
  }),
  shopperTyping: Type.Boolean({ description: 'where the channel tells' }),
});

export const assistRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get(
    '/api/conversations/:id/suggestions',
    {
      schema: {
        summary: 'Drafts of the bot for the shopper’s last words, while a person owns the conversation',
        params: Params,
        response: { 200: Suggestions },
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      return readSuggestions(ctx.pool, staff.shopId, request.params.id);
    },
  );

  app.post(
    '/api/conversations/:id/suggestions/:n/accept',
    {
      schema: {
        summary: 'Send a draft as one’s own reply, as it is',
        params: Type.Object({
          id: Type.String({ pattern: '^\\d{1,18}$' }),
          n: Type.Integer({ minimum: 1, maximum: DRAFTS_MAX }),
        }),
        body: Type.Object({
          clientMessageId: Type.String({ minLength: 1, maxLength: 64 }),
          forSeq: Type.Integer({
            minimum: 1,
            description: 'of the drafts that were shown; 409 when newer ones are there',
          }),
        }),
        response: { 201: Type.Object({ seq: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { id, n } = request.params;
      return reply.code(201).send(await acceptSuggestion(ctx.desk, staff, id, { draft: n, ...request.body }));
    },
  );

  app.get(
    '/api/suggestions/labels',
    {
      schema: {
        summary: 'What agents made of drafts, newest first',
        querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['supervisor', 'editor', 'admin']);
      return { items: await readLabels(ctx.pool, staff.shopId, request.query.limit ?? 100), next: null };
    },
  );

  app.get(
    '/api/conversations/:id/presence',
    { schema: { summary: 'Who is looking and who is typing', params: Params, response: { 200: Viewers } } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const seen = await readViewers(ctx.pool, staff.shopId, request.params.id, staff.id);
      if (seen === null) throw new AppError('not_found', '没有这个会话');
      return seen;
    },
  );

  app.post(
    '/api/conversations/:id/presence',
    {
      schema: {
        summary: 'I am looking, I am typing; forgotten after seconds unless repeated',
        params: Params,
        body: Type.Object({ viewing: Type.Boolean(), typing: Type.Boolean() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { id } = request.params;
      if (!(await noteViewer(ctx.pool, staff.shopId, id, staff.id, request.body)))
        throw new AppError('not_found', '没有这个会话');
      ctx.live.touch(`conversation:${id}`);
      return reply.code(204).send(null);
    },
  );
  done();
};
