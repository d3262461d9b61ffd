// Beside the box in which an agent writes: drafts, the look at the words before they are sent, pinned notes.
import { Type } from 'typebox';
import { PromiseKind } from '../promise.ts';
import type { RouteTable } from '../route.ts';

const Id = Type.String({ pattern: '^\\d{1,18}$' });
const Params = Type.Object({ id: Id });
const NoteParams = Type.Object({ id: Id, seq: Type.Integer({ minimum: 1 }) });
const Kind = Type.Union([Type.Literal('reply'), Type.Literal('note')]);
const Time = Type.String({ format: 'date-time' });
const Done = Type.Object({ ok: Type.Boolean() });
const Draft = Type.Object({ conversationId: Type.String(), kind: Kind, text: Type.String(), savedAt: Time });

const ToneFinding = Type.Object({
  rule: Type.String(),
  evidence: Type.String(),
  why: Type.String(),
  source: Type.String(),
  instead: Type.String({ description: 'a calmer sentence' }),
});

export const writingRoutes = {
  'GET /api/drafts': {
    summary: 'My unsent words in all conversations',
    reply: Type.Object({ items: Type.Array(Draft), next: Type.Null() }),
  },
  'PUT /api/conversations/:id/draft': {
    summary: 'Keep my unsent words; empty ones are forgotten',
    params: Params,
    body: Type.Object({ kind: Kind, text: Type.String({ maxLength: 4_000 }) }, { additionalProperties: false }),
    reply: Done,
  },
  'POST /api/policy/check': {
    summary: 'What the rules would say to this text, and what it promises; nothing is kept',
    body: Type.Object(
      { text: Type.String({ maxLength: 4_000 }), conversationId: Type.Optional(Id) },
      { additionalProperties: false },
    ),
    reply: Type.Object({
      findings: Type.Array(
        Type.Object({ rule: Type.String(), evidence: Type.String(), why: Type.String(), source: Type.String() }),
        { description: 'each of them keeps the text from being sent' },
      ),
      faces: Type.Union([Type.Literal('many'), Type.Literal('angry'), Type.Null()], {
        description: 'why the faces in it may go down badly: too many, or for somebody angry; a hint only',
      }),
      tone: Type.Array(ToneFinding, { description: 'sent only after the agent has thought twice (`tone` of a reply)' }),
      promises: Type.Array(
        Type.Object({
          kind: PromiseKind,
          evidence: Type.String(),
          dueWords: Type.Union([Type.String(), Type.Null()]),
          dueAt: Type.Union([Time, Type.Null()]),
        }),
        { description: 'what will be noted down when it is sent' },
      ),
    }),
  },
  'GET /api/conversations/:id/notes': {
    summary: 'Notes of colleagues, pinned ones first, then the newest',
    params: Params,
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          seq: Type.Integer(),
          text: Type.String(),
          author: Type.String(),
          pinned: Type.Boolean(),
          at: Time,
        }),
      ),
      next: Type.Null(),
    }),
  },
  'PUT /api/conversations/:id/notes/:seq/pin': { summary: 'Pin a note', params: NoteParams, reply: Done },
  'DELETE /api/conversations/:id/notes/:seq/pin': { summary: 'Let it go', params: NoteParams, reply: Done },
} as const satisfies RouteTable;
