// One's own sign-in: devices, password, second factor.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';

const Code = Type.String({ minLength: 6, maxLength: 40 });
const Ended = Type.Object({ ended: Type.Integer() });

export const meRoutes = {
  'GET /api/me/security': {
    summary: 'Where I am signed in, and how',
    reply: Type.Object({
      hasPassword: Type.Boolean(),
      hasSecondFactor: Type.Boolean(),
      recoveryLeft: Type.Integer(),
      sessions: Type.Array(
        Type.Object({
          id: Type.String(),
          device: Type.String(),
          createdAt: Type.String(),
          seenAt: Type.String(),
          isThis: Type.Boolean(),
        }),
      ),
    }),
  },
  'DELETE /api/me/sessions': { summary: 'Sign out everywhere but here', reply: Ended },
  'DELETE /api/me/sessions/:id': {
    summary: 'Sign out one other device',
    params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
    reply: Ended,
  },
  'PUT /api/me/password': {
    summary: 'A new password; other devices are signed out',
    body: Type.Object({ old: Type.String({ maxLength: 1_000 }), next: Type.String({ maxLength: 128 }) }),
    reply: Type.Object({ ok: Type.Boolean() }),
  },
  'POST /api/me/totp': {
    summary: 'Begins a second factor: the key for the phone, shown once',
    reply: Type.Object({ secret: Type.String(), uri: Type.String() }),
  },
  'PUT /api/me/totp': {
    summary: 'The first right code makes it hold; the recovery codes, shown once',
    body: Type.Object({ code: Code }),
    reply: Type.Object({ recoveryCodes: Type.Array(Type.String()), csrf: Type.String() }),
  },
  'POST /api/me/totp/remove': {
    summary: 'Takes one’s own second factor away, with a code of it',
    body: Type.Object({ code: Code }),
    reply: Type.Object({ ok: Type.Boolean() }),
  },
} as const satisfies RouteTable;
