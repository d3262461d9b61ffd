// Tickets (工单) over HTTP.
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { ticketRoutes as table } from '../contract/routes/tickets.ts';
import type { TicketState } from '../contract/ticket.ts';
import { moveStep } from '../desk/escalate.ts';
import { changeTicket, finishTicket, noteOnTicket, openTicket } from '../desk/tickets.ts';
import { AppError } from '../errors.ts';
import { listTickets, readTicket } from '../tickets/store.ts';
import { timeOf } from './commitment-routes.ts';
import type { HttpContext } from './context.ts';
import { mount } from './mount.ts';
import { requireStaff } from './sessions.ts';

const DESK = ['agent', 'supervisor'] as const;
const STATES: Record<'unfinished' | 'finished', readonly TicketState[]> = {
  unfinished: ['open', 'doing'],
  finished: ['done', 'cancelled'],
};

export const ticketRoutes: FastifyPluginCallbackTypebox<HttpContext> = (app, ctx, done) => {
  const on = mount(app, table);

  on('GET /api/tickets', async ({ query }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const { state = 'unfinished', kind, mine, overdue, conversationId, q, limit = 50, cursor } = query;
    return listTickets(ctx.pool, staff.shopId, {
      states: state === 'unfinished' || state === 'finished' ? STATES[state] : [state],
      limit,
      ...(kind ? { kind } : {}),
      ...(mine ? { assigneeId: staff.id } : {}),
      ...(overdue ? { overdue } : {}),
      ...(conversationId ? { conversationId } : {}),
      ...(q?.trim() ? { words: q.trim() } : {}),
      ...(cursor ? { cursor } : {}),
    });
  });

  on('POST /api/tickets', async ({ body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return openTicket(ctx.desk, staff, {
      kind: body.kind,
      title: body.title,
      detail: body.detail ?? '',
      priority: body.priority ?? 'normal',
      conversationId: body.conversationId ?? null,
      orderId: body.orderId ?? null,
      team: body.team ?? null,
      assigneeId: body.assigneeId ?? null,
      dueAt: body.dueAt ? timeOf(body.dueAt) : null,
    });
  });

  on('GET /api/tickets/:id', async ({ params }, request) => {
    const { staff } = await requireStaff(ctx.pool, request);
    const found = await readTicket(ctx.pool, staff.shopId, params.id, staff.id);
    if (found === null) throw new AppError('not_found', '没有这个工单');
    return found;
  });

  on('PUT /api/tickets/:id', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    const { dueAt, ...rest } = body;
    return changeTicket(ctx.desk, staff, params.id, {
      ...rest,
      ...(dueAt === undefined ? {} : { dueAt: dueAt === null ? null : timeOf(dueAt) }),
    });
  });

  on('POST /api/tickets/:id/notes', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return noteOnTicket(ctx.desk, staff, params.id, body.text);
  });

  on('POST /api/tickets/:id/steps', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return moveStep(ctx.desk, staff, params.id, { ...body, dueAt: timeOf(body.dueAt) });
  });

  on('POST /api/tickets/:id/close', async ({ params, body }, request) => {
    const { staff } = await requireStaff(ctx.pool, request, DESK);
    return finishTicket(ctx.desk, staff, params.id, body);
  });
  done();
};
