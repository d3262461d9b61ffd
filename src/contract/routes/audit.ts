// The log of who changed what.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';

const filters = {
  staff: Type.Optional(Type.String({ pattern: '^\\d{1,18}$' })),
  area: Type.Optional(Type.String({ pattern: '^[a-z][a-z-]{1,30}$' })),
  from: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  until: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'the last day that counts' })),
};

const Row = Type.Object({
  seq: Type.Integer(),
  at: Type.String(),
  by: Type.Union([Type.Object({ id: Type.String(), name: Type.String() }), Type.Null()]),
  action: Type.String(),
  subject: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
});

export const auditRoutes = {
  'GET /api/audit': {
    summary: 'Who changed what, newest first',
    query: Type.Object({
      ...filters,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    reply: Type.Object({ items: Type.Array(Row), next: Type.Union([Type.String(), Type.Null()]) }),
  },
  'GET /api/audit/check': {
    summary: 'Whether the log is as it was written: each row is chained to the one before',
    reply: Type.Object({ whole: Type.Boolean(), brokenAt: Type.Union([Type.Integer(), Type.Null()]) }),
  },
  'GET /api/audit/export': {
    summary: 'The same as one text of comma-separated values, safe to open in a spreadsheet',
    query: Type.Object(filters),
    reply: Type.Object({ name: Type.String(), text: Type.String(), rows: Type.Integer() }),
  },
} as const satisfies RouteTable;
