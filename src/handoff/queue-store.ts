// The rows behind a shopper's place: who waits in which order, who is there to take them, and how the last waits ended.
import type { ConversationId, HandoffId, ShopId } from '../contract/conversation.ts';
import type { HandoffReason, RiskLevel, RiskSignal } from '../contract/decision.ts';
import type { OutgoingPart } from '../conversations/turns.ts';
import type { Pool, PoolClient } from '../db/database.ts';
import { inShop, shopQuery } from '../db/transaction.ts';
import type { Foreseen } from './waiting-range.ts';

/** Somebody who may take cases; no teams are all teams. */
export interface Desk {
  teams: readonly string[];
  online: boolean;
  capacity: number;
  load: number;
}

export interface ShopFigures {
  staff: readonly Desk[];
  /** Newest first. */
  waits: readonly { team: string; ms: number; foreseen: Foreseen | null }[];
  /** Mean length of the last hundred pieces of work; null before the first. */
  handlingMs: number | null;
  /** Hours of teams that have their own. */
  hours: Readonly<Record<string, unknown>>;
}

/** Enough that most teams find a hundred of their own among them. */
const WAITS_READ = 200;

/** A shop's figures as they are now. Waits that were no standing in line (messages, takeovers) do not count. */
export async function readFigures(pool: Pool, shopId: ShopId, aliveMs: number): Promise<ShopFigures> {
  const { rows } = await shopQuery<{ figures: ShopFigures }>(
    pool,
    shopId,
    `select jsonb_build_object(
       'staff', (select coalesce(jsonb_agg(jsonb_build_object('teams', to_jsonb(s.teams), 'capacity', s.capacity, 'load', coalesce(l.load, 0),
           'online', coalesce(s.presence = 'online' and s.presence_at > now() - $1 * interval '1 ms', false))), '[]')
         from staff s left join (select coalesce(h.offered_to, h.accepted_by) as agent, sum(h.weight) as load from handoffs h
           where h.state in ('with-agent', 'offered') group by 1) l on l.agent = s.id
         where s.role in ('agent', 'supervisor')),
       'waits', (select coalesce(jsonb_agg(w.wait order by w.accepted_at desc), '[]') from (
           select h.accepted_at, jsonb_build_object('team', h.team, 'ms', (extract(epoch from h.accepted_at - h.queued_at) * 1000)::float8,
             'foreseen', h.foreseen) as wait
           from handoffs h where h.accepted_at is not null and h.reason <> 'takeover' and h.message_since is null
           order by h.accepted_at desc limit $2) w),
       'handlingMs', (select avg(x.ms) from (select (extract(epoch from ended_at - accepted_at) * 1000)::float8 as ms
           from assignments where ended_at is not null and accepted_at is not null order by id desc limit 100) x),
       'hours', (select coalesce(jsonb_object_agg(t.name, t.hours), '{}') from teams t where t.hours is not null)) as figures`,
    [aliveMs, WAITS_READ],
  );
  return rows[0]!.figures;
}

/** Cases in line, by team. `weight` is of those that nobody is being offered. */
export type Ahead = Readonly<Record<string, { count: number; weight: number }>>;

const AHEAD = (
  where: string,
) => `(select coalesce(jsonb_object_agg(a.team, jsonb_build_object('count', a.n, 'weight', a.w)), '{}')
  from (select h.team, count(*) as n, coalesce(sum(h.weight) filter (where h.state = 'waiting'), 0) as w from handoffs h
    where h.state in ('waiting', 'offered') and ${where} group by h.team) a)`;

/** Who would be before a newcomer of this rank whose answer is due in so many milliseconds. */
export async function readAhead(pool: Pool, shopId: ShopId, rank: number, dueMs: number): Promise<Ahead> {
  const { rows } = await shopQuery<{ ahead: Ahead }>(
    pool,
    shopId,
    `select ${AHEAD(`(h.risk_rank, h.due_at) <= ($1::smallint, now() + $2 * interval '1 ms')`)} as ahead`,
    [rank, dueMs],
  );
  return rows[0]!.ahead;
}

export interface OpenCase {
  handoffId: HandoffId;
  team: string;
  state: 'waiting' | 'offered' | 'deferred' | 'with-agent';
  risk: RiskLevel;
  reason: HandoffReason;
  signals: readonly RiskSignal[];
  /** What the shopper writes is kept as a message. */
  isMessage: boolean;
  /** What could not be said before the shopper wrote again, oldest first; empty for any other case. */
  unheard: readonly OutgoingPart[];
  /** Something has reached the shopper since the case was opened, or may yet. */
  isTold: boolean;
  ahead: Ahead;
}

