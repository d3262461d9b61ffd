// Routing rules and what they are asked about: the form in which a shop writes them and the console shows them.
import { type Static, Type } from 'typebox';
import { Team } from './content.ts';
import { ChannelKind } from './conversation.ts';
import { HandoffReason, OrderState, RiskLevel, Stage } from './decision.ts';

const some = <T extends Parameters<typeof Type.Array>[0]>(of: T) =>
  Type.Optional(Type.Array(of, { minItems: 1, maxItems: 40 }));
const Words = Type.String({ minLength: 1, maxLength: 60 });

/** A row's condition: every field that is given must hold; a list holds when it contains the case's value. */
export const RouteWhen = Type.Object(
  {
    risk: some(RiskLevel),
    reason: some(HandoffReason),
    stage: some(Stage),
    order: some(OrderState),
    intent: some(Words),
    channel: some(Words),
    language: some(Words),
    /** The intent file names a team. */
    intentTeam: Type.Optional(Type.Boolean()),
    vip: Type.Optional(Type.Boolean()),
    senior: Type.Optional(Type.Boolean()),
    /** Came back with a handoff within 24 hours of the last one. */
    again: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type RouteWhen = Static<typeof RouteWhen>;

export const RouteRule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    when: RouteWhen,
    team: Type.String({ minLength: 1, maxLength: 40, description: '`intent`: the team the intent file names' }),
    priority: Type.Integer({
      minimum: 0,
      maximum: 3,
      description: 'each step takes a quarter off the time to the first reply',
    }),
    skills: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 10 }),
  },
  { additionalProperties: false },
);
export type RouteRule = Static<typeof RouteRule>;

/** A case as the rules see it. */
export const RouteCase = Type.Object({
  risk: RiskLevel,
  reason: HandoffReason,
  stage: Type.Union([Stage, Type.Null()]),
  order: OrderState,
  intent: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
  intentTeam: Type.Union([Team, Type.Null()]),
  channel: ChannelKind,
  language: Type.Enum(['zh', 'en', 'mixed']),
  vip: Type.Boolean(),
  senior: Type.Boolean(),
  again: Type.Boolean(),
});
export type RouteCase = Static<typeof RouteCase>;

export const Routed = Type.Object({
  team: Type.String(),
  priority: Type.Integer(),
  skills: Type.Array(Type.String()),
  rule: Type.String(),
});
export type Routed = Static<typeof Routed>;
