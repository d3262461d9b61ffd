// What the shop has bound itself to do, as the desk, the packet and the API show it; free of frameworks.
import { type Static, type TSchema, Type } from 'typebox';
import { PromiseKind } from './promise.ts';

export const CommitmentState = Type.Union([
  Type.Literal('suggested', { description: 'found in a message, nobody has confirmed it' }),
  Type.Literal('open'),
  Type.Literal('carried', { description: 'moved to another day, still to be kept' }),
  Type.Literal('broken', { description: 'its time is over, still to be kept or explained' }),
  Type.Literal('kept'),
  Type.Literal('dismissed', { description: 'it was no promise' }),
]);
export type CommitmentState = Static<typeof CommitmentState>;

const Time = Type.String({ format: 'date-time' });
const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);

export const Commitment = Type.Object({
  id: Type.String(),
  state: CommitmentState,
  kind: PromiseKind,
  task: Type.String({ description: 'what has to be done' }),
  evidence: Type.String({ description: 'the words with which it was promised' }),
  saidBy: Type.Union([
    Type.Literal('agent'),
    Type.Literal('bot'),
    Type.Literal('platform_agent'),
    Type.Literal('hand', { description: 'written down by a person' }),
  ]),
  conversationId: orNull(Type.String()),
  messageSeq: orNull(Type.Integer()),
  orderId: orNull(Type.String()),
  shopper: orNull(Type.String()),
  holder: orNull(Type.Object({ id: Type.String(), name: Type.String() })),
  dueAt: orNull(Time),
  saidDueAt: orNull(Time),
  slips: Type.Integer({ description: 'how often it was moved' }),
  brokenAt: orNull(Time),
  settledAt: orNull(Time),
  note: orNull(Type.String()),
  createdAt: Time,
});
export type Commitment = Static<typeof Commitment>;

/** What the next agent has to know when the shopper is back. */
export const CommitmentFact = Type.Pick(Commitment, [
  'id',
  'state',
  'kind',
  'task',
  'orderId',
  'holder',
  'dueAt',
  'brokenAt',
]);
export type CommitmentFact = Static<typeof CommitmentFact>;
