// The board: live numbers, the figures of a period, what stands behind each, and what a supervisor does about it.
import { type TSchema, Type } from 'typebox';
import { PlatformDay } from '../platform-day.ts';
import type { RouteTable } from '../route.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'local day, Asia/Shanghai' });
const Time = Type.String({ format: 'date-time' });
const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

const Place = {
  account: Type.Optional(Id),
  team: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
};
const Period = {
  range: Type.Optional(
    Type.Union([Type.Literal('today'), Type.Literal('yesterday'), Type.Literal('week'), Type.Literal('custom')]),
  ),
  from: Type.Optional(Day),
  until: Type.Optional(Day),
  profile: Type.Optional(Type.String({ maxLength: 40 })),
};

export const LiveMeasure = Type.Union([Type.Literal('waiting'), Type.Literal('in-service'), Type.Literal('overdue')]);
export const PeriodMeasure = Type.Union([
  Type.Literal('sessions'),
  Type.Literal('handoffs'),
  Type.Literal('response'),
  Type.Literal('average-response'),
  Type.Literal('first-reply'),
  Type.Literal('bot-resolution'),
  Type.Literal('satisfaction'),
  Type.Literal('resolved'),
  Type.Literal('causes'),
]);
const Measure = Type.Union([...LiveMeasure.anyOf, ...PeriodMeasure.anyOf]);

/** How the sessions of an hour ended: the bot's alone, with a person, or asked for a person and got none. */
export const SessionKind = Type.Union([Type.Literal('bot'), Type.Literal('person'), Type.Literal('abandoned')]);
export const Outcome = Type.Union([Type.Literal('hit'), Type.Literal('miss')]);

const Series = Type.Array(orNull(Type.Number()));

const LiveNumber = Type.Object({
  n: Count,
  before: Type.Integer({ description: 'a day ago at the same time' }),
  trend: Type.Array(Type.Integer(), { description: 'of the last two hours, every five minutes' }),
});

const AgentNow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  presence: Type.String(),
  load: Count,
  capacity: Count,
  serving: Count,
  awaiting: Type.Integer({ description: 'of their shoppers, how many wait for an answer' }),
});

const OverdueRow = Type.Object({
  handoffId: Type.String(),
  conversationId: Type.String(),
  shopper: orNull(Type.String()),
  team: Type.String(),
  risk: Type.String(),
  state: Type.String(),
  owner: orNull(Type.Object({ id: Type.String(), name: Type.String() })),
  since: Time,
  overMs: Type.Number(),
});

const Figure = Type.Object({
  of: Type.Integer({ description: 'how many cases stand behind the value' }),
  hits: orNull(Type.Integer()),
  value: orNull(Type.Number({ description: 'a share from 0 to 1, milliseconds, stars or a count' })),
  extra: orNull(Type.Number({ description: 'P90 of the first reply in ms; share of the invited who rated' })),
  before: orNull(Type.Number({ description: 'the value of the period before' })),
  trend: Series,
});

const AgentFigures = Type.Object({
  id: Type.String(),
  name: Type.String(),
  response: Type.Object({ hits: Count, of: Count, rate: orNull(Type.Number()) }),
  averageMs: orNull(Type.Number()),
  averageOf: Count,
  resolved: Count,
  stars: orNull(Type.Number()),
  rated: Count,
});

const CaseRow = Type.Object({
  conversationId: Type.String(),
  handoffId: orNull(Type.String()),
  shopper: orNull(Type.String()),
  channel: Type.String(),
  at: Time,
  kind: orNull(SessionKind),
  outcome: orNull(Outcome),
  value: orNull(Type.Number()),
  reason: orNull(Type.String()),
  agent: orNull(Type.String()),
  state: Type.String(),
});

const Health = Type.Object({
  asOf: Time,
  channels: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      name: Type.String(),
      on: Type.Boolean(),
      tells: Type.Boolean({ description: 'the platform gives figures of its own' }),
      lastInAt: orNull(Time),
      lastOutAt: orNull(Time),
      failed: Type.Integer({ description: 'not delivered or unsure within 24 h' }),
    }),
  ),
  letters: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('message'), Type.Literal('hook')]),
      id: Type.String(),
      hookId: orNull(Type.String()),
      state: Type.String(),
      about: Type.String(),
      error: orNull(Type.String()),
      conversationId: orNull(Type.String()),
      at: Time,
    }),
  ),
  commitments: Type.Array(
    Type.Object({
      id: Type.String(),
      state: Type.String(),
      task: Type.String(),
      shopper: orNull(Type.String()),
      holder: orNull(Type.String()),
      conversationId: orNull(Type.String()),
      dueAt: orNull(Time),
      isOver: Type.Boolean(),
    }),
  ),
});

const Definition = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  limitMs: orNull(Type.Number()),
  unit: orNull(Type.String()),
  capMs: orNull(Type.Number()),
  target: orNull(Type.Number()),
  source: Type.String(),
  doubt: orNull(Type.String()),
});

const Profile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  source: Type.String(),
  doubt: orNull(Type.String()),
  fromMinute: Type.Integer(),
  untilMinute: Type.Integer(),
  windowBy: Type.String(),
  headline: orNull(Type.String()),
  metrics: Type.Array(Definition),
});

const PlatformFigure = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  target: Type.Optional(orNull(Type.Number())),
  hits: Type.Optional(Type.Number()),
  of: Type.Optional(Type.Number()),
  rate: Type.Optional(orNull(Type.Number())),
  totalMs: Type.Optional(Type.Number()),
  meanMs: Type.Optional(orNull(Type.Number())),
  count: Type.Optional(Type.Number()),
});

