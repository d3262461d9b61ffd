// Endpoints as an admin keeps them: made, changed, given a new secret, looked at, told again. Knows no HTTP.
import { randomBytes } from 'node:crypto';
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { HookKind } from '../contract/hook.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import type { Seal } from '../db/seal.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { writeAudit } from '../staff/audit.ts';
import { IS_ADDRESS } from './lines.ts';

export interface Hook {
  id: string;
  url: string;
  description: string;
  /** None: all. */
  kinds: HookKind[];
  state: 'active' | 'paused' | 'disabled';
  /** Why it was disabled. */
  reason: string | null;
  /** Events up to here have been taken over for it; so many have not been looked at. */
  sequence: number;
  behind: number;
  failingSince: string | null;
  lastError: string | null;
  lastSuccessAt: string | null;
  createdAt: string;
  waiting: number;
  dead: number;
  /** Until then the previous secret signs too. */
  previousSecretUntil: string | null;
}

export interface HookDelivery {
  id: string;
  sequence: number;
  kind: HookKind;
  state: 'new' | 'sending' | 'delivered' | 'dead';
  attempts: number;
  nextAt: string | null;
  status: number | null;
  lastError: string | null;
  createdAt: string;
  doneAt: string | null;
}

export interface HookSettings {
  url: string;
  description: string;
  kinds: HookKind[];
}

