// The rows of channel accounts that an admin adds: settings in the open, secrets sealed. Knows no platform.
import type { ChannelKind, ShopId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { shopQuery } from '../db/transaction.ts';

/** By name; `previous` ones still hold until then. */
export interface AccountSecrets {
  current: Record<string, string>;
  previous: Record<string, string>;
  previousUntil: string | null;
}

export interface AccountRow {
  id: string;
  kind: ChannelKind;
  name: string;
  settings: Record<string, string>;
  /** Null: an account of the installation's settings. */
  secrets: string | null;
  isOff: boolean;
  changedAt: Date;
}

const ACCOUNT = 'id::text, kind, name, settings, secrets, is_off as "isOff", changed_at as "changedAt"';
/** How long an old secret holds beside the new one, so that the other side may change at leisure. */
const OVERLAP_HOURS = 24;

const placeOf = (shopId: ShopId, id: string): string => `channel_accounts:${shopId}:${id}`;

export async function readAccounts(pool: Pool, shopId: ShopId): Promise<AccountRow[]> {
  const { rows } = await shopQuery<AccountRow>(pool, shopId, `select ${ACCOUNT} from channel_accounts order by id`);
  return rows;
}

export async function lockAccount(tx: PoolClient, id: string): Promise<AccountRow | null> {
  const { rows } = await tx.query<AccountRow>(
    `select ${ACCOUNT} from channel_accounts where id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Null when the name is taken, by this shop or another: platforms are told an address that holds it. */
export async function insertAccount(
  tx: PoolClient,
  shopId: ShopId,
  { kind, name, settings }: Pick<AccountRow, 'kind' | 'name' | 'settings'>,
): Promise<AccountRow | null> {
  const { rows } = await tx.query<AccountRow>(
    `insert into channel_accounts (shop_id, kind, name, settings) values ($1, $2, $3, $4::jsonb)
     on conflict (kind, name) do nothing returning ${ACCOUNT}`,
    [shopId, kind, name, JSON.stringify(settings)],
  );
  return rows[0] ?? null;
}

export async function saveSecrets(
  tx: PoolClient,
  seal: Seal,
  shopId: ShopId,
  id: string,
  secrets: AccountSecrets,
): Promise<void> {
  await tx.query('update channel_accounts set secrets = $2, changed_at = now() where id = $1', [
    id,
    seal.seal(JSON.stringify(secrets), placeOf(shopId, id)),
  ]);
}

export async function saveAccount(
  tx: PoolClient,
  id: string,
  { settings, isOff }: Pick<AccountRow, 'settings' | 'isOff'>,
): Promise<void> {
  await tx.query('update channel_accounts set settings = $2::jsonb, is_off = $3, changed_at = now() where id = $1', [
    id,
    JSON.stringify(settings),
    isOff,
  ]);
}

/** What is given replaces what is there; with `overlap` the old ones hold for another day. */
export function rotated(known: AccountSecrets, given: Record<string, string>, overlap: boolean): AccountSecrets {
  const current = { ...known.current, ...given };
  if (!overlap) return { ...known, current };
  const previous = Object.fromEntries(Object.keys(given).map((name) => [name, known.current[name] ?? '']));
  return { current, previous, previousUntil: new Date(Date.now() + OVERLAP_HOURS * 3_600_000).toISOString() };
}

/** @throws AppError `unreadable_secret` */
export const openSecrets = (seal: Seal, shopId: ShopId, row: AccountRow): AccountSecrets =>
  row.secrets === null
    ? { current: {}, previous: {}, previousUntil: null }
    : (JSON.parse(seal.open(row.secrets, placeOf(shopId, row.id))) as AccountSecrets);

/** Old secrets that still hold. */
export const stillValid = ({ previous, previousUntil }: AccountSecrets, now = Date.now()): Record<string, string> =>
  previousUntil !== null && Date.parse(previousUntil) > now ? previous : {};
