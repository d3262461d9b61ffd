// Channel accounts: where shoppers write from. For admins; a secret goes in and never comes out, except one we made, once.
import { Type } from 'typebox';
import { ChannelKind } from '../conversation.ts';
import type { RouteTable } from '../route.ts';

const Id = Type.Object({ id: Type.String({ pattern: '^\\d{1,18}$' }) });
const Values = Type.Record(Type.String({ pattern: '^[a-zA-Z]{1,20}$' }), Type.String({ maxLength: 2_000 }));

const Account = Type.Object({
  id: Type.String(),
  kind: ChannelKind,
  name: Type.String(),
  settings: Type.Record(Type.String(), Type.String()),
  /** Of the installation's settings: changed in `.env`, not here. */
  isInstalled: Type.Boolean(),
  isOn: Type.Boolean(),
  problem: Type.Union([Type.String(), Type.Null()]),
  secretNames: Type.Array(Type.String()),
  /** Until then the secrets before the last rotation hold too. */
  previousUntil: Type.Union([Type.String(), Type.Null()]),
  /** What the platform is told; null for channels that nobody calls. */
  webhookUrl: Type.Union([Type.String(), Type.Null()]),
});

const Words = Type.Object({ zh: Type.String(), en: Type.String() });

/** What an account of a kind is asked for. */
const Kind = Type.Object({
  kind: ChannelKind,
  label: Words,
  /** Null: its secrets are replaced by changing the account. */
  rotation: Type.Union([
    Type.Object({
      /** A new one is made here. */
      makes: Type.Boolean(),
      /** Names of those an admin gives. */
      fields: Type.Array(Type.String()),
      /** The ones before hold for another day. */
      overlaps: Type.Boolean(),
    }),
    Type.Null(),
  ]),
  fields: Type.Array(
    Type.Object({
      name: Type.String(),
      label: Words,
      hint: Type.Union([Words, Type.Null()]),
      isSecret: Type.Boolean(),
      options: Type.Union([Type.Array(Type.String()), Type.Null()]),
      fallback: Type.String(),
    }),
  ),
});

/** One we made, shown this once. */
const Made = Type.Object({ account: Account, secret: Type.Union([Type.String(), Type.Null()]) });

export const accountRoutes = {
  'GET /api/accounts': {
    summary: 'Channel accounts, and the kinds there are with what each is asked for',
    reply: Type.Object({ items: Type.Array(Account), kinds: Type.Array(Kind) }),
  },
  'POST /api/accounts': {
    summary: 'Add an account; for the webhook its secret is made here and shown this once',
    body: Type.Object(
      {
        kind: ChannelKind,
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' }),
        settings: Values,
        secrets: Values,
      },
      { additionalProperties: false },
    ),
    reply: Made,
  },
  'PUT /api/accounts/:id': {
    summary: 'Settings and secrets; what is left out stays. Off: nothing comes in or goes out, rows stay',
    params: Id,
    body: Type.Object({ settings: Values, secrets: Values, isOff: Type.Boolean() }, { additionalProperties: false }),
    reply: Account,
  },
  'POST /api/accounts/:id/rotate': {
    summary: 'New secrets; the ones before hold for another day',
    params: Id,
    body: Type.Object({ secrets: Values }, { additionalProperties: false }),
    reply: Made,
  },
  'POST /api/accounts/:id/test': {
    summary: 'Tries what can be tried without a shopper, and says what is wrong',
    params: Id,
    reply: Type.Object({ ok: Type.Boolean(), detail: Type.String() }),
  },
} as const satisfies RouteTable;
