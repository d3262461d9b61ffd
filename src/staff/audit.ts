// The log of who changed what: written in the transaction of the change, never altered, each row chained to the one before.
import type { ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { maskPersonalData } from '../policy/mask.ts';

export interface AuditNote {
  /** Null: the terminal, or the engine. */
  by: StaffId | null;
  /** `<what>.<verb>`, such as `team.change`; the console has a word for each. */
  action: string;
  /** What was changed, as people call it. */
  subject: string;
  before?: unknown;
  after?: unknown;
}

const SECRET = /secret|password|token|hash|aeskey|recovery/i;
const TEXT_MAX = 1_000;

/** Secrets leave only the fact that they were there; personal data is masked, long texts are cut. */
function masked(value: unknown, name = ''): unknown {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return value;
  if (SECRET.test(name)) return '***';
  if (typeof value === 'string') return maskPersonalData(value.replaceAll('\u0000', '').slice(0, TEXT_MAX));
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((one) => masked(one));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one, key)]));
}

const asJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(masked(value));

/** The last thing in the transaction of the change: it waits for others who write the shop's log. */
export async function writeAudit(tx: PoolClient, shopId: ShopId, note: AuditNote): Promise<void> {
  await tx.query(
    `insert into audit_log (shop_id, seq, at, hash, staff_id, action, subject, before, after)
     values ($1, 0, now(), '', $2, $3, $4, $5::jsonb, $6::jsonb)`,
    [shopId, note.by, note.action, note.subject.slice(0, 200), asJson(note.before), asJson(note.after)],
  );
}

export interface AuditRow {
  seq: number;
  at: string;
  by: { id: string; name: string } | null;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
}

export interface AuditFilter {
  staff?: string;
  /** The part of an action before the full stop. */
  area?: string;
  from?: string;
  until?: string;
  cursor?: number;
  limit: number;
}

export async function readAudit(
  pool: Pool,
  shopId: ShopId,
  { staff, area, from, until, cursor, limit }: AuditFilter,
): Promise<{ items: AuditRow[]; next: string | null }> {
  const { rows } = await shopQuery<Omit<AuditRow, 'at' | 'seq'> & { at: Date; seq: string }>(
    pool,
    shopId,
    `select a.seq, a.at, a.action, a.subject, a.before, a.after,
       case when s.id is not null then jsonb_build_object('id', s.id::text, 'name', s.name) end as by
     from audit_log a left join staff s on s.id = a.staff_id
     where ($1::bigint is null or a.staff_id = $1) and ($2::text is null or split_part(a.action, '.', 1) = $2)
       and ($3::timestamptz is null or a.at >= $3) and ($4::timestamptz is null or a.at < $4)
       and ($5::bigint is null or a.seq < $5)
     order by a.seq desc limit $6`,
    [staff ?? null, area ?? null, from ?? null, until ?? null, cursor ?? null, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }));
  return { items, next: rows.length > limit ? String(items.at(-1)!.seq) : null };
}

/** The first row that does not follow from the one before it; null when the log is as it was written. */
export async function brokenAuditRow(pool: Pool, shopId: ShopId): Promise<number | null> {
  const { rows } = await shopQuery<{ seq: string }>(
    pool,
    shopId,
    `select x.seq from (select a.seq, a.hash, lag(a.seq, 1, 0::bigint) over w as last,
         audit_hash(lag(a.hash, 1, '') over w, a) as should
       from audit_log a window w as (order by a.seq)) x
     where x.hash <> x.should or x.seq <> x.last + 1 order by x.seq limit 1`,
  );
  return rows[0] ? Number(rows[0].seq) : null;
}
