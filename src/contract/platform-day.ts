// What a platform has counted by itself on one of its days: shown beside our own numbers, never mixed with them.
import { type Static, type TSchema, Type } from 'typebox';

const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Count = orNull(Type.Integer({ minimum: 0 }));
const Share = (of: string) => orNull(Type.Number({ minimum: 0, maximum: 1, description: of }));

/** Null: the platform did not say, often because nothing happened that could be counted. */
export const PlatformDay = Type.Object({
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'the platform’s day, Asia/Shanghai' }),
  sessions: Count,
  shoppers: Count,
  messages: Count,
  botSessions: Count,
  toPersonShare: Share('of the sessions in which the shopper wrote to the bot'),
  personSessions: Count,
  repliedShare: Share('of the sessions in which the shopper wrote to a person'),
  firstReplySeconds: orNull(Type.Number({ minimum: 0 })),
  satisfiedShare: Share('of the ratings that were given'),
  rejecting: orNull(Type.Integer({ minimum: 0, description: 'shoppers who are set to receive no more messages' })),
});

export type PlatformDay = Static<typeof PlatformDay>;

/** As a channel tells it: which day that is in words is not its business. Milliseconds since 1970, the day's first instant. */
export type CountedDay = Omit<PlatformDay, 'day'> & { startsAt: number };
