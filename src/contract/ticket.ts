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
  Type.Literal('quote', { description: 'what a business wants to buy, and whom to answer' }),
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
  createdBy: orNull(Person),
  createdAt: Time,
  updatedAt: Time,
  closedAt: orNull(Time),
  outcome: orNull(Type.String()),
  told: Type.Boolean({ description: 'the shopper was told how it ended' }),
  phone: orNull(
    Type.String({ description: 'where the shopper wants to be called: whole for whoever has the ticket, else masked' }),
  ),
  facts: Type.Record(Type.String(), Type.String(), { description: 'of a quote: product, quantity, company' }),
});
export type Ticket = Static<typeof Ticket>;

/** The ladder of a complaint. */
export const TicketStep = Type.Union([Type.Literal('shop'), Type.Literal('brand'), Type.Literal('platform')]);
export type TicketStep = Static<typeof TicketStep>;

/** One move on the ladder; the last one is where it stands. */
export const TicketMove = Type.Object({
  step: TicketStep,
  dueAt: Type.String({ format: 'date-time', description: 'by when an answer is wanted on this step' }),
  reason: Type.String(),
  by: Type.String(),
  at: Time,
});
export type TicketMove = Static<typeof TicketMove>;

export const TicketNote = Type.Object({
  position: Type.Integer(),
  author: orNull(Type.String({ description: 'null: the shopper' })),
  what: Type.Union([
    Type.Literal('created'),
    Type.Literal('note'),
    Type.Literal('changed'),
    Type.Literal('closed'),
    Type.Literal('reopened'),
    Type.Literal('escalated'),
  ]),
  text: Type.String(),
  at: Time,
});
export type TicketNote = Static<typeof TicketNote>;

/** A time at which the shopper can be called: within the hours of those who call. */
export const CallWindow = Type.Object({ from: Time, until: Time });
export type CallWindow = Static<typeof CallWindow>;

/** A call back as its shopper sees it; the telephone is masked here, too. */
export const BookedCall = Type.Object({ ...CallWindow.properties, phone: Type.String() });
export type BookedCall = Static<typeof BookedCall>;