const Ok = Type.Object({ ok: Type.Boolean() });

export const boardRoutes = {
  'GET /api/metrics/live': {
    summary: 'The queue, the agents and what is overdue, now',
    query: Type.Object(Place),
    reply: Type.Object({
      asOf: Time,
      waiting: Type.Intersect([LiveNumber, Type.Object({ longestMs: orNull(Type.Number()) })]),
      inService: Type.Intersect([LiveNumber, Type.Object({ capacity: Count })]),
      agents: Type.Array(AgentNow),
      overdueCount: Count,
      overdue: Type.Array(OverdueRow, { description: 'the longest over first, at most fifty' }),
    }),
  },
  'GET /api/metrics/board': {
    summary: 'The figures of a period beside those of the period before',
    query: Type.Object({ ...Period, ...Place }),
    reply: Type.Object({
      asOf: Time,
      from: Time,
      to: Time,
      bucket: Type.Union([Type.Literal('hour'), Type.Literal('day')], { description: 'of the trends' }),
      profile: Type.String(),
      rate: Type.Object({ id: Type.String(), name: Type.String(), profile: Type.String() }),
      figures: Type.Object({
        sessions: Figure,
        handoffs: Figure,
        response: Figure,
        'average-response': Figure,
        'first-reply': Figure,
        'bot-resolution': Figure,
        satisfaction: Figure,
      }),
      hours: Type.Array(
        Type.Object({
          hour: Type.Integer(),
          bot: Count,
          person: Count,
          abandoned: Count,
          hits: Count,
          of: Count,
        }),
      ),
      reasons: Type.Array(Type.Object({ reason: Type.String(), n: Count })),
      causes: Type.Array(Type.Object({ cause: Type.String(), n: Count }), {
        description: 'what lay behind the cases that ended',
      }),
      heat: Type.Array(
        Type.Object({ weekday: Type.Integer({ description: '1 is Monday' }), hour: Type.Integer(), n: Count }),
      ),
      agents: Type.Array(AgentFigures),
    }),
  },
  'GET /api/metrics/conversations': {
    summary: 'Exactly the cases behind a number of the board, newest first',
    query: Type.Object({
      measure: Measure,
      ...Period,
      ...Place,
      outcome: Type.Optional(Outcome),
      kind: Type.Optional(SessionKind),
      hour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23 })),
      weekday: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
      reason: Type.Optional(Type.String({ maxLength: 40 })),
      agent: Type.Optional(Id),
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    }),
    reply: Type.Object({ count: Count, items: Type.Array(CaseRow), next: orNull(Type.Integer()) }),
  },
  'GET /api/metrics/health': {
    summary: 'Channels, what did not arrive, promises that are due',
    reply: Health,
  },
  'GET /api/metrics/channels/:id/days': {
    summary: 'What the platform itself counted, up to yesterday; days without anything are left out',
    params: Type.Object({ id: Id }),
    query: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31, default: 7 })) }),
    reply: Type.Object({ from: Type.String(), until: Type.String(), items: Type.Array(PlatformDay) }),
  },
  'GET /api/metrics/places': {
    summary: 'What the board can be narrowed to',
    reply: Type.Object({
      accounts: Type.Array(Type.Object({ id: Type.String(), kind: Type.String(), name: Type.String() })),
      teams: Type.Array(Type.Object({ name: Type.String(), label: Type.String() })),
    }),
  },
  'GET /api/metrics/profiles': {
    summary: 'How each platform judges a shop',
    reply: Type.Object({ items: Type.Array(Profile), next: Type.Null() }),
  },
  'GET /api/metrics/service': {
    summary: 'The measures of one platform profile, as they stand now',
    query: Type.Object({
      profile: Type.Optional(Type.String({ maxLength: 40 })),
      account: Type.Optional(Id),
      target: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'of the leading rate' })),
    }),
    reply: Type.Object({
      profile: Type.String(),
      asOf: Time,
      figures: Type.Array(PlatformFigure),
      missesLeft: orNull(
        Type.Object({
          metric: Type.String(),
          share: Type.Object({ hits: Type.Number(), of: Type.Number(), rate: orNull(Type.Number()) }),
          target: Type.Number(),
          left: Type.Integer(),
          dropsAt: Type.Integer(),
          hitsToRecover: orNull(Type.Integer()),
        }),
      ),
      breaches: Type.Array(Type.Object({ clock: Type.String(), n: Count })),
    }),
  },
  'POST /api/metrics/letters/:id/acknowledge': {
    summary: 'Somebody has seen a message that did not arrive',
    params: Type.Object({ id: Id }),
    reply: Ok,
  },
  'POST /api/handoffs/:id/reassign': {
    summary: 'A supervisor gives a conversation to an agent, whoever has it',
    params: Type.Object({ id: Id }),
    body: Type.Object(
      { agent: Id, reason: Type.String({ minLength: 1, maxLength: 200 }) },
      { additionalProperties: false },
    ),
    reply: Type.Object({ conversationId: Type.String() }),
  },
  'GET /api/demo': {
    summary: 'Whether this is the sample shop, asked from this machine',
    reply: Type.Object({ canReset: Type.Boolean() }),
  },
  'POST /api/demo/reset': {
    summary: 'The sample shop as on its first day; from this machine only',
    reply: Ok,
  },
} as const satisfies RouteTable;