export interface HookChange extends Partial<HookSettings> {
  state?: 'active' | 'paused';
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const;
export type DeliveryFilter = (typeof DELIVERY_STATES)[number];

export interface HookStore {
  list(shopId: ShopId): Promise<Hook[]>;
  /** Told from now on. The secret is shown this once. */
  create(shopId: ShopId, settings: HookSettings, by?: StaffId): Promise<{ hook: Hook; secret: string }>;
  /** Null when there is none; the same below. A new address or `active` starts anew: what waits is told at once. */
  change(shopId: ShopId, id: string, change: HookChange, by?: StaffId): Promise<Hook | null>;
  remove(shopId: ShopId, id: string, by?: StaffId): Promise<boolean>;
  rotateSecret(shopId: ShopId, id: string, by?: StaffId): Promise<{ secret: string; previousUntil: string } | null>;
  deliveries(
    shopId: ShopId,
    id: string,
    page: { state: DeliveryFilter; limit: number; cursor?: string },
  ): Promise<{ items: HookDelivery[]; next: string | null }>;
  /** Every event from this sequence on is told again, in order; deliveries not yet sent are not told twice. */
  replayFrom(shopId: ShopId, id: string, sequence: number, by?: StaffId): Promise<boolean>;
  /** One dead letter gets one more try, before all that wait. */
  replayDead(shopId: ShopId, id: string, deliveryId: string, by?: StaffId): Promise<boolean>;
}

const ENDPOINTS_MAX = 20;
/** 256 bits; the specification asks for 192 to 512. */
const SECRET_BYTES = 32;
const PREVIOUS_HOURS = 24;
/** Beyond the end of any schedule: who replays is looking, and a letter that dies again must not hold up the others. */
const LAST_ATTEMPT = 1_000;

/** Where an endpoint's secret is sealed to. */
export const placeOf = (shopId: ShopId, endpointId: string): string => `hook_endpoints:${shopId}:${endpointId}`;

const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const HOOK = `e.id::text, e.url, e.description, e.kinds, e.state, e.reason, e.cursor_seq as sequence,
  greatest(0, (select t.seq from topics t where t.topic = 'desk') - e.cursor_seq)::int as behind,
  e.failing_since as "failingSince", e.last_error as "lastError", e.last_success_at as "lastSuccessAt", e.created_at as "createdAt",
  case when e.previous_until > now() then e.previous_until end as "previousSecretUntil",
  (select count(*)::int from hook_deliveries d where d.endpoint_id = e.id and d.state in ('new', 'sending')) as waiting,
  (select count(*)::int from hook_deliveries d where d.endpoint_id = e.id and d.state = 'dead') as dead`;

const DELIVERY = `id::text, seq as sequence, kind, state, attempt as attempts, status, last_error as "lastError", created_at as "createdAt",
  case when state = 'new' then next_at end as "nextAt", done_at as "doneAt"`;

const STATES_OF: Readonly<Record<DeliveryFilter, readonly string[]>> = {
  waiting: ['new', 'sending'],
  delivered: ['delivered'],
  dead: ['dead'],
};

type Row<T extends { sequence: number }> = Omit<T, 'sequence'> & { sequence: string };
const withNumber = <T extends { sequence: number }>(row: Row<T>): T =>
  ({ ...row, sequence: Number(row.sequence) }) as unknown as T;

async function readHook(tx: PoolClient, id: string): Promise<Hook | null> {
  const { rows } = await tx.query<Row<Hook>>(`select ${HOOK} from hook_endpoints e where e.id = $1 and ${IS_ADDRESS}`, [
    id,
  ]);
  return rows[0] ? withNumber<Hook>(rows[0]) : null;
}

/** Every change of an endpoint or its line of deliveries stands behind this lock, as the sender's do. */
async function lock(tx: PoolClient, id: string): Promise<{ url: string; state: Hook['state'] } | null> {
  const { rows } = await tx.query<{ url: string; state: Hook['state'] }>(
    `select url, state from hook_endpoints where id = $1 and ${IS_ADDRESS} for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

async function startAnew(tx: PoolClient, id: string): Promise<void> {
  await tx.query(
    `update hook_endpoints set state = 'active', reason = null, failing_since = null, last_error = null where id = $1`,
    [id],
  );
  await tx.query(`update hook_deliveries set next_at = now(), attempt = 0 where endpoint_id = $1 and state = 'new'`, [
    id,
  ]);
}

async function create(
  tx: PoolClient,
  seal: Seal,
  shopId: ShopId,
  settings: HookSettings,
): Promise<{ hook: Hook; secret: string }> {
  const secret = newSecret();
  // counted under the shop's lock, so that two at once cannot both be the last
  await tx.query('select 1 from shops where id = $1 for no key update', [shopId]);
  const { rows: counted } = await tx.query<{ n: number }>(
    `select count(*)::int as n from hook_endpoints where ${IS_ADDRESS}`,
  );
  if (counted[0]!.n >= ENDPOINTS_MAX)
    throw new AppError('wrong_state', `最多设置 ${ENDPOINTS_MAX} 个推送地址，请先删除不用的`);
  const { rows } = await tx.query<{ id: string }>(
    `insert into hook_endpoints (shop_id, url, description, kinds, secret, cursor_seq)
     values ($1, $2, $3, $4, '', coalesce((select seq from topics where topic = 'desk'), 0)) returning id::text`,
    [shopId, settings.url, settings.description, settings.kinds],
  );
  const id = rows[0]!.id;
  await tx.query('update hook_endpoints set secret = $2 where id = $1', [id, seal.seal(secret, placeOf(shopId, id))]);
  return { hook: (await readHook(tx, id))!, secret };
}

async function change(tx: PoolClient, id: string, given: HookChange): Promise<Hook | null> {
  const before = await lock(tx, id);
  if (before === null) return null;
  await tx.query(
    `update hook_endpoints set url = coalesce($2, url), description = coalesce($3, description), kinds = coalesce($4, kinds),
       state = case when $5 = 'paused' then $5 else state end, reason = case when $5 = 'paused' then null else reason end
     where id = $1`,
    [id, given.url ?? null, given.description ?? null, given.kinds ?? null, given.state ?? null],
  );
  const moved = given.url !== undefined && given.url !== before.url;
  const paused = (given.state ?? before.state) === 'paused';
  if (given.state === 'active' || (moved && !paused)) await startAnew(tx, id);
  return readHook(tx, id);
}

async function rewind(tx: PoolClient, id: string, sequence: number): Promise<boolean> {
  if ((await lock(tx, id)) === null) return false;
  await tx.query(`delete from hook_deliveries where endpoint_id = $1 and state = 'new' and seq >= $2`, [id, sequence]);
  await tx.query('update hook_endpoints set cursor_seq = least(cursor_seq, $2::bigint - 1) where id = $1', [
    id,
    sequence,
  ]);
  return true;
}

/** The path of an address may be a key; its host is not. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

const kept = ({ url, description, kinds, state }: Hook) => ({ host: hostOf(url), description, kinds, state });

interface Noted {
  by: StaffId | undefined;
  what: 'add' | 'change' | 'remove' | 'rotate' | 'replay';
  of: string;
  before?: object;
  after?: object;
}

async function note(tx: PoolClient, shopId: ShopId, { by, what, of, before, after }: Noted): Promise<void> {
  await writeAudit(tx, shopId, { by: by ?? null, action: `hook.${what}`, subject: of, before, after });
}

export function createHookStore({ pool, seal }: { pool: Pool; seal: Seal }): HookStore {
  return {
    async list(shopId) {
      const { rows } = await shopQuery<Row<Hook>>(
        pool,
        shopId,
        `select ${HOOK} from hook_endpoints e where ${IS_ADDRESS} order by e.id`,
        [],
      );
      return rows.map((row) => withNumber<Hook>(row));
    },
    create: (shopId, settings, by) =>
      inShop(pool, shopId, async (tx) => {
        const made = await create(tx, seal, shopId, settings);
        await note(tx, shopId, {
          by,
          what: 'add',
          of: hostOf(settings.url),
          after: { ...settings, url: hostOf(settings.url) },
        });
        return made;
      }),
    change: (shopId, id, given, by) =>
      inShop(pool, shopId, async (tx) => {
        const before = await readHook(tx, id);
        const after = await change(tx, id, given);
        if (before === null || after === null) return null;
        await note(tx, shopId, { by, what: 'change', of: hostOf(after.url), before: kept(before), after: kept(after) });
        return after;
      }),
    remove: (shopId, id, by) =>
      inShop(pool, shopId, async (tx) => {
        const before = await readHook(tx, id);
        if (before === null) return false;
        await tx.query('delete from hook_endpoints where id = $1', [id]);
        await note(tx, shopId, { by, what: 'remove', of: hostOf(before.url), before: kept(before) });
        return true;
      }),
    rotateSecret: (shopId, id, by) =>
      inShop(pool, shopId, async (tx) => {
        const locked = await lock(tx, id);
        if (locked === null) return null;
        const secret = newSecret();
        const { rows } = await tx.query<{ until: Date }>(
          `update hook_endpoints set previous_secret = secret, previous_until = now() + $3 * interval '1 hour', secret = $2
           where id = $1 returning previous_until as until`,
          [id, seal.seal(secret, placeOf(shopId, id)), PREVIOUS_HOURS],
        );
        const previousUntil = rows[0]!.until.toISOString();
        await note(tx, shopId, { by, what: 'rotate', of: hostOf(locked.url), after: { oldHoldsUntil: previousUntil } });
        return { secret, previousUntil };
      }),
    async deliveries(shopId, id, { state, limit, cursor }) {
      const { rows } = await shopQuery<Row<HookDelivery>>(
        pool,
        shopId,
        `select ${DELIVERY} from hook_deliveries d where endpoint_id = $1 and state = any($2) and ($3::bigint is null or d.id < $3)
         order by d.id desc limit $4`,
        [id, STATES_OF[state], cursor ?? null, limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => withNumber<HookDelivery>(row));
      return { items, next: rows.length > limit ? items.at(-1)!.id : null };
    },
    replayFrom: (shopId, id, sequence, by) =>
      inShop(pool, shopId, async (tx) => {
        const hook = await readHook(tx, id);
        if (hook === null || !(await rewind(tx, id, sequence))) return false;
        await note(tx, shopId, { by, what: 'replay', of: hostOf(hook.url), after: { fromSequence: sequence } });
        return true;
      }),
    replayDead: (shopId, id, deliveryId, by) =>
      inShop(pool, shopId, async (tx) => {
        const locked = await lock(tx, id);
        if (locked === null) return false;
        const { rowCount } = await tx.query(
          `update hook_deliveries set state = 'new', attempt = $3, next_at = now(), done_at = null
           where id = $2 and endpoint_id = $1 and state = 'dead'`,
          [id, deliveryId, LAST_ATTEMPT],
        );
        if (rowCount !== 1) return false;
        await note(tx, shopId, { by, what: 'replay', of: hostOf(locked.url), after: { delivery: deliveryId } });
        return true;
      }),
  };
}
