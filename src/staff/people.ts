// Colleagues as an admin keeps them: added, changed, given a way in, sent away; and one's own password.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import { AppError } from '../errors.ts';
import type { Role, Staff } from './accounts.ts';
import { writeAudit } from './audit.ts';
import { checkPassword, hashPassword, PASSWORD_MIN } from './passwords.ts';
import { endAllSessions, type Session } from './sessions.ts';

export interface Person {
  id: StaffId;
  login: string;
  name: string;
  role: Role;
  teams: string[];
  skills: string[];
  languages: string[];
  capacity: number;
  isActive: boolean;
  hasPassword: boolean;
  hasSecondFactor: boolean;
  lastSeenAt: Date | null;
}

export interface PersonChange {
  name: string;
  role: Role;
  teams: string[];
  skills: string[];
  languages: string[];
  capacity: number;
}

const PERSON = `s.id::text, s.login, s.name, s.role, s.teams, s.skills, s.languages, s.capacity, s.deactivated_at is null as "isActive",
  s.password_hash is not null as "hasPassword", s.totp_secret is not null as "hasSecondFactor"`;

export async function listPeople(pool: Pool, shopId: ShopId): Promise<Person[]> {
  const { rows } = await shopQuery<Person>(
    pool,
    shopId,
    `select ${PERSON}, greatest(s.presence_at, (select max(e.seen_at) from sessions e where e.staff_id = s.id)) as "lastSeenAt"
     from staff s order by s.deactivated_at is not null, s.name, s.id`,
  );
  return rows;
}

const missing = () => new AppError('not_found', '没有这位同事');

async function lockPerson(tx: PoolClient, id: StaffId): Promise<Person> {
  const { rows } = await tx.query<Person>(`select ${PERSON} from staff s where s.id = $1 for no key update`, [id]);
  if (!rows[0]) throw missing();
  return rows[0];
}

/** A shop without an admin could not be changed by anybody any more. */
async function refuseLastAdmin(tx: PoolClient, shopId: ShopId, id: StaffId): Promise<void> {
  await tx.query('select 1 from shops where id = $1 for no key update', [shopId]);
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from staff where role = 'admin' and deactivated_at is null and id <> $1`,
    [id],
  );
  if (rows[0]!.n === 0) throw new AppError('wrong_state', '这是最后一位管理员，请先让另一位同事成为管理员');
}

const noted = ({ name, role, teams, skills, languages, capacity }: PersonChange): PersonChange => ({
  name,
  role,
  teams,
  skills,
  languages,
  capacity,
});

/** @throws AppError `invalid_request` with the field when the login is taken or unfit */
export async function addPerson(pool: Pool, by: Staff, given: PersonChange & { login: string }): Promise<Person> {
  if (!/^[a-z0-9][a-z0-9._@-]{1,63}$/i.test(given.login))
    throw new AppError('invalid_request', '账号应为 2–64 位字母、数字或 . _ @ -', { field: 'login' });
  return inShop(pool, by.shopId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into staff (shop_id, login, name, role, teams, skills, languages, capacity) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (login) do nothing returning id::text`,
      [by.shopId, given.login, given.name, given.role, given.teams, given.skills, given.languages, given.capacity],
    );
    if (!rows[0]) throw new AppError('invalid_request', `账号“${given.login}”已被使用，请换一个`, { field: 'login' });
    const person = await lockPerson(tx, rows[0].id);
    await writeAudit(tx, by.shopId, {
      by: by.id,
      action: 'staff.add',
      subject: given.name,
      after: { login: given.login, ...noted(given) },
    });
    return person;
  });
}

export async function changePerson(pool: Pool, by: Staff, id: StaffId, to: PersonChange): Promise<Person> {
  return inShop(pool, by.shopId, async (tx) => {
    const before = await lockPerson(tx, id);
    if (before.role === 'admin' && to.role !== 'admin') await refuseLastAdmin(tx, by.shopId, id);
    await tx.query(
      'update staff set name = $2, role = $3, teams = $4, skills = $5, languages = $6, capacity = $7 where id = $1',
      [id, to.name, to.role, to.teams, to.skills, to.languages, to.capacity],
    );
    const person = await lockPerson(tx, id);
    await writeAudit(tx, by.shopId, {
      by: by.id,
      action: 'staff.change',
      subject: to.name,
      before: noted(before),
      after: noted(to),
    });
    return person;
  });
}

/** Away for good, or back. Sessions and links end at once; what they had in hand is the caller's to give back. */
export async function setActive(pool: Pool, by: Staff, id: StaffId, isActive: boolean): Promise<Person> {
  if (id === by.id) throw new AppError('wrong_state', '不能停用自己的账号');
  return inShop(pool, by.shopId, async (tx) => {
    const before = await lockPerson(tx, id);
    if (before.isActive === isActive) return before;
    if (before.role === 'admin' && !isActive) await refuseLastAdmin(tx, by.shopId, id);
    await tx.query('update staff set deactivated_at = case when $2 then null else now() end where id = $1', [
      id,
      isActive,
    ]);
    if (!isActive) await endAllSessions(tx, id);
    const action = isActive ? 'staff.activate' : 'staff.deactivate';
    await writeAudit(tx, by.shopId, { by: by.id, action, subject: before.name });
    return { ...before, isActive };
  });
}

/** Before a new link is handed out: nobody who has left gets one. Old sessions and the password end with it. */
export async function resetAccess(pool: Pool, by: Staff, id: StaffId): Promise<Person> {
  return inShop(pool, by.shopId, async (tx) => {
    const person = await lockPerson(tx, id);
    if (!person.isActive) throw new AppError('wrong_state', '这位同事已停用，请先启用');
    if (id !== by.id) {
      await endAllSessions(tx, id);
      await tx.query('update staff set password_hash = null where id = $1', [id]);
    }
    await writeAudit(tx, by.shopId, { by: by.id, action: 'staff.link', subject: person.name });
    return person;
  });
}

/** Everybody may know a few: the first in every list of leaked ones, and what people make of the product's name. */
const COMMON = /^(?:(.)\1+|(?:0?1234567890?|9876543210?|qwertyuiop|1q2w3e4r5t|password\d*|jiebang\d*|admin\d*)+)$/i;

/** One's own. Whoever has none yet (came by a link) needs no old one. Other devices are signed out. */
export async function changePassword(
  pool: Pool,
  { id: session, staff }: Session,
  { old, next }: { old: string; next: string },
): Promise<void> {
  if (next.length < PASSWORD_MIN)
    throw new AppError('invalid_request', `密码太短：至少 ${PASSWORD_MIN} 位`, { field: 'next' });
  if (COMMON.test(next) || next.toLowerCase().includes(staff.login.toLowerCase()))
    throw new AppError('invalid_request', '密码太容易猜到，请换一个', { field: 'next' });
  const { rows } = await shopQuery<{ hash: string | null }>(
    pool,
    staff.shopId,
    'select password_hash as hash from staff where id = $1',
    [staff.id],
  );
  const known = rows[0]?.hash ?? null;
  if (known !== null && !(await checkPassword(old, known)))
    throw new AppError('invalid_request', '原密码不正确', { field: 'old' });
  const hash = await hashPassword(next);
  await inShop(pool, staff.shopId, async (tx) => {
    await tx.query('update staff set password_hash = $2 where id = $1', [staff.id, hash]);
    await tx.query('delete from sessions where staff_id = $1 and id <> $2', [staff.id, session]);
    await writeAudit(tx, staff.shopId, { by: staff.id, action: 'password.change', subject: staff.name });
  });
}
