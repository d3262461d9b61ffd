// Shifts, handovers between them, and the morning's patrol over HTTP.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { acceptHandover, giveHandover, refuseHandover, withdrawHandover } from '../desk/handover.ts';
import { listHandovers, NOTE_TOPICS, readHandover } from '../desk/handover-rows.ts';
import { readPatrol, tick } from '../desk/patrol.ts';
import { closeShift, readShift, startShift } from '../desk/shift.ts';
import { AppError } from '../errors.ts';
import { timeOf } from './commitment-routes.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
const Reason = Type.String({ minLength: 1, maxLength: 500 });
const DESK = ['agent', 'supervisor'] as const;
const Strict = { additionalProperties: false };

export const shiftRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get('/api/shift', { schema: { summary: 'My shift, and what stands against closing it' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return (await readShift(ctx.shift, staff.shopId, staff.id)) ?? { shift: null, left: null, clear: true };
  });

  app.post(
    '/api/shift/start',
    {
      schema: {
        summary: 'Start my shift; without `endsAt` it lasts until the shop closes',
        body: Type.Optional(Type.Object({ endsAt: Type.Optional(Type.String({ maxLength: 40 })) }, Strict)),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const endsAt = request.body?.endsAt;
      return { shift: await startShift(ctx.shift, staff, endsAt === undefined ? null : timeOf(endsAt)) };
    },
  );

  app.post(
    '/api/shift/close',
    {
      schema: {
        summary:
          'Close my shift; refused with the list while something is left. A supervisor may force it, also for somebody else',
        body: Type.Optional(
          Type.Object(
            { agent: Type.Optional(Id), force: Type.Optional(Type.Boolean()), reason: Type.Optional(Reason) },
            Strict,
          ),
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { agent = staff.id, force = false, reason } = request.body ?? {};
      const isBoss = staff.role !== 'agent';
      if (!isBoss && (force || agent !== staff.id))
        throw new AppError('forbidden', '只有主管可以放行没有处理完的班次，或替别人下班');
      if (force && reason === undefined) throw new AppError('invalid_request', '强制下班要写明原因（reason）');
      return closeShift(ctx.shift, staff, agent, force ? { by: staff, reason: reason! } : null);
    },
  );

  app.get(
    '/api/handover',
    {
      schema: {
        summary: 'Handovers, newest first',
        querystring: Type.Object({
          box: Type.Optional(Type.Union([Type.Literal('given'), Type.Literal('received'), Type.Literal('all')])),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          cursor: Type.Optional(Id),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { box = 'all', limit = 50, cursor } = request.query;
      return listHandovers(ctx.pool, staff.shopId, {
        box,
        staffId: staff.id,
        teams: staff.teams,
        limit,
        ...(cursor ? { cursor } : {}),
      });
    },
  );

  app.get('/api/handover/:id', { schema: { summary: 'One handover', params: Params } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    const found = await readHandover(ctx.pool, staff.shopId, request.params.id);
    if (found === null) throw new AppError('not_found', '没有这份交接');
    return found;
  });

  app.post(
    '/api/handover',
    {
      schema: {
        summary: 'Hand over my open conversations and promises, with notes; mine until somebody accepts',
        body: Type.Object(
          {
            notes: Type.Array(
              Type.Object(
                {
                  kind: Type.Union(NOTE_TOPICS.map((t) => Type.Literal(t))),
                  text: Type.String({ minLength: 1, maxLength: 1_000 }),
                  conversationId: Type.Optional(Id),
                  commitmentId: Type.Optional(Id),
                },
                Strict,
              ),
              { minItems: 1, maxItems: 50 },
            ),
            to: Type.Union([
              Type.Object({ agent: Id }, Strict),
              Type.Object({ team: Type.String({ minLength: 1, maxLength: 40 }) }, Strict),
            ]),
          },
          Strict,
        ),
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { notes, to } = request.body;
      const given = await giveHandover(ctx.ledger, staff, {
        notes: notes.map(({ kind, ...rest }) => ({ topic: kind, ...rest })),
        to: 'agent' in to ? { kind: 'agent', agent: to.agent } : { kind: 'team', team: to.team },
      });
      return reply.code(201).send(given);
    },
  );

  app.post(
    '/api/handover/:id/accept',
    { schema: { summary: 'Take it: each conversation and promise, as far as it can be moved', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return acceptHandover(ctx.ledger, staff, request.params.id);
    },
  );

  app.post(
    '/api/handover/:id/refuse',
    { schema: { summary: 'Do not take it', params: Params, body: Type.Object({ reason: Reason }, Strict) } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return refuseHandover(ctx.ledger, staff, request.params.id, request.body.reason);
    },
  );

  app.post(
    '/api/handover/:id/withdraw',
    { schema: { summary: 'Take it back before somebody answered', params: Params } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return withdrawHandover(ctx.ledger, staff, request.params.id);
    },
  );

  app.get(
    '/api/patrol',
    { schema: { summary: 'The morning’s patrol of a day', querystring: Type.Object({ day: Type.Optional(Day) }) } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return readPatrol(ctx, staff.shopId, request.query.day ?? null);
    },
  );

  app.post(
    '/api/patrol/tick',
    {
      schema: {
        summary: 'Tick an item of today’s patrol with a note, or take the tick back',
        body: Type.Object(
          {
            key: Type.String({ minLength: 1, maxLength: 200 }),
            note: Type.Optional(Reason),
            done: Type.Optional(Type.Boolean()),
          },
          Strict,
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { key, note = null, done: isDone = true } = request.body;
      return tick(ctx, staff, { key, note, done: isDone });
    },
  );
  done();
};
