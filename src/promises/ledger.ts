// The rows of the ledger of promises: written, changed under their lock, listed. Who may change what is decided elsewhere.
import type { Commitment, CommitmentFact, CommitmentState } from '../contract/commitment.ts';
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { PromiseKind } from '../contract/promise.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import { SHOP_TIME_ZONE } from './calendar.ts';
import { type ReminderKind, reminderTimes } from './reminders.ts';

/** Still to be kept, or to be said no promise at all. */
export const LIVE: readonly CommitmentState[] = ['suggested', 'open', 'carried', 'broken'];
/** Confirmed, and still to be kept. */
export const BINDING: readonly CommitmentState[] = ['open', 'carried', 'broken'];

const VIEW = `jsonb_build_object('id', c.id::text, 'state', c.state, 'kind', c.kind, 'task', c.task, 'evidence', c.evidence,
  'saidBy', c.said_by, 'conversationId', c.conversation_id::text, 'messageSeq', c.message_seq, 'orderId', c.order_id,
  'shopper', s.name, 'holder', case when st.id is null then null else jsonb_build_object('id', st.id::text, 'name', st.name) end,
  'dueAt', c.due_at, 'saidDueAt', c.said_due_at, 'slips', c.slips, 'brokenAt', c.broken_at, 'settledAt', c.settled_at,
  'note', c.note, 'createdAt', c.created_at)`;
const FROM = `from commitments c left join conversations v on v.id = c.conversation_id left join shoppers s on s.id = v.shopper_id
  left join staff st on st.id = c.staff_id`;

export interface CommitmentFilter {
  states: readonly CommitmentState[];
  holderId?: StaffId;
  /** Held by somebody of this team, or by nobody yet. */
  team?: string;
  conversationId?: ConversationId;
  /** `today` counts what is overdue as well; by `endOfToday`. */
  due?: 'overdue' | 'today' | 'undated';
  endOfToday: Date;
  limit: number;
  /** Opaque; from the last page's `next`. */
  cursor?: string;
}

/** By due time, those without one last. */
export async function listCommitments(
  pool: Pool,
  shopId: ShopId,
  filter: CommitmentFilter,
): Promise<{ items: Commitment[]; next: string | null }> {
  const key = `coalesce(to_char(c.due_at at time zone 'utc', 'YYYYMMDDHH24MISSUS'), '9') || lpad(c.id::text, 20, '0')`;
  const { rows } = await shopQuery<{ view: Commitment; key: string }>(
    pool,
    shopId,
    `select ${VIEW} as view, ${key} as key ${FROM}
     where c.state = any($1) and ($2::bigint is null or c.staff_id = $2)
       and ($3::text is null or c.staff_id is null or $3 = any(st.teams)) and ($4::bigint is null or c.conversation_id = $4)
       and case $5::text when 'overdue' then c.due_at < now() when 'today' then c.due_at <= $6 when 'undated' then c.due_at is null
         else true end
       and ($7::text is null or ${key} > $7)
     order by ${key} limit $8`,
    [
      filter.states,
      filter.holderId ?? null,
      filter.team ?? null,
      filter.conversationId ?? null,
      filter.due ?? null,
      filter.endOfToday,
      filter.cursor ?? null,
      filter.limit + 1,
    ],
  );
  const page = rows.slice(0, filter.limit);
  return { items: page.map((r) => r.view), next: rows.length > filter.limit ? (page.at(-1)?.key ?? null) : null };
}

export async function readCommitment(pool: Pool, shopId: ShopId, id: string): Promise<Commitment | null> {
  const { rows } = await shopQuery<{ view: Commitment }>(
    pool,
    shopId,
    `select ${VIEW} as view ${FROM} where c.id = $1`,
    [id],
  );
  return rows[0]?.view ?? null;
}

/** More than this of one person is a list nobody reads; the first are enough to stop a shift from closing. */
const SHIFT_MAX = 100;

/** Of one holder: suggestions, what is due until then, and what has no time and was not looked at today. */
export async function listForShift(pool: Pool, shopId: ShopId, holderId: StaffId, until: Date): Promise<Commitment[]> {
  const { rows } = await shopQuery<{ view: Commitment }>(
    pool,
    shopId,
    `select ${VIEW} as view ${FROM} where c.staff_id = $1 and (c.state = 'suggested' or (c.state = any($2) and
       case when c.due_at is null then c.looked_at is distinct from (now() at time zone '${SHOP_TIME_ZONE}')::date
         else c.due_at <= $3 end))
     order by c.due_at nulls last, c.id limit ${SHIFT_MAX}`,
    [holderId, BINDING, until],
  );
  return rows.map((r) => r.view);
}

/** A promise that was broken is still on the shopper's mind for so long after it was kept. */
const REMEMBERED = '7 days';

