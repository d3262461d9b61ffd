// The handoffs as people look at them: the queue, one handoff, places and figures. Changes nothing of who has the baton.
import type { ConversationId, HandoffId, ShopId, StaffId } from '../contract/conversation.ts';
import type { HandoffReason, RiskLevel } from '../contract/decision.ts';
import type { Packet } from '../contract/handoff.ts';
import type { Pool } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import type { TransferNote } from './locked-row.ts';
import type { Candidate, WaitingCase } from './routing.ts';

export interface HandoffRow {
  id: HandoffId;
  conversationId: ConversationId;
  reason: HandoffReason;
  risk: RiskLevel;
  priority: number;
  team: string;
  state: 'waiting' | 'offered' | 'with-agent' | 'deferred' | 'resolved';
  waitingSince: string;
  dueAt: string;
  shopper: { id: string; name: string | null };
  channel: string;
  summary: string;
  intent: string | null;
  owner: { id: StaffId; name: string } | null;
  offeredTo: { id: StaffId; name: string; expiresAt: string } | null;
  /** Its owner wants to hand it on and waits for somebody to accept. */
  transfer: TransferNote | null;
  /** The routing rule that chose the team. */
  rule: string | null;
  /** The conversation's handoff before, if it ended within 24 hours (续聊). */
  previousId: HandoffId | null;
  /** The shopper spoke last: somebody has to answer. */
  awaitingReply: boolean;
  deliveryTrouble: number;
}

export type HandoffListState = 'waiting' | 'with-agent' | 'deferred' | 'resolved';

export interface HandoffFilter {
  /** Null only with `forMe`: whatever state asks for a word of this person. */
  state: HandoffListState | null;
  team?: string;
  ownerId?: StaffId;
  /** Offered to this person, or a transfer that they may accept. */
  forMe?: { id: StaffId; teams: readonly string[] };
  limit: number;
  /** Opaque; from the last page's `next`. */
  cursor?: string;
}

// What the shopper wrote after the case was handed off, while it was a message.
const LEFT = (pick: string) => `(select ${pick} from messages m where m.conversation_id = h.conversation_id
  and h.message_since is not null and m.author = 'shopper' and m.seq > (h.packet->'transcript'->>'toSeq')::bigint
  and m.created_at <= coalesce(h.accepted_at, 'infinity'))`;

// One expression for the order everywhere: risk, then deadline, then age (= id). Resolved ones: newest first.
const VIEW = `jsonb_build_object('id', h.id::text, 'conversationId', h.conversation_id::text, 'reason', h.reason, 'risk', h.risk,
  'priority', h.priority, 'team', h.team, 'state', h.state, 'waitingSince', h.queued_at, 'dueAt', h.due_at,
  'shopper', jsonb_build_object('id', s.id::text, 'name', s.name), 'channel', a.kind, 'summary', h.summary || coalesce(E'\\n留言：' || left(${LEFT(`string_agg(m.text, '；' order by m.seq)`)}, 300), ''), 'intent', h.intent,
  'owner', case when st.id is null then null else jsonb_build_object('id', st.id::text, 'name', st.name) end,
  'offeredTo', case when h.offered_to is null then null else jsonb_build_object('id', h.offered_to::text,
    'name', (select o.name from staff o where o.id = h.offered_to), 'expiresAt', h.offer_expires_at) end,
  'transfer', h.transfer, 'rule', h.rule, 'previousId', h.previous_id::text,
  'awaitingReply', coalesce((select m.author = 'shopper' from messages m where m.conversation_id = h.conversation_id
    and m.kind = 'text' order by m.seq desc limit 1), false),
  'deliveryTrouble', (select count(*) from outbox o where o.conversation_id = h.conversation_id and o.state in ('unknown', 'failed')))`;
const FROM = `from handoffs h join conversations c on c.id = h.conversation_id join shoppers s on s.id = c.shopper_id
  join channel_accounts a on a.id = c.channel_account_id left join staff st on st.id = h.accepted_by`;

