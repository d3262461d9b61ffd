// The rows of handovers between shifts: what is handed over, to whom, and what became of it. Changes nothing of who has what.
import type { ConversationId, ShopId, StaffId } from '../contract/conversation.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

/** What a note is about (交接留言). */
export const NOTE_TOPICS = ['follow_up', 'watch', 'order', 'notice', 'other'] as const;
export type NoteTopic = (typeof NOTE_TOPICS)[number];

export interface HandoverItem {
  position: number;
  kind: 'note' | 'conversation' | 'commitment';
  topic: NoteTopic | null;
  text: string | null;
  conversationId: ConversationId | null;
  commitmentId: string | null;
  shopper: string | null;
  /** Of a conversation: the shopper waits for an answer. */
  awaitingReply: boolean;
  /** Of a commitment. */
  dueAt: string | null;
  outcome: 'moved' | 'not_moved' | null;
  why: string | null;
}

export interface Handover {
  id: string;
  state: 'pending' | 'accepting' | 'accepted' | 'refused' | 'withdrawn';
  from: { id: StaffId; name: string };
  to: { agent: { id: StaffId; name: string } } | { team: string };
  answeredBy: { id: StaffId; name: string } | null;
  reason: string | null;
  createdAt: string;
  answeredAt: string | null;
  items: HandoverItem[];
}

const ITEM = `jsonb_build_object('position', i.position, 'kind', i.kind, 'topic', i.topic, 'text', i.text,
  'conversationId', i.conversation_id::text, 'commitmentId', i.commitment_id::text,
  'shopper', (select s.name from conversations c join shoppers s on s.id = c.shopper_id where c.id = coalesce(i.conversation_id,
    (select m.conversation_id from commitments m where m.id = i.commitment_id))),
  'awaitingReply', exists (select from handoffs o where o.conversation_id = i.conversation_id and o.state = 'with-agent'
    and o.awaiting_since is not null),
  'dueAt', (select m.due_at from commitments m where m.id = i.commitment_id), 'outcome', i.outcome, 'why', i.why)`;
const person = (id: string) =>
  `(select jsonb_build_object('id', p.id::text, 'name', p.name) from staff p where p.id = ${id})`;
const VIEW = `jsonb_build_object('id', h.id::text, 'state', h.state, 'from', ${person('h.from_id')},
  'to', case when h.to_staff is null then jsonb_build_object('team', h.to_team) else jsonb_build_object('agent', ${person('h.to_staff')}) end,
  'answeredBy', ${person('h.answered_by')}, 'reason', h.reason, 'createdAt', h.created_at, 'answeredAt', h.answered_at,
  'items', (select coalesce(jsonb_agg(${ITEM} order by i.position), '[]') from handover_items i where i.handover_id = h.id))`;

export async function readHandover(pool: Pool, shopId: ShopId, id: string): Promise<Handover | null> {
  const { rows } = await shopQuery<{ view: Handover }>(
    pool,
    shopId,
    `select ${VIEW} as view from handovers h where h.id = $1`,
    [id],
  );
  return rows[0]?.view ?? null;
}

export interface HandoverFilter {
  /** Given by this person, or waiting for their word (to them, or to one of their teams). */
  box: 'given' | 'received' | 'all';
  staffId: StaffId;
  teams: readonly string[];
  limit: number;
  /** Opaque; from the last page's `next`. */
  cursor?: string;
}

/** The newest first. Who belongs to no team belongs to all, as in the queue. */
export async function listHandovers(
  pool: Pool,
  shopId: ShopId,
  filter: HandoverFilter,
): Promise<{ items: Handover[]; next: string | null }> {
  const { rows } = await shopQuery<{ view: Handover }>(
    pool,
    shopId,
    `select ${VIEW} as view from handovers h where ($1::bigint is null or h.id < $1) and case $2::text
       when 'given' then h.from_id = $3
       when 'received' then h.from_id <> $3 and (h.to_staff = $3 or h.to_team = any($4) or (h.to_team is not null and cardinality($4::text[]) = 0))
       else true end
     order by h.id desc limit $5`,
    [filter.cursor ?? null, filter.box, filter.staffId, filter.teams, filter.limit + 1],
  );
  const page = rows.slice(0, filter.limit).map((r) => r.view);
  return { items: page, next: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null };
}

/** One that nobody has confirmed: given by this person, or waiting for this person's own word. */
export interface OpenHandover {
  id: string;
  direction: 'given' | 'received';
  from: string;
  to: string;
  items: number;
  createdAt: string;
}

/** What keeps somebody from leaving: handovers without an answer. Those to a whole team keep nobody in it. */
export async function openHandovers(pool: Pool, shopId: ShopId, staffId: StaffId): Promise<OpenHandover[]> {
  const { rows } = await shopQuery<{ row: OpenHandover }>(
    pool,
    shopId,
    `select jsonb_build_object('id', h.id::text, 'direction', case when h.from_id = $1 then 'given' else 'received' end,
       'from', f.name, 'to', coalesce(t.name, h.to_team), 'createdAt', h.created_at,
       'items', (select count(*) from handover_items i where i.handover_id = h.id)) as row
     from handovers h join staff f on f.id = h.from_id left join staff t on t.id = h.to_staff
     where h.state in ('pending', 'accepting') and (h.from_id = $1 or h.to_staff = $1 or h.answered_by = $1) order by h.id`,
    [staffId],
  );
  return rows.map((r) => r.row);
}

export interface NewItem {
  kind: HandoverItem['kind'];
  topic: NoteTopic | null;
  text: string | null;
  conversationId: ConversationId | null;
  commitmentId: string | null;
}

export async function insertItems(
  tx: PoolClient,
  shopId: ShopId,
  handoverId: string,
  items: readonly NewItem[],
): Promise<void> {
  await tx.query(
    `insert into handover_items (handover_id, position, shop_id, kind, topic, text, conversation_id, commitment_id)
     select $1, x.ord, $2, x.item->>'kind', x.item->>'topic', x.item->>'text', (x.item->>'conversationId')::bigint,
       (x.item->>'commitmentId')::bigint
     from jsonb_array_elements($3::jsonb) with ordinality x (item, ord)`,
    [handoverId, shopId, JSON.stringify(items)],
  );
}
