// What an agent finds when a conversation arrives: the packet, published as JSON Schema.
import { type Static, Type } from 'typebox';
import { CommitmentFact } from './commitment.ts';
import { AnswerSource, Emotion, HandoffReason, OrderStage, RiskLevel, RiskSignal, Slots } from './decision.ts';
import { WaitRange } from './shop.ts';

export const OrderFacts = Type.Object({
  id: Type.String(),
  status: Type.String(),
  statusText: Type.String(),
  placedAt: Type.String(),
  items: Type.Array(
    Type.Object({ productId: Type.String(), title: Type.String(), sku: Type.String(), quantity: Type.Number() }),
  ),
  amount: Type.Number({ description: 'yuan' }),
  logistics: Type.Optional(
    Type.Object({
      courier: Type.String(),
      trackingNo: Type.String(),
      lastEvent: Type.Union([Type.String(), Type.Null()]),
      lastEventAt: Type.Union([Type.String(), Type.Null()]),
      stillForHours: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});
export type OrderFacts = Static<typeof OrderFacts>;

export const SuggestedReply = Type.Object({ text: Type.String(), source: Type.Optional(AnswerSource) });
export type SuggestedReply = Static<typeof SuggestedReply>;

/** What the shopper was told when the wait began. */
export const PacketWaiting = Type.Object({
  position: Type.Union([Type.Integer(), Type.Null()], { description: 'null for a message: nobody stands in line' }),
  range: Type.Union([WaitRange, Type.Null()]),
  foreseen: Type.Union([Type.Object({ seconds: Type.Number(), releases: Type.Number() }), Type.Null()], {
    description: 'what was expected, so that the next range learns from how it ended',
  }),
});
export type PacketWaiting = Static<typeof PacketWaiting>;

export const Packet = Type.Object(
  {
    reason: HandoffReason,
    detail: Type.Optional(
      Type.String({
        description:
          'what exactly went wrong, for `bot_failed` and `policy`; the own reason of a case that is `off_hours`',
      }),
    ),
    risk: RiskLevel,
    signals: Type.Array(RiskSignal),
    summary: Type.Array(Type.String(), {
      minItems: 1,
      maxItems: 3,
      description: 'what the shopper wants, and what was done',
    }),
    intent: Type.Union([
      Type.Object({ name: Type.String(), label: Type.String(), confidence: Type.Number() }),
      Type.Null(),
    ]),
    slots: Slots,
    emotion: Type.Optional(
      Type.Object({
        ...Emotion.properties,
        trend: Type.Union([Type.Literal('rising'), Type.Literal('steady'), Type.Literal('easing')], {
          description: 'over the last turns',
        }),
      }),
    ),
    stage: Type.Optional(OrderStage),
    orders: Type.Array(OrderFacts),
    untilShopper: Type.Optional(
      Type.Boolean({
        description:
          'a reply did not arrive because the platform takes nothing before the shopper writes again: then the bot says it, unless somebody has the case',
      }),
    ),
    botSaid: Type.Array(Type.String(), { description: "the bot's last messages, oldest first" }),
    suggestions: Type.Array(SuggestedReply),
    commitments: Type.Optional(
      Type.Array(CommitmentFact, {
        description:
          'what this shopper was promised and is still to be kept, or was broken lately; read when the packet is',
      }),
    ),
    waiting: Type.Optional(PacketWaiting),
    message: Type.Optional(
      Type.Array(Type.String(), { description: 'what the shopper left (留言) while nobody was there, oldest first' }),
    ),
    transcript: Type.Object({ conversationId: Type.String(), fromSeq: Type.Number(), toSeq: Type.Number() }),
  },
  { $id: 'HandoffPacket' },
);
export type Packet = Static<typeof Packet>;

/** 处理结果 an agent chooses when resolving. */
export const DISPOSITIONS = ['resolved', 'follow_up', 'ticket', 'no_response', 'invalid'] as const;