export async function listHandoffs(
  pool: Pool,
  shopId: ShopId,
  filter: HandoffFilter,
): Promise<{ items: HandoffRow[]; next: string | null }> {
  const states =
    filter.state === null
      ? ['offered', 'with-agent']
      : filter.state === 'waiting'
        ? ['waiting', 'offered']
        : [filter.state];
  const newestFirst = filter.state === 'resolved';
  const key = newestFirst
    ? `lpad((9223372036854775807 - h.id)::text, 20, '0')`
    : `h.risk_rank::text || to_char(h.due_at at time zone 'utc', 'YYYYMMDDHH24MISSUS') || lpad(h.id::text, 20, '0')`;
  const { rows } = await shopQuery<{ view: HandoffRow; key: string }>(
    pool,
    shopId,
    `select ${VIEW} as view, ${key} as key ${FROM}
     where h.state = any($1) and ($2::text is null or h.team = $2) and ($3::bigint is null or h.accepted_by = $3)
       and ($4::text is null or ${key} > $4)
       and ($6::bigint is null or (h.state = 'offered' and h.offered_to = $6)
         or (h.transfer is not null and h.accepted_by <> $6
           and (h.transfer->>'agent' = $6::text or (h.transfer->>'kind' = 'team'
             and (cardinality($7::text[]) = 0 or h.transfer->>'team' = any($7::text[]))))))
     order by ${newestFirst ? 'h.id desc' : 'h.risk_rank, h.due_at, h.id'} limit $5`,
    [
      states,
      filter.team ?? null,
      filter.ownerId ?? null,
      filter.cursor ?? null,
      filter.limit + 1,
      filter.forMe?.id ?? null,
      filter.forMe?.teams ?? [],
    ],
  );
  const page = rows.slice(0, filter.limit);
  return { items: page.map((r) => r.view), next: rows.length > filter.limit ? (page.at(-1)?.key ?? null) : null };
}

export type HandoffDetail = HandoffRow & {
  packet: Packet;
  /** The last transfer that was accepted: reason, note and summary for the present owner. */
  takenFrom: TransferNote | null;
};

export async function readHandoff(pool: Pool, shopId: ShopId, id: HandoffId): Promise<HandoffDetail | null> {
  const { rows } = await shopQuery<{ view: HandoffRow; packet: Packet; taken: TransferNote | null }>(
    pool,
    shopId,
    `select ${VIEW} as view, h.packet || jsonb_strip_nulls(jsonb_build_object('message', ${LEFT('jsonb_agg(m.text order by m.seq)')})) as packet,
       (select x.why->'transfer' from assignments x
       where x.handoff_id = h.id and x.why ? 'transfer' order by x.id desc limit 1) as taken ${FROM} where h.id = $1`,
    [id],
  );
  return rows[0] ? { ...rows[0].view, packet: rows[0].packet, takenFrom: rows[0].taken } : null;
}

/** The most urgent one that waits, or null when none does. */
export async function nextWaiting(pool: Pool, shopId: ShopId, teams: readonly string[]): Promise<HandoffId | null> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    `select h.id::text from handoffs h where h.state = 'waiting' and (cardinality($1::text[]) = 0 or h.team = any($1))
     order by h.risk_rank, h.due_at, h.id limit 1`,
    [teams],
  );
  return rows[0]?.id ?? null;
}

/** Where a page of the queue ended. */
export interface QueuePlace {
  rank: number;
  /** As the database writes it, to the microsecond. */
  dueAt: string;
  id: HandoffId;
}

export type WaitingHandoff = WaitingCase & QueuePlace;

export interface QueuePage {
  /** `room`: the heaviest case that somebody for the team can take. */
  teams: readonly { name: string; room: number }[];
  /** What all of these have passed on is left out: nobody of them would be offered it. */
  free: readonly StaffId[];
  after: QueuePlace | null;
  limit: number;
}

/** One page of what waits in these teams, in the order of the queue, with all that choosing an agent needs. */
export async function waitingCases(
  pool: Pool,
  shopId: ShopId,
  { teams, free, after, limit }: QueuePage,
): Promise<WaitingHandoff[]> {
  const { rows } = await shopQuery<{ waits: WaitingHandoff }>(
    pool,
    shopId,
    `select jsonb_build_object('id', h.id::text, 'rank', h.risk_rank, 'dueAt', h.due_at::text, 'team', h.team, 'raised', h.raised,
       'skills', to_jsonb(h.skills), 'passed', (select coalesce(jsonb_agg(p::text), '[]') from unnest(h.passed) p),
       'language', h.language, 'weight', h.weight, 'channel', a.kind, 'familiar', (select x.agent_id::text from assignments x
         where x.handoff_id = any(array(select o.id from handoffs o where o.conversation_id = h.conversation_id))
           and x.accepted_at is not null and x.ended_at > now() - interval '7 days' order by x.id desc limit 1)) as waits
     from unnest($1::text[], $7::float8[]) t(name, room) cross join lateral (
       select * from handoffs w where w.state = 'waiting' and w.team = t.name and w.weight <= t.room and not $2::bigint[] <@ w.passed
         and (w.risk_rank, w.due_at, w.id) > ($3::int, $4::timestamptz, $5::bigint)
       order by w.risk_rank, w.due_at, w.id limit $6) h
     join conversations c on c.id = h.conversation_id join channel_accounts a on a.id = c.channel_account_id
     order by h.risk_rank, h.due_at, h.id limit $6`,
    [
      teams.map((t) => t.name),
      `{${free.join(',')}}`,
      after?.rank ?? -1,
      after?.dueAt ?? '-infinity',
      after?.id ?? '0',
      limit,
      teams.map((t) => t.room),
    ],
  );
  return rows.map((r) => r.waits);
}