/** What whoever meets this shopper next has to know: what is to be kept, and what was broken lately. */
export async function promisedTo(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<CommitmentFact[]> {
  const { rows } = await shopQuery<{ view: CommitmentFact }>(
    pool,
    shopId,
    `select jsonb_build_object('id', c.id::text, 'state', c.state, 'kind', c.kind, 'task', c.task, 'orderId', c.order_id,
       'holder', case when st.id is null then null else jsonb_build_object('id', st.id::text, 'name', st.name) end,
       'dueAt', c.due_at, 'brokenAt', c.broken_at) as view
     from commitments c left join staff st on st.id = c.staff_id
     where c.conversation_id = $1 and (c.state = any($2)
       or (c.state = 'kept' and c.broken_at > now() - interval '${REMEMBERED}'))
     order by (c.state = 'broken') desc, c.due_at nulls last, c.id limit 20`,
    [conversationId, LIVE],
  );
  return rows.map((r) => r.view);
}

/** One row under its lock, with the database's clock. */
export interface LockedCommitment {
  id: string;
  state: CommitmentState;
  kind: PromiseKind;
  subject: string | null;
  conversationId: ConversationId | null;
  orderId: string | null;
  holderId: StaffId | null;
  dueAt: Date | null;
  nextReminder: ReminderKind | null;
  nextReminderAt: Date | null;
  now: Date;
}

export async function lockCommitment(tx: PoolClient, id: string): Promise<LockedCommitment | null> {
  const { rows } = await tx.query<LockedCommitment>(
    `select id::text, state, kind, subject, conversation_id::text as "conversationId", order_id as "orderId",
       staff_id::text as "holderId", due_at as "dueAt", next_reminder as "nextReminder",
       next_reminder_at as "nextReminderAt", clock_timestamp() as now
     from commitments where id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

export interface CommitmentChange {
  state: CommitmentState;
  holderId?: StaffId;
  task?: string;
  orderId?: string;
  /** A new time, or none; leaves the time as it is when absent. */
  dueAt?: Date | null;
  slipped?: boolean;
  /** Looked at on this local day. */
  lookedAt?: string;
  note?: string;
}

/** Writes a change of a locked row; reminders follow its state and time. Returns the first of them. */
export async function writeCommitment(
  tx: PoolClient,
  locked: LockedCommitment,
  change: CommitmentChange,
): Promise<{ remindAt: Date | null }> {
  const isTimed = change.dueAt !== undefined;
  const dueAt = change.dueAt === undefined ? locked.dueAt : change.dueAt;
  const isBinding = BINDING.includes(change.state);
  const asBefore = !isTimed && BINDING.includes(locked.state);
  const first = isBinding && !asBefore ? (reminderTimes(dueAt, locked.now)[0] ?? null) : null;
  await tx.query(
    `update commitments set state = $2, staff_id = coalesce($3, staff_id), task = coalesce($4, task),
       order_id = coalesce($5, order_id), due_at = $6, said_due_at = coalesce(said_due_at, $6),
       slips = slips + case when $7 then 1 else 0 end, looked_at = coalesce($8::date, looked_at), note = coalesce($9, note),
       next_reminder = case when $10 then next_reminder else $11 end,
       next_reminder_at = case when $10 then next_reminder_at else $12 end,
       reminded = case when $10 or not $13 then reminded else '{}' end,
       settled_at = case when $14 then now() end
     where id = $1`,
    [
      locked.id,
      change.state,
      change.holderId ?? null,
      change.task ?? null,
      change.orderId ?? null,
      dueAt,
      change.slipped ?? false,
      change.lookedAt ?? null,
      change.note ?? null,
      isBinding && asBefore,
      first?.kind ?? null,
      first?.at ?? null,
      isTimed,
      change.state === 'kept' || change.state === 'dismissed',
    ],
  );
  return { remindAt: first?.at ?? null };
}

export interface NewCommitment {
  conversationId: ConversationId | null;
  messageSeq: number | null;
  place: number | null;
  orderId: string | null;
  holderId: StaffId | null;
  saidBy: Commitment['saidBy'];
  kind: PromiseKind;
  evidence: string;
  subject: string | null;
  state: 'suggested' | 'open';
  dueAt: Date | null;
}

/** Done once for an order: with the same time it is the same promise, however it was worded. */
const ONCE: readonly PromiseKind[] = [
  'shipment',
  'arrival',
  'refund',
  'invoice',
  'visit',
  'hold',
  'courier',
  'stock_notice',
];

/** Null when the ledger has this very promise already: the same place of the same message, or the same words said again. */
export async function insertCommitment(
  tx: PoolClient,
  shopId: ShopId,
  commitment: NewCommitment,
): Promise<{ id: string; remindAt: Date | null } | null> {
  const c = commitment;
  const clock = await tx.query<{ now: Date }>('select clock_timestamp() as now');
  const first = c.state === 'open' ? (reminderTimes(c.dueAt, clock.rows[0]!.now)[0] ?? null) : null;
  const { rows } = await tx.query<{ id: string }>(
    `insert into commitments (shop_id, conversation_id, message_seq, place, order_id, staff_id, said_by, kind, evidence, task,
       subject, state, due_at, said_due_at, next_reminder, next_reminder_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $12, $13, $14
     where $3::bigint is null or not exists (select from commitments o where o.conversation_id = $2 and o.kind = $8
       and o.state in ('suggested', 'open', 'carried') and o.order_id is not distinct from $5
       and (o.evidence = $9 and ($7 = 'bot' or o.said_due_at is not distinct from $12)
         or $8 = any($15) and o.said_due_at = $12 and o.subject is not distinct from $10))
     on conflict do nothing returning id::text`,
    [
      shopId,
      c.conversationId,
      c.messageSeq,
      c.place,
      c.orderId,
      c.holderId,
      c.saidBy,
      c.kind,
      c.evidence,
      c.subject,
      c.state,
      c.dueAt,
      first?.kind ?? null,
      first?.at ?? null,
      ONCE,
    ],
  );
  return rows[0] ? { id: rows[0].id, remindAt: first?.at ?? null } : null;
}
