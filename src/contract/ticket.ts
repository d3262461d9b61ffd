// A ticket (工单) as the desk and the API show it; free of frameworks.
import { type Static, type TSchema, Type } from 'typebox';

const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Person = Type.Object({ id: Type.String(), name: Type.String() });
const Time = Type.String({ format: 'date-time' });

export const TicketKind = Type.Union([
  Type.Literal('refund'),
  Type.Literal('exchange', { description: 'return or exchange' }),
  Type.Literal('repair'),
  Type.Literal('logistics'),
  Type.Literal('quality'),
  Type.Literal('complaint'),
  Type.Literal('invoice'),
  Type.Literal('callback', { description: 'an appointment to call the shopper back at `dueAt`' }),
  Type.Literal('other'),
]);
export type TicketKind = Static<typeof TicketKind>;

export const TicketPriority = Type.Union([Type.Literal('normal'), Type.Literal('high'), Type.Literal('urgent')]);
export type TicketPriority = Static<typeof TicketPriority>;

export const TicketState = Type.Union([
  Type.Literal('open', { description: 'nobody has begun' }),
  Type.Literal('doing'),
  Type.Literal('done'),
  Type.Literal('cancelled'),
]);
export type TicketState = Static<typeof TicketState>;

export const Ticket = Type.Object({
  id: Type.String(),
  kind: TicketKind,
  title: Type.String(),
  detail: Type.String(),
  priority: TicketPriority,
  state: TicketState,
  conversationId: orNull(Type.String()),
  shopper: orNull(Type.String()),
  orderId: orNull(Type.String()),
  team: orNull(Type.String()),
  assignee: orNull(Person),
  dueAt: orNull(Time),
  overdue: Type.Boolean(),
  createdBy: Person,
  createdAt: Time,
  updatedAt: Time,
  closedAt: orNull(Time),
  outcome: orNull(Type.String()),
  told: Type.Boolean({ description: 'the shopper was told how it ended' }),
});
export type Ticket = Static<typeof Ticket>;

export const TicketNote = Type.Object({
  position: Type.Integer(),
  author: Type.String(),
  what: Type.Union([
    Type.Literal('created'),
    Type.Literal('note'),
    Type.Literal('changed'),
    Type.Literal('closed'),
    Type.Literal('reopened'),
  ]),
  text: Type.String(),
  at: Time,
});
export type TicketNote = Static<typeof TicketNote>;
