// Signing in and out.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';

const Staff = Type.Object({
  id: Type.String(),
  login: Type.String(),
  name: Type.String(),
  role: Type.Union([Type.Literal('agent'), Type.Literal('supervisor'), Type.Literal('editor'), Type.Literal('admin')]),
  teams: Type.Array(Type.String()),
});
/** What the sign-in still lacks; until it is `done` the session may do nothing else. */
const Second = Type.Enum(['done', 'code', 'enrol']);
const SignedIn = Type.Object({
  user: Staff,
  shopName: Type.String(),
  csrf: Type.String(),
  second: Second,
  /** What every kind of channel is called. */
  channels: Type.Record(Type.String(), Type.Object({ zh: Type.String(), en: Type.String() })),
});

export const sessionRoutes = {
  'GET /api/session': { summary: 'Who am I', reply: SignedIn },
  'POST /api/session': {
    summary: 'Sign in',
    body: Type.Object({ login: Type.String({ maxLength: 100 }), password: Type.String({ maxLength: 1_000 }) }),
    reply: SignedIn,
  },
  'POST /api/session/link': {
    summary: 'Sign in by a one-time link',
    body: Type.Object({ token: Type.String({ maxLength: 200 }) }),
    reply: SignedIn,
  },
  'POST /api/session/demo': {
    summary: 'Sign in to the sample shop from this machine',
    body: Type.Object({ role: Type.String() }),
    reply: SignedIn,
  },
  'POST /api/session/totp': {
    summary: 'The second factor: a code of the phone, or a recovery code',
    body: Type.Object({ code: Type.String({ minLength: 6, maxLength: 40 }) }),
    reply: SignedIn,
  },
  'DELETE /api/session': { summary: 'Sign out', reply: Type.Object({ ok: Type.Boolean() }) },
} as const satisfies RouteTable;
