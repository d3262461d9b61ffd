// The studio: entries with their drafts, tables in and out, releases, and what nobody could answer.
import { Type } from 'typebox';
import { Stage } from '../decision.ts';
import type { RouteTable } from '../route.ts';

const Text = Type.String();
const OrNull = Type.Union([Type.String(), Type.Null()]);
const EntryId = Type.String({ minLength: 1, maxLength: 80 });
const Params = Type.Object({ id: EntryId });
const ReleaseParams = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });
const list = (maxLength: number, maxItems: number) => Type.Array(Type.String({ maxLength }), { maxItems });

/** An entry as an editor has it before them; what is wrong with it is told by the lint, not by the form of the request. */
const Entry = Type.Object(
  {
    id: EntryId,
    question: Type.String({ maxLength: 400 }),
    similar: list(400, 300),
    intents: list(80, 20),
    stage: Type.Array(Stage),
    products: list(200, 200),
    channels: list(60, 20),
    risk: Type.Union([Type.Literal('N'), Type.Literal('L'), Type.Literal('C'), Type.Literal('H')]),
    plus_one: Type.Optional(Type.String({ maxLength: 400 })),
    source: Type.String({ maxLength: 400 }),
    reviewed: Type.String({ maxLength: 20 }),
    valid_from: Type.Optional(Type.String({ maxLength: 20 })),
    valid_until: Type.Optional(Type.String({ maxLength: 20 })),
    answers: Type.Object(
      {
        standard: Type.String({ maxLength: 8_000 }),
        terse: Type.Optional(Type.String({ maxLength: 8_000 })),
        casual: Type.Optional(Type.String({ maxLength: 8_000 })),
        elderly: Type.Optional(Type.String({ maxLength: 8_000 })),
        formal: Type.Optional(Type.String({ maxLength: 8_000 })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

const EntryState = Type.Union([
  Type.Literal('live'),
  Type.Literal('new'),
  Type.Literal('changed'),
  Type.Literal('retiring'),
  Type.Literal('retired'),
]);

const Row = Type.Object({
  id: Text,
  question: Text,
  similar: Type.Integer(),
  intent: Text,
  intentLabel: Text,
  state: EntryState,
  general: Type.Boolean({ description: 'shared by all shops' }),
  channels: Type.Array(Text),
  validFrom: OrNull,
  validUntil: OrNull,
  hits: Type.Integer({ description: 'answers of the last seven days' }),
  updatedBy: OrNull,
  updatedAt: OrNull,
});

const Finding = Type.Object({
  level: Type.Union([Type.Literal('shape'), Type.Literal('error'), Type.Literal('warning')]),
  field: Text,
  text: Text,
  evidence: Type.Optional(Text),
  source: Type.Optional(Text),
});

const Change = Type.Object({
  id: Text,
  title: Text,
  kind: Type.Union([Type.Literal('added'), Type.Literal('changed'), Type.Literal('removed')]),
  fields: Type.Array(Type.Object({ field: Text, before: Text, after: Text })),
});

const SaveReply = Type.Object({ version: Type.Integer() });
const Ok = Type.Object({ ok: Type.Boolean() });

export const Filter = {
  q: Type.Optional(Type.String({ maxLength: 200 })),
  stage: Type.Optional(Type.String({ maxLength: 40 })),
  intent: Type.Optional(Type.String({ maxLength: 80 })),
  scope: Type.Optional(Type.Union([Type.Literal('general'), Type.Literal('own')])),
  channel: Type.Optional(Type.String({ maxLength: 60 })),
  state: Type.Optional(Type.Union([...EntryState.anyOf, Type.Literal('draft')])),
  validity: Type.Optional(Type.Union([Type.Literal('limited'), Type.Literal('expired'), Type.Literal('soon')])),
};

export const faqRoutes = {
  'GET /api/faq': {
    summary: 'Entries as an editor sees them, drafts over what is published',
    query: Type.Object({
      ...Filter,
      sort: Type.Optional(Type.Union([Type.Literal('hits'), Type.Literal('updated')])),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ pattern: '^\\d{1,6}$' })),
    }),
    reply: Type.Object({ items: Type.Array(Row), total: Type.Integer(), next: OrNull }),
  },
  'GET /api/faq/summary': {
    summary: 'What the studio needs around the list: the tree of categories, the release, the drafts',
    reply: Type.Object({
      tree: Type.Array(
        Type.Object({
          stage: Stage,
          count: Type.Integer(),
          intents: Type.Array(Type.Object({ name: Text, label: Text, count: Type.Integer() })),
        }),
      ),
      intents: Type.Array(Type.Object({ name: Text, label: Text, stage: Stage })),
      channels: Type.Array(Text),
      total: Type.Integer(),
      drafts: Type.Integer(),
      unknowns: Type.Integer(),
      release: Type.Object({ id: Text, number: Type.Integer() }),
      filesChanged: Type.Boolean(),
      model: Type.Boolean({ description: 'a model can propose wordings' }),
    }),
  },
  'GET /api/faq/:id': {
    summary: 'One entry with its history',
    params: Params,
    reply: Type.Object({
      entry: Entry,
      published: Type.Union([Entry, Type.Null()]),
      state: EntryState,
      version: Type.Integer(),
      general: Type.Boolean(),
      updatedBy: OrNull,
      updatedAt: OrNull,
      hits: Type.Integer(),
      history: Type.Array(
        Type.Object({
          version: Type.Integer(),
          by: Text,
          at: Text,
          retired: Type.Boolean(),
          releasedIn: Type.Union([Type.Integer(), Type.Null()]),
          discarded: Type.Boolean(),
          entry: Entry,
        }),
      ),
    }),
  },
  'PUT /api/faq/:id': {
    summary: 'Saves a draft; 409 `edit_conflict` with who and when if another was saved since `version`',
    params: Params,
    body: Type.Object({
      version: Type.Integer({ minimum: 0 }),
      entry: Entry,
      unknown: Type.Optional(Type.String({ maxLength: 40, description: 'key of the question it answers' })),
    }),
    reply: SaveReply,
  },
  'DELETE /api/faq/:id/draft': { summary: 'Throws the draft away', params: Params, reply: Ok },
  'POST /api/faq/retire': {
    summary: 'Drafts that take entries out, or back in',
    body: Type.Object({ ids: Type.Array(EntryId, { minItems: 1, maxItems: 500 }), retired: Type.Boolean() }),
    reply: Type.Object({ changed: Type.Integer() }),
  },
  'POST /api/faq/lint': {
    summary: 'All that speaks against an entry, as publishing sees it',
    body: Type.Object({ entry: Entry }),
    reply: Type.Object({
      findings: Type.Array(Finding),
      guess: Type.Union([Type.Object({ intent: Text, label: Text }), Type.Null()]),
    }),
  },
  'GET /api/faq/changes': {
    summary: 'What publishing would change, and what stands against it',
    reply: Type.Object({
      changes: Type.Array(Change),
      problems: Type.Array(Type.Object({ id: Text, title: Text, findings: Type.Array(Finding) })),
    }),
  },
} as const satisfies RouteTable;

const PlannedRow = Type.Object({
  line: Type.Integer(),
  kind: Type.Union([
    Type.Literal('new'),
    Type.Literal('changed'),
    Type.Literal('unchanged'),
    Type.Literal('conflict'),
    Type.Literal('error'),
  ]),
  id: Text,
  question: Text,
  reasons: Type.Array(Text),
});

export const sheetRoutes = {
  'POST /api/faq/import': {
    summary: 'A table (csv or xlsx, as the raw body): what it would change; with `apply` the drafts are saved',
    query: Type.Object({
      format: Type.Union([Type.Literal('csv'), Type.Literal('xlsx')]),
      apply: Type.Optional(Type.String({ maxLength: 64, description: 'the fingerprint of the preview' })),
      overwrite: Type.Optional(Type.Boolean({ description: 'conflicts too' })),
    }),
    reply: Type.Object({
      counts: Type.Object({
        new: Type.Integer(),
        changed: Type.Integer(),
        unchanged: Type.Integer(),
        conflict: Type.Integer(),
        error: Type.Integer(),
      }),
      rows: Type.Array(PlannedRow, { description: 'without the unchanged; at most 1,000' }),
      fingerprint: Text,
      saved: Type.Integer(),
      errorFile: Type.String({ description: 'the rows in error as csv, with the reason in a column of its own' }),
    }),
  },
} as const satisfies RouteTable;

const ReleaseView = Type.Object({
  id: Text,
  number: Type.Integer(),
  at: Text,
  origin: Type.Union([Type.Literal('files'), Type.Literal('studio'), Type.Literal('rollback')]),
  note: OrNull,
  by: OrNull,
  learned: Type.Boolean(),
  entries: Type.Integer(),
  current: Type.Boolean(),
});

export const releaseRoutes = {
  'GET /api/releases': {
    summary: 'The kept releases, newest first',
    reply: Type.Object({ items: Type.Array(ReleaseView) }),
  },
  'GET /api/releases/:id/diff': {
    summary: 'What changed from another release (without one: the release before)',
    params: ReleaseParams,
    query: Type.Object({ with: Type.Optional(Type.String({ pattern: '^\\d{1,18}$' })) }),
    reply: Type.Object({
      from: Type.Union([Type.Integer(), Type.Null()]),
      to: Type.Integer(),
      changes: Type.Array(Change),
    }),
  },
  'POST /api/releases': {
    summary: 'Publishes all drafts as a new release',
    body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 200 })) }),
    reply: Type.Object({ number: Type.Integer() }),
  },
  'POST /api/releases/:id/rollback': {
    summary: 'Publishes the content of an old release again, as a new one',
    params: ReleaseParams,
    body: Type.Object({}, { additionalProperties: false }),
    reply: Type.Object({ number: Type.Integer() }),
  },
} as const satisfies RouteTable;

const Unknown = Type.Object({
  key: Text,
  question: Text,
  times: Type.Integer(),
  how: Type.Array(
    Type.Union([
      Type.Literal('clarify'),
      Type.Literal('low_confidence'),
      Type.Literal('rejected'),
      Type.Literal('reported'),
    ]),
  ),
  lastAt: Text,
  conversationId: Text,
});

export const unknownRoutes = {
  'GET /api/unknowns': {
    summary: 'Questions nobody could answer, masked, newest first',
    query: Type.Object({
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ pattern: '^\\d{1,6}$' })),
    }),
    reply: Type.Object({ items: Type.Array(Unknown), total: Type.Integer(), next: OrNull }),
  },
  'POST /api/unknowns': {
    summary: 'An agent reports a question of a conversation',
    body: Type.Object({
      conversationId: Type.String({ pattern: '^\\d{1,18}$' }),
      question: Type.String({ minLength: 2, maxLength: 1_000 }),
    }),
    reply: Ok,
  },
  'POST /api/unknowns/dismiss': {
    summary: 'Takes a question off the list until it is asked again',
    body: Type.Object({
      key: Type.String({ minLength: 1, maxLength: 40 }),
      reason: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    reply: Ok,
  },
} as const satisfies RouteTable;
