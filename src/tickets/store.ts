// Tickets (工单) as rows, with their track. Who may do what, and what the shopper hears, is decided elsewhere.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type {
  Ticket,
  TicketKind,
  TicketMove,
  TicketNote,
  TicketPriority,
  TicketState,
  TicketStep,
} from '../contract/ticket.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

const person = (alias: string) => `jsonb_build_object('id', ${alias}.id::text, 'name', ${alias}.name)`;
const MASKED = `case when length(t.phone) > 9 then left(t.phone, 3) || '****' || right(t.phone, 4) else '****' || right(t.phone, 2) end`;
/** Whole for whoever has the ticket; while nobody has it, for whoever serves the shopper. */
const phoneFor = (reader: string) =>
  `case when ${reader} = coalesce(t.assignee_id, case c.owner_kind when 'agent' then c.owner_id end) then t.phone else ${MASKED} end`;
const viewOf = (
  phone: string,
) => `jsonb_build_object('id', t.id::text, 'kind', t.kind, 'title', t.title, 'detail', t.detail, 'priority', t.priority,
  'state', t.state, 'conversationId', t.conversation_id::text, 'shopper', s.name, 'orderId', t.order_id, 'team', t.team,
  'assignee', case when w.id is null then null else ${person('w')} end, 'dueAt', t.due_at,
  'overdue', t.state in ('open', 'doing') and coalesce(t.due_at < now(), false), 'createdBy', case when m.id is null then null else ${person('m')} end,
  'createdAt', t.created_at, 'updatedAt', t.updated_at, 'closedAt', t.closed_at, 'outcome', t.outcome,
  'told', t.notice_seq is not null, 'phone', ${phone}, 'facts', t.facts)`;
const FROM = `from tickets t left join staff m on m.id = t.created_by left join staff w on w.id = t.assignee_id
  left join conversations c on c.id = t.conversation_id left join shoppers s on s.id = c.shopper_id`;

export interface TicketFilter {
  states: readonly TicketState[];
  kind?: TicketKind;
  assigneeId?: StaffId;
  overdue?: boolean;
  conversationId?: ConversationId;
  words?: string;
  limit: number;
  /** Opaque; from the last page's `next`. */
  cursor?: string;
}

const UNFINISHED: readonly TicketState[] = ['open', 'doing'];
const asPattern = (words: string): string => `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Unfinished ones by urgency and due time; as soon as finished ones are among them, the newest first. */
export async function listTickets(
  pool: Pool,
  shopId: ShopId,
  filter: TicketFilter,
): Promise<{ items: Ticket[]; next: string | null }> {
  const newestFirst = filter.states.some((state) => !UNFINISHED.includes(state));
  const key = newestFirst
    ? `lpad((9223372036854775807 - t.id)::text, 20, '0')`
    : `coalesce(to_char(t.due_at at time zone 'utc', 'YYYYMMDDHH24MISSUS'), '9') || lpad(t.id::text, 20, '0')`;
  const { rows } = await shopQuery<{ view: Ticket; key: string }>(
    pool,
    shopId,
    `select ${viewOf(MASKED)} as view, ${key} as key ${FROM}
     where t.state = any($1) and ($2::text is null or t.kind = $2) and ($3::bigint is null or t.assignee_id = $3)
       and (not $4 or (t.state in ('open', 'doing') and t.due_at < now())) and ($5::bigint is null or t.conversation_id = $5)
       and ($6::text is null or t.title ilike $6 or t.order_id ilike $6 or s.name ilike $6 or t.id::text = $7)
       and ($8::text is null or ${key} > $8)
     order by ${key} limit $9`,
    [
      filter.states,
      filter.kind ?? null,
      filter.assigneeId ?? null,
      filter.overdue ?? false,
      filter.conversationId ?? null,
      filter.words ? asPattern(filter.words) : null,
      filter.words?.replace(/^#/, '') ?? null,
      filter.cursor ?? null,
      filter.limit + 1,
    ],
  );
  const page = rows.slice(0, filter.limit);
  return { items: page.map((r) => r.view), next: rows.length > filter.limit ? (page.at(-1)?.key ?? null) : null };
}

export type TicketWithTrack = Ticket & { notes: TicketNote[]; steps: TicketMove[] };

/** As this reader may see it; null when the shop has no such ticket. */
export async function readTicket(
  pool: Pool,
  shopId: ShopId,
  id: string,
  readerId: StaffId,
): Promise<TicketWithTrack | null> {
  const { rows } = await shopQuery<{ view: Ticket; notes: TicketNote[]; steps: TicketMove[] }>(
    pool,
    shopId,
    `select ${viewOf(phoneFor('$2::bigint'))} as view, (select coalesce(jsonb_agg(jsonb_build_object('position', n.position, 'author', a.name,
         'what', n.what, 'text', n.text, 'at', n.created_at) order by n.position), '[]')
       from ticket_notes n left join staff a on a.id = n.author_id where n.ticket_id = t.id) as notes,
       (select coalesce(jsonb_agg(jsonb_build_object('step', p.step, 'dueAt', p.due_at, 'reason', p.reason, 'by', b.name,
         'at', p.created_at) order by p.position), '[]') from ticket_steps p join staff b on b.id = p.moved_by
         where p.ticket_id = t.id) as steps ${FROM} where t.id = $1`,
    [id, readerId],
  );
  return rows[0] ? { ...rows[0].view, notes: rows[0].notes, steps: rows[0].steps } : null;
}

export interface NewTicket {
  kind: TicketKind;
  title: string;
  detail: string;
  priority: TicketPriority;
  conversationId: ConversationId | null;
  orderId: string | null;
  team: string | null;
  assigneeId: StaffId | null;
  dueAt: Date | null;
  phone?: string;
  commitmentId?: string;
  facts?: Record<string, string>;
}

/** `by` null: the shopper asked for it. */
export async function insertTicket(
  tx: PoolClient,
  shopId: ShopId,
  by: StaffId | null,
  ticket: NewTicket,
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into tickets (shop_id, kind, title, detail, priority, conversation_id, order_id, team, assignee_id, due_at, created_by,
       phone, commitment_id, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id::text`,
    [
      shopId,
      ticket.kind,
      ticket.title,
      ticket.detail,
      ticket.priority,
      ticket.conversationId,
      ticket.orderId,
      ticket.team,
      ticket.assigneeId,
      ticket.dueAt,
      by,
      ticket.phone ?? null,
      ticket.commitmentId ?? null,
      JSON.stringify(ticket.facts ?? {}),
    ],
  );
  return rows[0]!.id;
}

