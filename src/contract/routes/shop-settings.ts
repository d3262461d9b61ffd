// The shop itself: who has to use a second factor, and the figures the installation was started with.
import { Type } from 'typebox';
import type { RouteTable } from '../route.ts';

const View = Type.Object({
  name: Type.String(),
  slug: Type.String(),
  publicUrl: Type.String(),
  totpForAdmins: Type.Boolean(),
  /** How many admins have none yet. */
  adminsWithout: Type.Integer(),
  serviceHours: Type.String(),
  /** Seconds, by clock. */
  clocks: Type.Array(Type.Object({ clock: Type.String(), seconds: Type.Integer() })),
  robots: Type.Array(Type.Object({ kind: Type.String(), title: Type.String(), isOn: Type.Boolean() })),
});

export const shopSettingRoutes = {
  'GET /api/shop-settings': { summary: 'The shop as it is set', reply: View },
  'PUT /api/shop-settings': {
    summary: 'Whether admins need a second factor',
    body: Type.Object({ totpForAdmins: Type.Boolean() }, { additionalProperties: false }),
    reply: View,
  },
  'POST /api/hooks/:id/test': {
    summary: 'A signed ping to an endpoint, and what it answered',
    params: Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) }),
    reply: Type.Object({ ok: Type.Boolean(), detail: Type.String() }),
  },
  'POST /api/robots/:kind/test': {
    summary: 'A test message to the group behind a robot',
    params: Type.Object({ kind: Type.Enum(['dingtalk', 'feishu', 'wecom']) }),
    reply: Type.Object({ ok: Type.Boolean(), detail: Type.String() }),
  },
} as const satisfies RouteTable;