/**
 * Agents who are online, with what they have; `free`: only those who are not full. Loads by key, because a join without
 * statistics goes over all for each; by channel only where somebody's channels are limited. A look without locks: whoever
 * is chosen is looked at again under theirs.
 */
export async function onlineAgents(
  pool: Pool,
  shopId: ShopId,
  aliveMs: number,
  { free }: { free: boolean },
): Promise<Candidate[]> {
  const { rows } = await shopQuery<{ agent: Candidate }>(
    pool,
    shopId,
    `with held as materialized (
       select coalesce(h.offered_to, h.accepted_by) as agent, h.weight, h.conversation_id from handoffs h where h.state in ('with-agent', 'offered')),
     loads as materialized (
       select coalesce(jsonb_object_agg(x.agent, x.load), '{}') as of from (select agent, sum(weight) as load from held group by 1) x),
     channels as materialized (
       select coalesce(jsonb_object_agg(x.agent, x.channels), '{}') as of from (
         select y.agent, jsonb_object_agg(y.kind, y.n) as channels from (
           select held.agent, a.kind, count(*) as n from held join conversations c on c.id = held.conversation_id
             join channel_accounts a on a.id = c.channel_account_id
           where exists (select from staff where channel_capacity <> '{}') group by 1, 2) y group by y.agent) x)
     select jsonb_build_object('id', s.id::text, 'name', s.name, 'teams', to_jsonb(s.teams), 'skills', to_jsonb(s.skills),
       'languages', to_jsonb(s.languages), 'presence', s.presence, 'capacity', s.capacity, 'channelCapacity', s.channel_capacity,
       'awayMs', (extract(epoch from now() - s.presence_at) * 1000)::float8,
       'idleMs', (extract(epoch from now() - s.idle_since) * 1000)::float8,
       'load', l.load, 'channelLoad', coalesce(channels.of->(s.id::text), '{}')) as agent
     from loads, channels, staff s, lateral (select coalesce((loads.of->>(s.id::text))::float8, 0) as load) l
     where s.presence = 'online' and s.presence_at > now() - $1 * interval '1 ms' and s.role in ('agent', 'supervisor')
       and (not $2 or l.load = 0 or l.load < s.capacity)`,
    [aliveMs, free],
  );
  return rows.map((r) => r.agent);
}

/** Whose clock a handoff runs on. */
export async function holderOf(
  pool: Pool,
  shopId: ShopId,
  id: HandoffId,
): Promise<{ owner: StaffId | null; offeredTo: StaffId | null } | null> {
  const { rows } = await shopQuery<{ owner: StaffId | null; offeredTo: StaffId | null }>(
    pool,
    shopId,
    'select accepted_by::text as owner, offered_to::text as "offeredTo" from handoffs where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** What was left for when somebody is back, oldest first. */
export async function deferredIn(
  pool: Pool,
  shopId: ShopId,
  teams: readonly string[],
  limit: number,
): Promise<HandoffId[]> {
  const { rows } = await shopQuery<{ id: string }>(
    pool,
    shopId,
    `select h.id::text from handoffs h where h.state = 'deferred' and h.team = any($1) order by h.risk_rank, h.id limit $2`,
    [teams, limit],
  );
  return rows.map((r) => r.id);
}

/** What routing asks about a conversation: whether it was with a person within the last day, and whether its shopper is a VIP. */
export async function readStanding(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<{ again: boolean; vip: boolean }> {
  const { rows } = await shopQuery<{ again: boolean; vip: boolean }>(
    pool,
    shopId,
    `select exists (select from handoffs h where h.conversation_id = c.id and h.resolved_at > now() - interval '24 hours'
       and h.accepted_at is not null) as again, s.vip
     from conversations c join shoppers s on s.id = c.shopper_id where c.id = $1`,
    [conversationId],
  );
  return rows[0] ?? { again: false, vip: false };
}

/** False when the shop has no such shopper. */
export async function markVip(pool: Pool, shopId: ShopId, shopperId: string, vip: boolean): Promise<boolean> {
  return inShop(pool, shopId, async (tx) => {
    const { rowCount } = await tx.query('update shoppers set vip = $2 where id = $1', [shopperId, vip]);
    return rowCount === 1;
  });
}
