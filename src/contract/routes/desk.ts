// The lists of the desk, what it has to show besides them, and how far somebody has read.
import { type Static, type TSchema, Type } from 'typebox';
import { ChannelKind } from '../conversation.ts';
import { HandoffReason, RiskLevel } from '../decision.ts';
import { RootCauseHint } from '../root-cause.ts';
import type { RouteTable } from '../route.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Time = Type.String({ description: 'ISO 8601' });
const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Person = Type.Object({ id: Type.String(), name: Type.String() });

/** `asked`: an offer or a transfer that wants my word; `trouble`: the bot has it and something goes wrong; `all` is for searching. */
const Tab = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('mine'),
  Type.Literal('colleagues'),
  Type.Literal('asked'),
  Type.Literal('trouble'),
  Type.Literal('bot'),
  Type.Literal('ended'),
  Type.Literal('all'),
]);
export type DeskTab = Static<typeof Tab>;
const Sort = Type.Union([Type.Literal('urgent'), Type.Literal('longest'), Type.Literal('latest')]);
export type DeskSort = Static<typeof Sort>;

/** Why somebody should look at a conversation that the bot has. */
export const Trouble = Type.Union([
  Type.Literal('misses', { description: 'the bot had no answer twice in a row' }),
  Type.Literal('anger', { description: 'the shopper is angry or bitter' }),
  Type.Literal('unanswered', { description: 'a message has been waiting for the bot for a minute' }),
  Type.Literal('undelivered', {
    description: 'a reply of the last day did not arrive, or nobody knows whether it did',
  }),
]);
export type Trouble = Static<typeof Trouble>;

const Transfer = Type.Object({
  kind: Type.Union([Type.Literal('agent'), Type.Literal('team')]),
  agent: Type.Optional(Type.String()),
  team: Type.Optional(Type.String()),
  toName: orNull(Type.String()),
  by: Type.Optional(Type.String()),
  byName: orNull(Type.String()),
  reason: Type.Optional(Type.String()),
  note: Type.Optional(orNull(Type.String())),
  summary: Type.Optional(Type.Unknown()),
  at: Type.Optional(Time),
});

export const DeskRow = Type.Object({
  /** Its place in the order of this list; the cursor of what comes after it. */
  key: Type.String(),
  conversationId: Type.String(),
  handoffId: orNull(Type.String()),
  state: Type.Union([
    Type.Literal('with-bot'),
    Type.Literal('waiting'),
    Type.Literal('offered'),
    Type.Literal('with-agent'),
    Type.Literal('deferred'),
    Type.Literal('resolved'),
  ]),
  shopper: Type.Object({ id: Type.String(), name: orNull(Type.String()), vip: Type.Boolean() }),
  channel: ChannelKind,
  reason: orNull(HandoffReason),
  risk: RiskLevel,
  team: orNull(Type.String()),
  summary: Type.String({ description: 'what the shopper wants, in one line; without a handoff what was said last' }),
  lastText: Type.String(),
  lastFrom: orNull(Type.String()),
  lastAt: orNull(Time),
  waitingSince: orNull(Time),
  dueAt: orNull(Type.String({ description: 'when the next answer of a person is due; null when nobody waits' })),
  awaitingSince: orNull(
    Type.String({ description: 'of a conversation a person has: since when an answer is missing' }),
  ),
  awaitingReply: Type.Boolean(),
  unread: Type.Integer({ description: 'messages of the shopper that I have not seen; 100 are many' }),
  owner: orNull(Person),
  offeredTo: orNull(Type.Object({ ...Person.properties, expiresAt: Time })),
  transfer: orNull(Transfer),
  emotion: orNull(Type.String({ description: 'of the shopper, now; null when there is nothing to say' })),
  insult: Type.Boolean({ description: 'its words insult whoever reads them; the desk covers them' }),
  again: Type.Boolean({ description: 'came back within a day (续聊)' }),
  deliveryTrouble: Type.Integer(),
  trouble: Type.Array(Trouble),
});
export type DeskRow = Static<typeof DeskRow>;

const Mention = Type.Object({
  conversationId: Type.String(),
  seq: Type.Integer(),
  shopper: orNull(Type.String()),
  by: orNull(Type.String()),
  text: Type.String(),
  at: Time,
});

export const DeskSummary = Type.Object({
  counts: Type.Object({
    waiting: Type.Integer(),
    mine: Type.Integer(),
    colleagues: Type.Integer(),
    trouble: Type.Integer(),
    bot: Type.Integer(),
  }),
  /** Waiting, by team. */
  queues: Type.Record(Type.String(), Type.Integer()),
  me: Type.Object({
    presence: Type.String(),
    since: Time,
    load: Type.Integer(),
    capacity: Type.Integer(),
    hard: Type.Object({
      inARow: Type.Integer({
        description: 'very angry or insulting conversations one after the other, since the last rest',
      }),
      last: orNull(Type.String({ description: 'the handoff the count ends with' })),
    }),
  }),
  /** Those I may take: how many, and when the last of them came. */
  forMe: Type.Object({ waiting: Type.Integer(), newestAt: orNull(Time) }),
  mine: Type.Array(DeskRow, { description: 'what I have, most urgent first' }),
  asked: Type.Array(DeskRow, { description: 'offers and transfers that want my word' }),
  handovers: Type.Array(Type.String(), { description: 'that wait for a word, given by me or to me' }),
  slowMs: Type.Integer({ description: 'so long without an answer is slow (慢响应)' }),
  /** My shoppers without an answer, the longest first. */
  unanswered: Type.Array(Type.Object({ handoffId: Type.String(), conversationId: Type.String(), since: Time })),
  mentions: Type.Array(Mention, { description: 'notes of the last day with my name that I have not seen' }),
});
export type DeskSummary = Static<typeof DeskSummary>;

export const deskRoutes = {
  'GET /api/desk/list': {
    summary: 'One list of the desk, most urgent first unless asked otherwise',
    query: Type.Object({
      tab: Tab,
      sort: Type.Optional(Sort),
      q: Type.Optional(Type.String({ maxLength: 60, description: 'in names, words and order numbers' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ maxLength: 80 })),
    }),
    reply: Type.Object({ items: Type.Array(DeskRow), next: orNull(Type.String()) }),
  },
  'GET /api/desk/summary': { summary: 'What stands at the desk of whoever asks', reply: DeskSummary },
  'GET /api/handoffs/:id/root-causes': {
    summary: 'What may have lain behind this case, and what most likely did',
    params: Type.Object({ id: Id }),
    reply: RootCauseHint,
  },
  'PUT /api/conversations/:id/read': {
    summary: 'I have read up to here',
    params: Type.Object({ id: Id }),
    body: Type.Object({ seq: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
    reply: Type.Object({ seq: Type.Integer() }),
  },
} as const satisfies RouteTable;
