// Tickets (工单): work for a shopper that outlives the conversation.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';
import { Ticket, TicketKind, TicketMove, TicketNote, TicketPriority, TicketState, TicketStep } from '../ticket.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:?\\d{2})$',
  description: 'ISO 8601 with its zone',
});
const Team = Type.String({ minLength: 1, maxLength: 40 });
const Words = Type.String({ minLength: 1, maxLength: 500 });
const Strict = { additionalProperties: false };
const Whole = Type.Object({ ...Ticket.properties, notes: Type.Array(TicketNote), steps: Type.Array(TicketMove) });

export const ticketRoutes = {
  'GET /api/tickets': {
    summary: 'Unfinished ones by due time, finished ones newest first; without `state` the unfinished',
    query: Type.Object({
      state: Type.Optional(Type.Union([TicketState, Type.Literal('unfinished'), Type.Literal('finished')])),
      kind: Type.Optional(TicketKind),
      mine: Type.Optional(Type.Boolean()),
      overdue: Type.Optional(Type.Boolean()),
      conversationId: Type.Optional(Id),
      q: Type.Optional(Type.String({ maxLength: 60, description: 'in title, order number and shopper' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      cursor: Type.Optional(Type.String({ maxLength: 80 })),
    }),
    reply: Type.Object({ items: Type.Array(Ticket), next: Type.Union([Type.String(), Type.Null()]) }),
  },
  'POST /api/tickets': {
    summary: 'Open a ticket',
    body: Type.Object(
      {
        kind: TicketKind,
        title: Type.String({ minLength: 1, maxLength: 80 }),
        detail: Type.Optional(Type.String({ maxLength: 2_000 })),
        priority: Type.Optional(TicketPriority),
        conversationId: Type.Optional(Id),
        orderId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        team: Type.Optional(Team),
        assigneeId: Type.Optional(Id),
        dueAt: Type.Optional(Time),
      },
      Strict,
    ),
    reply: Ticket,
  },
  'GET /api/tickets/:id': { summary: 'One ticket with its track', params: Params, reply: Whole },
  'PUT /api/tickets/:id': {
    summary: 'Change who, when, how urgent, or begin and reopen it; what is left out stays',
    params: Params,
    body: Type.Object(
      {
        state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('doing'), Type.Literal('cancelled')])),
        priority: Type.Optional(TicketPriority),
        team: Type.Optional(Type.Union([Team, Type.Null()])),
        assigneeId: Type.Optional(Type.Union([Id, Type.Null()])),
        dueAt: Type.Optional(Type.Union([Time, Type.Null()])),
      },
      Strict,
    ),
    reply: Whole,
  },
  'POST /api/tickets/:id/notes': {
    summary: 'Add a word to its track',
    params: Params,
    body: Type.Object({ text: Words }, Strict),
    reply: Whole,
  },
  'POST /api/tickets/:id/steps': {
    summary: 'A complaint goes to another step of its ladder (shop, brand, platform) with its own due time',
    params: Params,
    body: Type.Object({ step: TicketStep, dueAt: Time, reason: Words }, Strict),
    reply: Whole,
  },
  'POST /api/tickets/:id/close': {
    summary: 'It is done; with `tell` the shopper hears the outcome in the conversation',
    params: Params,
    body: Type.Object({ outcome: Words, tell: Type.Boolean() }, Strict),
    reply: Whole,
  },
} as const satisfies RouteTable;
