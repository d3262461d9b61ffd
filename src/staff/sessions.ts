// Sessions: signing in by password or one-time link, the second factor's place in it, devices, the end of a session.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import { STAFF, type Staff } from './accounts.ts';
import { checkPassword, hashToken, newToken } from './passwords.ts';

/** What a sign-in still lacks: nothing, a code, or a second factor to be set up. */
export type Second = 'done' | 'code' | 'enrol';

export interface Session {
  id: string;
  token: string;
  csrf: string;
  second: Second;
  staff: Staff;
}

/** A row of who is signed in where. */
export interface Device {
  id: string;
  device: string;
  createdAt: Date;
  seenAt: Date;
}

const SESSION_HOURS = 12;
/** Nobody at the keyboard for so long: signed out. OWASP ASVS 5.0 7.3.1; a desk sends a sign of life each half minute. */
const IDLE_MINUTES = 30;
export const LINK_HOURS = 24;
/** Seen is written down no oftener than this. */
const SEEN_SECONDS = 60;
const DEVICE_MAX = 200;

const LIVE = `e.expires_at > now() and e.seen_at > now() - interval '${IDLE_MINUTES} minutes'`;

async function startSession(pool: Pool, staff: Staff, device: string): Promise<Session> {
  const session = { token: newToken(), csrf: newToken(), staff };
  return inShop(pool, staff.shopId, async (tx) => {
    await tx.query(`delete from sessions e where not (${LIVE})`);
    const { rows } = await tx.query<{ id: string; second: Second }>(
      `insert into sessions (token_hash, shop_id, staff_id, csrf, expires_at, device, second)
       select $1, $2, s.id, $4, now() + $5 * interval '1 hour', $6, case when s.totp_secret is not null then 'code'
         when s.role = 'admin' and exists (select from shop_settings o where o.totp_for_admins) then 'enrol' else 'done' end
       from staff s where s.id = $3 and s.deactivated_at is null returning id::text, second`,
      [
        hashToken(session.token),
        staff.shopId,
        staff.id,
        session.csrf,
        SESSION_HOURS,
        device.replaceAll('\u0000', '').slice(0, DEVICE_MAX),
      ],
    );
    if (!rows[0]) throw new AppError('invalid_credentials');
    return { ...session, ...rows[0] };
  });
}

/** @throws AppError `invalid_credentials`, the same for an unknown login, a wrong password and somebody who left. */
export async function signIn(pool: Pool, login: string, password: string, device: string): Promise<Session> {
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
  return startSession(pool, staff, device);
}

/** Without a password: for the demo on this machine. */
export async function signInAs(pool: Pool, shopId: ShopId, login: string, device: string): Promise<Session | null> {
  const { rows } = await shopQuery<Staff>(
    pool,
    shopId,
    `select ${STAFF} from staff where login = $1 and deactivated_at is null`,
    [login],
  );
  return rows[0] ? startSession(pool, rows[0], device) : null;
}

/** A link that signs in once. Earlier unused links of the person stop working. */
export async function createLink(pool: Pool, staff: Pick<Staff, 'id' | 'shopId'>): Promise<string> {
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
export async function signInByLink(pool: Pool, token: string, device: string): Promise<Session> {
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
  return startSession(pool, staff, device);
}

/** The live session behind a cookie, or null. Reading it is being seen. */
export async function readSession(pool: Pool, token: string): Promise<Session | null> {
  const hash = hashToken(token);
  const shop = await pool.query<{ shop: string | null }>({
    name: 'find-session',
    text: 'select find_session_shop($1)::text as shop',
    values: [hash],
  });
  const shopId = shop.rows[0]?.shop;
  if (!shopId) return null;
  const { rows } = await shopQuery<Staff & { csrf: string; second: Second; session: string; stale: boolean }>(
    pool,
    shopId,
    `select s.id::text, s.shop_id::text as "shopId", s.login, s.name, s.role, s.teams, e.csrf, e.second, e.id::text as session,
       e.seen_at < now() - interval '${SEEN_SECONDS} seconds' as stale
     from sessions e join staff s on s.id = e.staff_id and s.deactivated_at is null where e.token_hash = $1 and ${LIVE}`,
    [hash],
  );
  if (!rows[0]) return null;
  const { csrf, second, session, stale, ...staff } = rows[0];
  if (stale)
    await inShop(pool, shopId, (tx) => tx.query('update sessions set seen_at = now() where token_hash = $1', [hash]));
  return { id: session, token, csrf, second, staff };
}

/** The second factor is there: the session holds from now on, under a new token, so that the one before it is worth nothing. */
export async function completeSession(pool: Pool, session: Session): Promise<Session> {
  const next: Session = { ...session, token: newToken(), csrf: newToken(), second: 'done' };
  const { rowCount } = await inShop(pool, session.staff.shopId, (tx) =>
    tx.query(`update sessions set token_hash = $2, csrf = $3, second = 'done', seen_at = now() where token_hash = $1`, [
      hashToken(session.token),
      hashToken(next.token),
      next.csrf,
    ]),
  );
  if (rowCount !== 1) throw new AppError('unauthorized');
  return next;
}

/** A sign of life of an open page; false when the session is over. */
export async function seenAlive(pool: Pool, { id, staff }: Session): Promise<boolean> {
  const { rowCount } = await inShop(pool, staff.shopId, (tx) =>
    tx.query(`update sessions e set seen_at = now() where e.id = $1 and ${LIVE}`, [id]),
  );
  return rowCount === 1;
}

export async function endSession(pool: Pool, session: Session): Promise<void> {
  await inShop(pool, session.staff.shopId, (tx) => tx.query('delete from sessions where id = $1', [session.id]));
}

export async function listDevices(pool: Pool, staff: Pick<Staff, 'id' | 'shopId'>): Promise<Device[]> {
  const { rows } = await shopQuery<Device>(
    pool,
    staff.shopId,
    `select e.id::text, e.device, e.created_at as "createdAt", e.seen_at as "seenAt" from sessions e
     where e.staff_id = $1 and ${LIVE} order by e.seen_at desc, e.id desc`,
    [staff.id],
  );
  return rows;
}

/** Everywhere but here; `id` for one of them only. The number of sessions that ended. */
export async function endOtherSessions(pool: Pool, { id, staff }: Session, only: string | null): Promise<number> {
  const ended = await inShop(pool, staff.shopId, (tx) =>
    tx.query('delete from sessions where staff_id = $1 and id <> $2 and ($3::bigint is null or id = $3)', [
      staff.id,
      id,
      only,
    ]),
  );
  return ended.rowCount ?? 0;
}

/** Everywhere. In the caller's transaction. */
export async function endAllSessions(tx: { query(sql: string, values: unknown[]): Promise<unknown> }, id: StaffId) {
  await tx.query('delete from sessions where staff_id = $1', [id]);
  await tx.query('delete from sign_in_links where staff_id = $1', [id]);
}
