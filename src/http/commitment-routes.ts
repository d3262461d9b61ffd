// The ledger of promises over HTTP: list, confirm, keep, move, write down; and whether the bot's words bind the shop.
import { type FastifyPluginCallbackTypebox, Type } from '@fastify/type-provider-typebox';
import { CommitmentState } from '../contract/commitment.ts';
import { PromiseKind } from '../contract/promise.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { add, assign, confirm, dismiss, settle } from '../desk/commitments.ts';
import { today } from '../desk/patrol.ts';
import { carry, slip } from '../desk/slip.ts';
import { AppError } from '../errors.ts';
import { LIVE, listCommitments, readCommitment } from '../promises/ledger.ts';
import type { HttpContext } from './context.ts';
import { requireStaff } from './sessions.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:?\\d{2})$',
  description: 'ISO 8601 with its zone',
});
const Order = Type.String({ minLength: 1, maxLength: 100 });
const Note = Type.String({ minLength: 1, maxLength: 500 });
const Task = Type.String({ minLength: 1, maxLength: 500 });
const DESK = ['agent', 'supervisor'] as const;
const Strict = { additionalProperties: false };

/** @throws AppError `invalid_request` for a date that no calendar has */
export function timeOf(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new AppError('invalid_request', `「${text}」不是一个有效的时间`);
  return at;
}

export const commitmentRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  app.get(
    '/api/commitments',
    {
      schema: {
        summary: 'Promises by due time; without `state` those still to be kept or confirmed',
        querystring: Type.Object({
          mine: Type.Optional(Type.Boolean()),
          due: Type.Optional(
            Type.Union([Type.Literal('overdue'), Type.Literal('today'), Type.Literal('undated')], {
              description: '`today` counts what is overdue too',
            }),
          ),
          team: Type.Optional(Type.String({ maxLength: 40 })),
          state: Type.Optional(CommitmentState),
          conversationId: Type.Optional(Id),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          cursor: Type.Optional(Type.String({ maxLength: 80 })),
        }),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request);
      const { mine, due, team, state, conversationId, limit = 50, cursor } = request.query;
      const { endOfToday } = await today(ctx.pool, staff.shopId);
      return listCommitments(ctx.pool, staff.shopId, {
        states: state ? [state] : LIVE,
        endOfToday,
        limit,
        ...(mine ? { holderId: staff.id } : {}),
        ...(due ? { due } : {}),
        ...(team ? { team } : {}),
        ...(conversationId ? { conversationId } : {}),
        ...(cursor ? { cursor } : {}),
      });
    },
  );

  app.get('/api/commitments/:id', { schema: { summary: 'One promise', params: Params } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const found = await readCommitment(ctx.pool, staff.shopId, request.params.id);
    if (found === null) throw new AppError('not_found', '没有这条承诺');
    return found;
  });

  app.post(
    '/api/commitments',
    {
      schema: {
        summary: 'Write down a promise or a task by hand',
        body: Type.Object(
          {
            text: Task,
            kind: Type.Optional(PromiseKind),
            dueAt: Type.Optional(Time),
            orderId: Type.Optional(Order),
            conversationId: Type.Optional(Id),
            agent: Type.Optional(Id),
          },
          Strict,
        ),
      },
    },
    async (request, reply) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { text, kind, dueAt, orderId, conversationId, agent } = request.body;
      const made = await add(ctx.ledger, staff, {
        task: text,
        ...(kind ? { kind } : {}),
        ...(dueAt ? { dueAt: timeOf(dueAt) } : {}),
        ...(orderId ? { orderId } : {}),
        ...(conversationId ? { conversationId } : {}),
        ...(agent ? { holderId: agent } : {}),
      });
      return reply.code(201).send(made);
    },
  );

  app.post(
    '/api/commitments/:id/confirm',
    {
      schema: {
        summary: 'Yes, that was promised',
        params: Params,
        body: Type.Optional(
          Type.Object({ dueAt: Type.Optional(Time), orderId: Type.Optional(Order), text: Type.Optional(Task) }, Strict),
        ),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      const { dueAt, orderId, text } = request.body ?? {};
      return confirm(ctx.ledger, staff, request.params.id, {
        ...(dueAt ? { dueAt: timeOf(dueAt) } : {}),
        ...(orderId ? { orderId } : {}),
        ...(text ? { task: text } : {}),
      });
    },
  );

  const WithNote = Type.Optional(Type.Object({ note: Type.Optional(Note) }, Strict));

  app.post(
    '/api/commitments/:id/dismiss',
    { schema: { summary: 'That was no promise', params: Params, body: WithNote } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return dismiss(ctx.ledger, staff, request.params.id, request.body?.note ?? null);
    },
  );

  app.post(
    '/api/commitments/:id/done',
    { schema: { summary: 'Kept', params: Params, body: WithNote } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return settle(ctx.ledger, staff, request.params.id, request.body?.note ?? null);
    },
  );

  app.post(
    '/api/commitments/:id/slip',
    {
      schema: {
        summary: 'Tell the shopper ahead that it will be late, and move its time',
        params: Params,
        body: Type.Object({ newDueAt: Time }, Strict),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return slip(ctx.ledger, staff, request.params.id, timeOf(request.body.newDueAt));
    },
  );

  app.post(
    '/api/commitments/:id/carry',
    {
      schema: {
        summary: 'Carry over to the next day; the shopper is told, unless `untold` says why not',
        params: Params,
        body: Type.Optional(Type.Object({ untold: Type.Optional(Note) }, Strict)),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return carry(ctx.ledger, staff, request.params.id, request.body?.untold ?? null);
    },
  );

  app.post(
    '/api/commitments/:id/assign',
    { schema: { summary: 'Give it to somebody else', params: Params, body: Type.Object({ agent: Id }, Strict) } },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, DESK);
      return assign(ctx.ledger, staff, request.params.id, request.body.agent);
    },
  );

  app.get('/api/policy/promises', { schema: { summary: 'Whose words bind the shop' } }, async (request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const { rows } = await shopQuery<{ bot: boolean }>(
      ctx.pool,
      staff.shopId,
      'select bot_may_promise as bot from shops where id = $1',
      [staff.shopId],
    );
    return { bot: rows[0]!.bot };
  });

  app.put(
    '/api/policy/promises',
    {
      schema: {
        summary: 'Whether what the bot says goes into the ledger',
        body: Type.Object({ bot: Type.Boolean() }, Strict),
      },
    },
    async (request) => {
      const { staff } = await requireStaff(ctx.pool, request, ['admin']);
      const { bot } = request.body;
      await inShop(ctx.pool, staff.shopId, (tx) =>
        tx.query('update shops set bot_may_promise = $2 where id = $1', [staff.shopId, bot]),
      );
      return { bot };
    },
  );
  done();
};