/** One row under its lock. */
export interface LockedTicket {
  id: string;
  kind: TicketKind;
  title: string;
  state: TicketState;
  priority: TicketPriority;
  team: string | null;
  assigneeId: StaffId | null;
  dueAt: Date | null;
  conversationId: ConversationId | null;
  commitmentId: string | null;
}

export async function lockTicket(tx: PoolClient, id: string): Promise<LockedTicket | null> {
  const { rows } = await tx.query<LockedTicket>(
    `select id::text, kind, title, state, priority, team, assignee_id::text as "assigneeId", due_at as "dueAt",
       conversation_id::text as "conversationId", commitment_id::text as "commitmentId" from tickets where id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

export type TicketChange = Pick<LockedTicket, 'state' | 'priority' | 'team' | 'assigneeId' | 'dueAt'>;

export async function writeTicket(tx: PoolClient, id: string, change: TicketChange): Promise<void> {
  await tx.query(
    `update tickets set state = $2, priority = $3, team = $4, assignee_id = $5, due_at = $6, updated_at = now(),
       closed_at = case when $2 = 'cancelled' then now() end, outcome = null, notice_seq = null, closed_by = null where id = $1`,
    [id, change.state, change.priority, change.team, change.assigneeId, change.dueAt],
  );
}

export async function closeTicket(
  tx: PoolClient,
  id: string,
  closed: { by: StaffId; outcome: string; noticeSeq: number | null },
): Promise<void> {
  await tx.query(
    `update tickets set state = 'done', closed_at = now(), closed_by = $2, outcome = $3, notice_seq = $4, updated_at = now(),
       assignee_id = coalesce(assignee_id, $2) where id = $1`,
    [id, closed.by, closed.outcome, closed.noticeSeq],
  );
}

/** The caller holds the ticket's lock, so that positions stay without a gap. */
export async function addNote(
  tx: PoolClient,
  shopId: ShopId,
  ticketId: string,
  note: { by: StaffId | null; what: TicketNote['what']; text: string },
): Promise<void> {
  await tx.query(
    `insert into ticket_notes (ticket_id, position, shop_id, author_id, what, text)
     select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5 from ticket_notes where ticket_id = $1`,
    [ticketId, shopId, note.by, note.what, note.text],
  );
}

/** What the shopper of a conversation has asked for and is not done, under its lock. */
export async function lockAsked(
  tx: PoolClient,
  conversationId: ConversationId,
  kind: TicketKind,
): Promise<LockedTicket | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select id::text from tickets where conversation_id = $1 and kind = $2 and created_by is null and state in ('open', 'doing')
     order by tickets.id desc limit 1`,
    [conversationId, kind],
  );
  return rows[0] ? lockTicket(tx, rows[0].id) : null;
}

/** The shopper says something else than before. */
export async function changeAsked(
  tx: PoolClient,
  id: string,
  asked: { title: string; detail: string; dueAt: Date | null; phone: string | null; facts: Record<string, string> },
): Promise<void> {
  await tx.query(
    `update tickets set title = $2, detail = $3, due_at = $4, phone = $5, facts = $6, updated_at = now() where id = $1`,
    [id, asked.title, asked.detail, asked.dueAt, asked.phone, JSON.stringify(asked.facts)],
  );
}

/** Where a complaint stands; it begins at the shop. The caller holds the ticket's lock. */
export async function readStep(tx: PoolClient, ticketId: string): Promise<TicketStep> {
  const { rows } = await tx.query<{ step: TicketStep }>(
    'select step from ticket_steps where ticket_id = $1 order by position desc limit 1',
    [ticketId],
  );
  return rows[0]?.step ?? 'shop';
}

export async function addStep(
  tx: PoolClient,
  shopId: ShopId,
  ticketId: string,
  move: { step: TicketStep; dueAt: Date; reason: string; by: StaffId },
): Promise<void> {
  await tx.query(
    `insert into ticket_steps (ticket_id, position, shop_id, step, due_at, reason, moved_by)
     select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6 from ticket_steps where ticket_id = $1`,
    [ticketId, shopId, move.step, move.dueAt, move.reason, move.by],
  );
}
