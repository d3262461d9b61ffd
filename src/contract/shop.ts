// What the shopper's page sees.
import { type Static, Type } from 'typebox';
import { Choice } from './decision.ts';

export const ShopMessage = Type.Object({
  seq: Type.Integer({ description: 'place in the conversation; also the id of the live event' }),
  from: Type.Union([Type.Literal('shopper'), Type.Literal('bot'), Type.Literal('agent'), Type.Literal('system')]),
  kind: Type.Union([Type.Literal('text'), Type.Literal('notice')]),
  text: Type.String(),
  choices: Type.Optional(Type.Array(Choice)),
  source: Type.Optional(Type.Object({ title: Type.String(), reference: Type.Optional(Type.String()) })),
  agentName: Type.Optional(Type.String()),
  at: Type.String({ format: 'date-time' }),
});
export type ShopMessage = Static<typeof ShopMessage>;

/** An honest waiting time. Both ends are already rounded as people say them. */
export const WaitRange = Type.Object({ fromSeconds: Type.Integer(), toSeconds: Type.Integer() });
export type WaitRange = Static<typeof WaitRange>;

export const ShopState = Type.Object({
  state: Type.Union([
    Type.Literal('with-bot'),
    Type.Literal('waiting'),
    Type.Literal('with-agent'),
    Type.Literal('closed'),
  ]),
  queue: Type.Optional(
    Type.Object({
      position: Type.Integer({ description: '1 is next' }),
      etaSeconds: Type.Union([Type.Integer(), Type.Null()], { description: 'null while nothing has been measured' }),
    }),
  ),
});
export type ShopState = Static<typeof ShopState>;
