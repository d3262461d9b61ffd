// Colleagues: added, changed, given a way in, sent away. For admins.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';
import { TeamName } from '../team.ts';

export const RoleName = Type.Enum(['agent', 'supervisor', 'editor', 'admin']);
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 20 });
const Id = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });

const settings = {
  name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
  role: RoleName,
  teams: Type.Array(TeamName, { maxItems: 20 }),
  skills: Tags,
  languages: Tags,
  capacity: Type.Integer({ minimum: 0, maximum: 100 }),
};

const Person = Type.Object({
  id: Type.String(),
  login: Type.String(),
  name: Type.String(),
  role: RoleName,
  teams: Type.Array(Type.String()),
  skills: Type.Array(Type.String()),
  languages: Type.Array(Type.String()),
  capacity: Type.Integer(),
  isActive: Type.Boolean(),
  hasPassword: Type.Boolean(),
  hasSecondFactor: Type.Boolean(),
  lastSeenAt: Type.Union([Type.String(), Type.Null()]),
});

/** Shown once; whoever opens it first is signed in as that person. */
const Link = Type.Object({ url: Type.String(), hours: Type.Integer() });

export const peopleRoutes = {
  'GET /api/staff/people': {
    summary: 'Everybody of the shop, also who has left, as an admin sees them',
    reply: Type.Object({ items: Type.Array(Person) }),
  },
  'POST /api/staff': {
    summary: 'A new colleague, with the one-time link of the first sign-in',
    body: Type.Object({ login: Type.String({ maxLength: 64 }), ...settings }, { additionalProperties: false }),
    reply: Type.Object({ person: Person, link: Link }),
  },
  'PUT /api/staff/:id': {
    summary: 'Name, role, teams, skills and capacity of a colleague',
    params: Id,
    body: Type.Object(settings, { additionalProperties: false }),
    reply: Person,
  },
  'POST /api/staff/:id/link': {
    summary: 'A new one-time link; the password and all sessions of that person end',
    params: Id,
    reply: Link,
  },
  'POST /api/staff/:id/deactivate': {
    summary: 'Sessions end at once, and what they had in hand waits again',
    params: Id,
    reply: Type.Object({ person: Person, released: Type.Integer() }),
  },
  'POST /api/staff/:id/activate': { summary: 'Back again', params: Id, reply: Person },
  'DELETE /api/staff/:id/totp': {
    summary: 'Takes a lost second factor away; all sessions of that person end',
    params: Id,
    reply: Type.Object({ ok: Type.Boolean() }),
  },
} as const satisfies RouteTable;
