// Canned responses (话术): personal and shared.
import { Type } from 'typebox';
import { Phrase, PhraseWords } from '../phrase.ts';
import type { RouteTable } from '../route.ts';

const Params = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });
const Done = Type.Object({ ok: Type.Boolean() });

export const phraseRoutes = {
  'GET /api/phrases': {
    summary: 'Those of the shop and my own, the most used first; `q` looks in title, text, pinyin and its initials',
    query: Type.Object({ q: Type.Optional(Type.String({ maxLength: 60 })) }),
    reply: Type.Object({ items: Type.Array(Phrase), next: Type.Null() }),
  },
  'POST /api/phrases': {
    summary: 'Add one; what could never be sent is refused with the rule',
    body: Type.Object({ ...PhraseWords.properties, shared: Type.Boolean() }, { additionalProperties: false }),
    reply: Phrase,
  },
  'PUT /api/phrases/:id': { summary: 'Change one', params: Params, body: PhraseWords, reply: Phrase },
  'DELETE /api/phrases/:id': { summary: 'Remove one', params: Params, reply: Done },
  'POST /api/phrases/:id/used': { summary: 'It was used', params: Params, reply: Done },
} as const satisfies RouteTable;
