// Outgoing events for the shop's own systems: endpoints, secrets, dead letters, telling again. For admins only.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { HOOK_KINDS, HookEvent, HookKind } from '../contract/hook.ts';
import { AppError } from '../errors.ts';
import { DELIVERY_STATES } from '../hooks/store.ts';
import { OutgoingError } from '../providers/outgoing.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const Url = Type.String({ minLength: 1, maxLength: 2_000 });
const Description = Type.String({ maxLength: 200 });
const Kinds = Type.Array(HookKind, { uniqueItems: true, maxItems: 50 });
const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;

const missing = () => new AppError('not_found', '没有这个推送地址');

/** Said when it is typed in, not three days later in a dead letter. */
async function checkUrl(ctx: HttpContext, url: string): Promise<void> {
  try {
    await ctx.outgoing.check(url);
  } catch (error) {
    if (error instanceof OutgoingError) throw new AppError('invalid_request', error.message);
    throw error;
  }
}

export const hookRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const ADMIN = ['admin'] as const;
  /** A hint; the rows are the truth. */
  const wake = (shopId: string, id: string) =>
    void ctx.queues.add('hooks', { kind: 'hook', shopId, id }, { attempt: Date.now() });

  app.get('/api/hooks', { schema: { summary: 'Endpoints that are told of events' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request, ADMIN);
    return { items: await ctx.hooks.list(staff.shopId), next: null };
  });

  app.get('/api/hooks/kinds', { schema: { summary: 'Kinds of events, and the schema of one' } }, async (request) => {
    await requireStaff(ctx.pool, request, ADMIN);
    return { kinds: Object.entries(HOOK_KINDS).map(([kind, title]) => ({ kind, title })), schema: HookEvent };
  });

  app.post(
    '/api/hooks',
    {
      schema: {
        summary: 'A new endpoint, told from now on; the only time its secret is shown',
        body: Type.Object({
          url: Url,
          kinds: Type.Optional(Kinds),
          description: Type.Optional(Description),
        }),
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const { url, kinds = [], description = '' } = request.body;
      await checkUrl(ctx, url);
      const { hook, secret } = await ctx.hooks.create(staff.shopId, { url, kinds, description }, staff.id);
      return reply.code(201).send({ ...hook, secret });
    },
  );

  app.patch(
    '/api/hooks/:id',
    {
      schema: {
        summary: 'Change, pause or start an endpoint',
        params: Params,
        body: Type.Object(
          {
            url: Type.Optional(Url),
            kinds: Type.Optional(Kinds),
            description: Type.Optional(Description),
            state: Type.Optional(Type.Enum(['active', 'paused'])),
          },
          { minProperties: 1, additionalProperties: false },
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const { id } = request.params;
      if (request.body.url !== undefined) await checkUrl(ctx, request.body.url);
      const hook = await ctx.hooks.change(staff.shopId, id, request.body, staff.id);
      if (hook === null) throw missing();
      wake(staff.shopId, id);
      return hook;
    },
  );

  app.delete(
    '/api/hooks/:id',
    { schema: { summary: 'Remove an endpoint with all that waits for it', params: Params } },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      if (!(await ctx.hooks.remove(staff.shopId, request.params.id, staff.id))) throw missing();
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/hooks/:id/rotate-secret',
    { schema: { summary: 'A new secret; for a day the previous one signs as well', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const rotated = await ctx.hooks.rotateSecret(staff.shopId, request.params.id, staff.id);
      if (rotated === null) throw missing();
      return rotated;
    },
  );

  app.get(
    '/api/hooks/:id/deliveries',
    {
      schema: {
        summary: 'What waits, was delivered, or is a dead letter; newest first',
        params: Params,
        querystring: Type.Object({
          state: Type.Optional(Type.Enum(DELIVERY_STATES)),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          cursor: Type.Optional(Id),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const { state = 'dead', limit = 50, cursor } = request.query;
      return ctx.hooks.deliveries(staff.shopId, request.params.id, { state, limit, ...(cursor ? { cursor } : {}) });
    },
  );

  app.post(
    '/api/hooks/:id/replay',
    {
      schema: {
        summary: 'Tell every event again from a sequence on',
        params: Params,
        body: Type.Object({ fromSequence: Type.Integer({ minimum: 1, maximum: SEQUENCE_MAX }) }),
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const { id } = request.params;
      if (!(await ctx.hooks.replayFrom(staff.shopId, id, request.body.fromSequence, staff.id))) throw missing();
      wake(staff.shopId, id);
      return reply.code(202).send({ status: 'accepted' });
    },
  );

  app.post(
    '/api/hooks/:id/deliveries/:delivery/replay',
    { schema: { summary: 'One more try for one dead letter', params: Type.Object({ id: Id, delivery: Id }) } },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, ADMIN);
      const { id, delivery } = request.params;
      if (!(await ctx.hooks.replayDead(staff.shopId, id, delivery, staff.id)))
        throw new AppError('not_found', '没有这封死信，或它已经在重发');
      wake(staff.shopId, id);
      return reply.code(202).send({ status: 'accepted' });
    },
  );
  done();
};