/** From what the case was opened for; choices and a place in the line are of no use any more, and an agent's words are the agent's to say again. */
const FIRST_UNHEARD = `(m.packet->'transcript'->>'fromSeq')::bigint`;
const UNHEARD = `case when (m.packet->>'untilShopper')::boolean then (select coalesce(jsonb_agg(
    jsonb_build_object('author', x.author, 'kind', x.kind, 'text', x.text, 'payload', x.payload - 'choices' - 'form') order by x.seq), '[]')
  from outbox o join messages x on x.conversation_id = o.conversation_id and x.seq = o.message_seq
  where o.conversation_id = m.conversation_id and o.state = 'failed' and o.author in ('bot', 'system')
    and (o.message_seq = ${FIRST_UNHEARD} or (o.message_seq > ${FIRST_UNHEARD} and x.kind = 'text'))) else '[]' end`;

const TOLD = `exists (select from outbox o where o.conversation_id = m.conversation_id and o.created_at >= m.queued_at
  and o.state not in ('failed', 'cancelled'))`;

/** The open case of a conversation with who is before it; null when it has none. */
export async function readOpenCase(
  pool: Pool,
  shopId: ShopId,
  conversationId: ConversationId,
): Promise<OpenCase | null> {
  const { rows } = await shopQuery<{ open: OpenCase }>(
    pool,
    shopId,
    `select jsonb_build_object('handoffId', m.id::text, 'team', m.team, 'state', m.state, 'risk', m.risk, 'reason', m.reason,
       'signals', m.signals, 'isMessage', m.message_since is not null, 'unheard', ${UNHEARD}, 'isTold', ${TOLD}, 'ahead', ${AHEAD('(h.risk_rank, h.due_at, h.id) < (m.risk_rank, m.due_at, m.id)')}) as open
     from handoffs m where m.conversation_id = $1 and m.state <> 'resolved'`,
    [conversationId],
  );
  return rows[0]?.open ?? null;
}

/** One who waits, in the order of the queue. */
export interface InLine {
  handoffId: HandoffId;
  conversationId: ConversationId;
  accountId: string;
  team: string;
  /** 0 while it is being offered: its weight is with the agent already. */
  weight: number;
  /** What the shopper was last told; null when they do not want to hear. */
  toldPosition: number | null;
  toldAgoMs: number;
  risk: RiskLevel;
  reason: HandoffReason;
  signals: readonly RiskSignal[];
}

/** Everybody who waits in the shop, in its order. */
export async function readLine(pool: Pool, shopId: ShopId): Promise<InLine[]> {
  const { rows } = await shopQuery<InLine>(
    pool,
    shopId,
    `select h.id::text as "handoffId", h.conversation_id::text as "conversationId", c.channel_account_id::text as "accountId",
       h.team, case h.state when 'waiting' then h.weight else 0 end as weight, h.told_position as "toldPosition",
       coalesce((extract(epoch from now() - h.told_at) * 1000)::float8, 0) as "toldAgoMs", h.risk, h.reason, h.signals
     from handoffs h join conversations c on c.id = h.conversation_id
     where h.state in ('waiting', 'offered') order by h.risk_rank, h.due_at, h.id`,
  );
  return rows;
}

/** Notes what the shopper was told, if the handoff still waits. */
export async function noteTold(tx: PoolClient, id: HandoffId, position: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update handoffs set told_at = now(), told_position = $2 where id = $1 and state in ('waiting', 'offered')`,
    [id, position],
  );
  return rowCount === 1;
}

/** The shopper has left a message and does not stand in line any more: the case keeps its place, but nobody tells them about it. */
export async function noteMessage(pool: Pool, shopId: ShopId, id: HandoffId): Promise<void> {
  await inShop(pool, shopId, (tx) =>
    tx.query(
      `update handoffs set told_position = null, message_since = coalesce(message_since, now())
       where id = $1 and state in ('waiting', 'offered', 'deferred')`,
      [id],
    ),
  );
}

/** Somebody of the team is there or was until a moment ago, whatever they are doing. */
export async function isSomebodyThere(pool: Pool, shopId: ShopId, team: string, withinMs: number): Promise<boolean> {
  const { rows } = await shopQuery<{ there: boolean }>(
    pool,
    shopId,
    `select exists (select from staff where role in ('agent', 'supervisor') and presence <> 'offline'
       and (cardinality(teams) = 0 or $1 = any(teams)) and presence_at > now() - $2 * interval '1 ms') as there`,
    [team, withinMs],
  );
  return rows[0]!.there;
}

/** Notes that the shopper hears who took their message up; false when the person has spoken already, or was told before. */
export async function noteTakenUp(tx: PoolClient, conversationId: ConversationId): Promise<boolean> {
  const { rows } = await tx.query<{ silent: boolean }>(
    `update handoffs set taken_told_at = now() where conversation_id = $1 and state = 'with-agent' and message_since is not null
       and taken_told_at is null returning first_reply_at is null as silent`,
    [conversationId],
  );
  return rows[0]?.silent ?? false;
}
