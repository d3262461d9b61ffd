// Tickets (工单) as rows, with their track. Who may do what, and what the shopper hears, is decided elsewhere.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Ticket, TicketKind, TicketNote, TicketPriority, TicketState } from '../contract/ticket.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

const person = (alias: string) => `jsonb_build_object('id', ${alias}.id::text, 'name', ${alias}.name)`;
const VIEW = `jsonb_build_object('id', t.id::text, 'kind', t.kind, 'title', t.title, 'detail', t.detail, 'priority', t.priority,
  'state', t.state, 'conversationId', t.conversation_id::text, 'shopper', s.name, 'orderId', t.order_id, 'team', t.team,
  'assignee', case when w.id is null then null else ${person('w')} end, 'dueAt', t.due_at,
  'overdue', t.state in ('open', 'doing') and coalesce(t.due_at < now(), false), 'createdBy', ${person('m')},
  'createdAt', t.created_at, 'updatedAt', t.updated_at, 'closedAt', t.closed_at, 'outcome', t.outcome,
  'told', t.notice_seq is not null)`;
const FROM = `from tickets t join staff m on m.id = t.created_by left join staff w on w.id = t.assignee_id
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
    `select ${VIEW} as view, ${key} as key ${FROM}
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

export type TicketWithTrack = Ticket & { notes: TicketNote[] };

/** Null when the shop has no such ticket. */
export async function readTicket(pool: Pool, shopId: ShopId, id: string): Promise<TicketWithTrack | null> {
  const { rows } = await shopQuery<{ view: Ticket; notes: TicketNote[] }>(
    pool,
    shopId,
    `select ${VIEW} as view, (select coalesce(jsonb_agg(jsonb_build_object('position', n.position, 'author', a.name,
         'what', n.what, 'text', n.text, 'at', n.created_at) order by n.position), '[]')
       from ticket_notes n join staff a on a.id = n.author_id where n.ticket_id = t.id) as notes ${FROM} where t.id = $1`,
    [id],
  );
  return rows[0] ? { ...rows[0].view, notes: rows[0].notes } : null;
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
}

export async function insertTicket(tx: PoolClient, shopId: ShopId, by: StaffId, ticket: NewTicket): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into tickets (shop_id, kind, title, detail, priority, conversation_id, order_id, team, assignee_id, due_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id::text`,
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
    ],
  );
  return rows[0]!.id;
}

/** One row under its lock. */
export interface LockedTicket {
  id: string;
  title: string;
  state: TicketState;
  priority: TicketPriority;
  team: string | null;
  assigneeId: StaffId | null;
  dueAt: Date | null;
  conversationId: ConversationId | null;
}

export async function lockTicket(tx: PoolClient, id: string): Promise<LockedTicket | null> {
  const { rows } = await tx.query<LockedTicket>(
    `select id::text, title, state, priority, team, assignee_id::text as "assigneeId", due_at as "dueAt",
       conversation_id::text as "conversationId" from tickets where id = $1 for update`,
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
  note: { by: StaffId; what: TicketNote['what']; text: string },
): Promise<void> {
  await tx.query(
    `insert into ticket_notes (ticket_id, position, shop_id, author_id, what, text)
     select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5 from ticket_notes where ticket_id = $1`,
    [ticketId, shopId, note.by, note.what, note.text],
  );
}
