// Staff accounts, sessions, one-time sign-in links and presence.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { checkPassword, hashPassword, hashToken, newToken, PASSWORD_MIN } from './passwords.ts';

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

export interface Session {
  token: string;
  csrf: string;
  staff: Staff;
}

const SESSION_HOURS = 12;
const LINK_HOURS = 24;
const STAFF = 'id::text, shop_id::text as "shopId", login, name, role, teams';

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
    return rows[0]!;
  });
}

async function startSession(pool: Pool, staff: Staff): Promise<Session> {
  const session = { token: newToken(), csrf: newToken(), staff };
  await inShop(pool, staff.shopId, async (tx) => {
    await tx.query('delete from sessions where expires_at < now()');
    await tx.query(
      `insert into sessions (token_hash, shop_id, staff_id, csrf, expires_at) values ($1, $2, $3, $4, now() + $5 * interval '1 hour')`,
      [hashToken(session.token), staff.shopId, staff.id, session.csrf, SESSION_HOURS],
    );
  });
  return session;
}

/** @throws AppError `invalid_credentials`, the same for an unknown login and a wrong password. */
export async function signIn(pool: Pool, login: string, password: string): Promise<Session> {
  const shop = await pool.query<{ shop: string | null }>('select find_staff_shop($1)::text as shop', [login]);
  const shopId = shop.rows[0]?.shop ?? null;
  const found =
    shopId === null
      ? undefined
      : (
          await shopQuery<Staff & { hash: string | null }>(
            pool,
            shopId,
            `select ${STAFF}, password_hash as hash from staff where login = $1`,
            [login],
          )
        ).rows[0];
  if (!(await checkPassword(password, found?.hash ?? null)) || !found) throw new AppError('invalid_credentials');
  const { hash: _, ...staff } = found;
  return startSession(pool, staff);
}

/** Without a password: for the demo on this machine and for one-time links. */
export async function signInAs(pool: Pool, shopId: ShopId, login: string): Promise<Session | null> {
  const { rows } = await shopQuery<Staff>(pool, shopId, `select ${STAFF} from staff where login = $1`, [login]);
  return rows[0] ? startSession(pool, rows[0]) : null;
}

/** A link that signs in once. Earlier unused links of the person stop working. */
export async function createLink(pool: Pool, staff: Staff): Promise<string> {
  const token = newToken();
  await inShop(pool, staff.shopId, async (tx) => {
    await tx.query('delete from sign_in_links where staff_id = $1 or expires_at < now()', [staff.id]);
    await tx.query(
      `insert into sign_in_links (token_hash, shop_id, staff_id, expires_at) values ($1, $2, $3, now() + $4 * interval '1 hour')`,
      [hashToken(token), staff.shopId, staff.id, LINK_HOURS],
    );
  });
  return token;
}

/** @throws AppError `link_expired` when it was used, has expired or never was. */
export async function signInByLink(pool: Pool, token: string): Promise<Session> {
  const hash = hashToken(token);
  const shop = await pool.query<{ shop: string | null }>('select find_link_shop($1)::text as shop', [hash]);
  const shopId = shop.rows[0]?.shop;
  if (!shopId) throw new AppError('link_expired');
  const staff = await inShop(pool, shopId, async (tx) => {
    const used = await tx.query<{ staff_id: string }>(
      'update sign_in_links set used_at = now() where token_hash = $1 and used_at is null and expires_at > now() returning staff_id',
      [hash],
    );
    if (!used.rows[0]) throw new AppError('link_expired');
    return (await tx.query<Staff>(`select ${STAFF} from staff where id = $1`, [used.rows[0].staff_id])).rows[0]!;
  });
  return startSession(pool, staff);
}

/** The live session behind a cookie, or null. */
export async function readSession(pool: Pool, token: string): Promise<Session | null> {
  const hash = hashToken(token);
  const shop = await pool.query<{ shop: string | null }>({
    name: 'find-session',
    text: 'select find_session_shop($1)::text as shop',
    values: [hash],
  });
  const shopId = shop.rows[0]?.shop;
  if (!shopId) return null;
  const { rows } = await shopQuery<Staff & { csrf: string }>(
    pool,
    shopId,
    `select s.id::text, s.shop_id::text as "shopId", s.login, s.name, s.role, s.teams, e.csrf
     from sessions e join staff s on s.id = e.staff_id where e.token_hash = $1 and e.expires_at > now()`,
    [hash],
  );
  if (!rows[0]) return null;
  const { csrf, ...staff } = rows[0];
  return { token, csrf, staff };
}

/** The name of the shop somebody is signed in to, for the bar of the console. */
export async function readShopName(pool: Pool, shopId: ShopId): Promise<string> {
  const { rows } = await shopQuery<{ name: string }>(pool, shopId, 'select name from shops where id = $1', [shopId]);
  return rows[0]!.name;
}

export async function endSession(pool: Pool, session: Session): Promise<void> {
  await inShop(pool, session.staff.shopId, (tx) =>
    tx.query('delete from sessions where token_hash = $1', [hashToken(session.token)]),
  );
}

/**
 * Also the heartbeat: repeated within 60 s it keeps the person online. True when the presence is another than before.
 * The caller's transaction may hold the person's lock.
 */
export async function writePresence(tx: PoolClient, id: StaffId, presence: Presence): Promise<boolean> {
  const { rows } = await tx.query<{ changed: boolean }>(
    `update staff set presence = $2, presence_at = now(),
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
     from staff s order by s.name, s.id`,
  );
  return rows;
}

/** False when the shop has no such person. */
export async function saveSkills(
  pool: Pool,
  shopId: ShopId,
  id: StaffId,
  to: Pick<Colleague, 'teams' | 'skills' | 'languages' | 'capacity' | 'channelCapacity'>,
): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    const { rowCount } = await tx.query(
      `update staff set teams = $2, skills = $3, languages = $4, capacity = $5, channel_capacity = $6::jsonb where id = $1`,
      [id, to.teams, to.skills, to.languages, to.capacity, JSON.stringify(to.channelCapacity)],
    );
    return rowCount === 1;
  });
}
