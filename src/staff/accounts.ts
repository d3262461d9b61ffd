// Staff accounts, presence, and what each can carry. Sessions are beside, in sessions.ts.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { writeAudit } from './audit.ts';
import { hashPassword, PASSWORD_MIN } from './passwords.ts';

export const ROLES = ['agent', 'supervisor', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export const PRESENCES = ['online', 'busy', 'away', 'offline'] as const;
export type Presence = (typeof PRESENCES)[number];

export interface Staff {
  id: StaffId;
  shopId: ShopId;
  login: string;
  name: string;
  role: Role;
  teams: string[];
}

/** A person's columns, as `Staff` has them. */
export const STAFF = 'id::text, shop_id::text as "shopId", login, name, role, teams';

export interface NewStaff {
  login: string;
  name: string;
  role: Role;
  teams: string[];
  password: string | null;
}

/** Adds a person, or changes name, role, teams and password of the one with this login. @throws AppError on a weak password or a login of another shop */
export async function saveStaff(pool: Pool, shopId: ShopId, staff: NewStaff): Promise<Staff> {
  if (!/^[a-z0-9][a-z0-9._@-]{1,63}$/i.test(staff.login)) {
    throw new AppError('invalid_request', `账号 "${staff.login}" 不合要求：应为 2–64 位字母、数字或 . _ @ -`);
  }
  if (staff.password !== null && staff.password.length < PASSWORD_MIN) {
    throw new AppError('invalid_request', `密码太短：至少 ${PASSWORD_MIN} 位`);
  }
  const hash = staff.password === null ? null : await hashPassword(staff.password);
  return inShop(pool, shopId, async (tx) => {
    const other = await tx.query<{ shop: string | null }>('select find_staff_shop($1)::text as shop', [staff.login]);
    const owner = other.rows[0]?.shop;
    if (owner && owner !== shopId) throw new AppError('invalid_request', `账号 "${staff.login}" 已被使用，请换一个`);
    const { rows } = await tx.query<Staff>(
      `insert into staff as s (shop_id, login, name, role, teams, password_hash) values ($1, $2, $3, $4, $5, $6)
       on conflict (login) do update set name = excluded.name, role = excluded.role, teams = excluded.teams,
         password_hash = coalesce(excluded.password_hash, s.password_hash) returning ${STAFF}`,
      [shopId, staff.login, staff.name, staff.role, staff.teams, hash],
    );
    await writeAudit(tx, shopId, {
      by: null,
      action: 'staff.add',
      subject: staff.name,
      after: { login: staff.login, role: staff.role, teams: staff.teams },
    });
    return rows[0]!;
  });
}

/** A shorter absence is no rest. */
const REST_MINUTES = 3;

/**
 * Also the heartbeat: repeated within 60 s it keeps the person online. True when the presence is another than before.
 * The caller's transaction may hold the person's lock.
 */
export async function writePresence(tx: PoolClient, id: StaffId, presence: Presence): Promise<boolean> {
  const { rows } = await tx.query<{ changed: boolean }>(
    `update staff set presence = $2, presence_at = now(),
       rested_at = case when presence in ('away', 'offline') and $2 not in ('away', 'offline')
         and presence_since < now() - interval '${REST_MINUTES} minutes' then now() else rested_at end,
       presence_since = case when presence = $2 then presence_since else now() end
     where id = $1 returning presence_since = now() as changed`,
    [id, presence],
  );
  return rows[0]?.changed ?? false;
}

/** A sign of life that leaves the presence as it is; somebody who is offline stays so. */
export async function keepAlive(pool: Pool, staff: Staff): Promise<void> {
  await inShop(pool, staff.shopId, (tx) =>
    tx.query(`update staff set presence_at = now() where id = $1 and presence <> 'offline'`, [staff.id]),
  );
}

export interface Colleague {
  id: StaffId;
  name: string;
  role: Role;
  teams: string[];
  skills: string[];
  languages: string[];
  /** As the queue sees it: without a sign of life for a minute nobody is online. */
  presence: Presence;
  capacity: number;
  channelCapacity: Record<string, number>;
  /** Weighted conversations they have or are being offered. */
  load: number;
}

export async function listStaff(pool: Pool, shopId: ShopId): Promise<Colleague[]> {
  const { rows } = await shopQuery<Colleague>(
    pool,
    shopId,
    `select s.id::text, s.name, s.role, s.teams, s.skills, s.languages, s.capacity, s.channel_capacity as "channelCapacity",
       case when s.presence_at > now() - interval '60 seconds' then s.presence else 'offline' end as presence,
       (select coalesce(sum(h.weight), 0)::int from handoffs h where (h.state = 'with-agent' and h.accepted_by = s.id)
         or (h.state = 'offered' and h.offered_to = s.id)) as load
     from staff s where s.deactivated_at is null order by s.name, s.id`,
  );
  return rows;
}

/** What an agent can do and how much at once, as it was before; null when the shop has no such person. */
export async function saveSkills(
  tx: PoolClient,
  id: StaffId,
  to: Pick<Colleague, 'teams' | 'skills' | 'languages' | 'capacity' | 'channelCapacity'>,
): Promise<(typeof to & { name: string }) | null> {
  const { rows } = await tx.query<typeof to & { name: string }>(
    `select name, teams, skills, languages, capacity, channel_capacity as "channelCapacity" from staff where id = $1 for no key update`,
    [id],
  );
  await tx.query(
    `update staff set teams = $2, skills = $3, languages = $4, capacity = $5, channel_capacity = $6::jsonb where id = $1`,
    [id, to.teams, to.skills, to.languages, to.capacity, JSON.stringify(to.channelCapacity)],
  );
  return rows[0] ?? null;
}

/** The name of the shop somebody is signed in to, for the bar of the console. */
export async function readShopName(pool: Pool, shopId: ShopId): Promise<string> {
  const { rows } = await shopQuery<{ name: string }>(pool, shopId, 'select name from shops where id = $1', [shopId]);
  return rows[0]!.name;
}
