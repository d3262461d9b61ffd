// What the shopper's page sees.
import { type Static, Type } from 'typebox';
import { Attachment, Card, ShopForm } from './conversation.ts';
import { Choice } from './decision.ts';

export const ShopMessage = Type.Object({
  seq: Type.Integer({ description: 'place in the conversation; also the id of the live event' }),
  from: Type.Union([Type.Literal('shopper'), Type.Literal('bot'), Type.Literal('agent'), Type.Literal('system')]),
  kind: Type.Union([Type.Literal('text'), Type.Literal('notice')]),
  text: Type.String(),
  choices: Type.Optional(Type.Array(Choice)),
  source: Type.Optional(Type.Object({ title: Type.String(), reference: Type.Optional(Type.String()) })),
  agentName: Type.Optional(Type.String()),
  generated: Type.Optional(Type.Boolean({ description: 'a language model worded it' })),
  attachments: Type.Optional(
    Type.Array(Attachment, { description: 'pictures; `text` is then empty unless words came with them' }),
  ),
  card: Type.Optional(Card),
  form: Type.Optional(ShopForm),
  helpful: Type.Optional(Type.Boolean({ description: 'what the shopper said about this answer' })),
  at: Type.String({ format: 'date-time' }),
});
export type ShopMessage = Static<typeof ShopMessage>;

/** An honest waiting time. Both ends are already rounded as people say them. */
export const WaitRange = Type.Object({ fromSeconds: Type.Integer(), toSeconds: Type.Integer() });
export type WaitRange = Static<typeof WaitRange>;

/** The shopper was asked how the service was; `score` null: not answered yet. */
export const Csat = Type.Object({
  askedAt: Type.String({ format: 'date-time' }),
  agentName: Type.Union([Type.String(), Type.Null()]),
  score: Type.Union([Type.Integer(), Type.Null()]),
  tags: Type.Array(Type.String()),
  text: Type.String(),
});
export type Csat = Static<typeof Csat>;

/** Between the messages: who came, and when the service ended. */
export const Mark = Type.Object({
  kind: Type.Union([Type.Literal('joined'), Type.Literal('ended')]),
  at: Type.String({ format: 'date-time' }),
  name: Type.String(),
});
export type Mark = Static<typeof Mark>;

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
      etaSeconds: Type.Union([Type.Integer(), Type.Null()], {
        description: 'the middle of `range`; null while nothing has been measured',
      }),
      range: Type.Union([WaitRange, Type.Null()]),
      text: Type.Union([Type.String(), Type.Null()], { description: 'the range in words, 大约 2–5 分钟' }),
    }),
  ),
  message: Type.Optional(
    Type.Object(
      {
        backAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
          description: 'when people are back; null when it is not known',
        }),
        text: Type.String({ description: 'the same in words' }),
      },
      { description: 'nobody is there: what is written now is kept and answered later' },
    ),
  ),
  typing: Type.Optional(Type.Boolean({ description: 'the agent is writing' })),
  marks: Type.Optional(Type.Array(Mark)),
  csat: Type.Optional(Csat),
  mayLeave: Type.Optional(Type.Boolean({ description: 'while waiting: the choice `bot` goes on with the bot' })),
});
export type ShopState = Static<typeof ShopState>;
