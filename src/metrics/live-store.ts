// The board's live numbers and the lists behind them: one condition each, which both the count and the list use.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';

export type LiveMeasure = 'waiting' | 'in-service' | 'overdue';

export interface LivePlace {
  accountId: string | null;
  team: string | null;
}

/** A shopper of an agent who has waited this long is overdue: the platforms' three minutes. Milliseconds. */
const OVERDUE_MS = 180_000;

const OVERDUE_SINCE = `case when h.first_reply_at is null then h.due_at
  else greatest(h.awaiting_since, h.held_since) + ${OVERDUE_MS} * interval '1 ms' end`;

const CONDITION: Readonly<Record<LiveMeasure, string>> = {
  waiting: `h.state in ('waiting', 'offered')`,
  'in-service': `h.state = 'with-agent'`,
  overdue: `((h.first_reply_at is null and h.due_at < now() and h.state in ('waiting', 'offered', 'with-agent'))
    or (h.first_reply_at is not null and h.state = 'with-agent'
      and greatest(h.awaiting_since, h.held_since) < now() - ${OVERDUE_MS} * interval '1 ms'))`,
};

const FROM = 'from handoffs h join conversations c on c.id = h.conversation_id';
const HERE = '($1::bigint is null or c.channel_account_id = $1) and ($2::text is null or h.team = $2)';
const placeOf = ({ accountId, team }: LivePlace) => [accountId, team];

/** How it stood at a moment of the past, by the times the rows keep. */
const STOOD = {
  waiting: `h.queued_at <= t.at and coalesce(h.accepted_at, h.resolved_at, 'infinity') > t.at`,
  'in-service': `exists (select from assignments a where a.handoff_id = h.id and a.accepted_at <= t.at
    and coalesce(a.ended_at, 'infinity') > t.at)`,
};
const STEPS = 24;
const trendOf = (measure: keyof typeof STOOD) => `(select jsonb_agg(x.n order by x.at) from (
  select t.at, (select count(*)::int ${FROM} where h.queued_at > now() - interval '3 days' and ${HERE} and ${STOOD[measure]}) as n
  from generate_series(now() - ${STEPS} * interval '5 minutes', now(), interval '5 minutes') as t(at)) x)`;
const beforeOf = (measure: keyof typeof STOOD) => `(select count(*)::int ${FROM}
  cross join (select now() - interval '1 day' as at) t where h.queued_at > now() - interval '4 days' and ${HERE} and ${STOOD[measure]})`;
const countOf = (measure: LiveMeasure) => `(select count(*)::int ${FROM} where ${HERE} and ${CONDITION[measure]})`;

export interface LiveNumber {
  n: number;
  before: number;
  trend: number[];
}

export interface AgentNow {
  id: string;
  name: string;
  presence: 'online' | 'busy' | 'away' | 'offline';
  load: number;
  capacity: number;
  serving: number;
  awaiting: number;
}

export interface OverdueRow {
  handoffId: string;
  conversationId: string;
  shopper: string | null;
  team: string;
  risk: string;
  state: string;
  owner: { id: string; name: string } | null;
  since: string;
  overMs: number;
}

export interface LiveBoard {
  asOf: string;
  waiting: LiveNumber & { longestMs: number | null };
  inService: LiveNumber & { capacity: number };
  agents: AgentNow[];
  overdueCount: number;
  overdue: OverdueRow[];
}

/** Without a sign of life for a minute nobody is online (handoff/guards.ts). */
const PRESENCE = `case when s.presence_at > now() - interval '60 seconds' then s.presence else 'offline' end`;

const AGENTS = `(select coalesce(jsonb_agg(jsonb_build_object('id', s.id::text, 'name', s.name, 'presence', ${PRESENCE},
    'capacity', s.capacity, 'load', coalesce(l.load, 0), 'serving', coalesce(l.serving, 0), 'awaiting', coalesce(l.awaiting, 0))
    order by s.id), '[]')
  from staff s left join (select h.accepted_by as id, sum(h.weight)::int as load, count(*)::int as serving,
      count(*) filter (where h.awaiting_since is not null)::int as awaiting
    from handoffs h where h.state = 'with-agent' group by 1) l on l.id = s.id
  where s.role in ('agent', 'supervisor'))`;

const OVERDUE = `(select coalesce(jsonb_agg(x.row order by x.since), '[]') from (select ${OVERDUE_SINCE} as since,
    jsonb_build_object('handoffId', h.id::text, 'conversationId', h.conversation_id::text, 'shopper', p.name, 'team', h.team,
      'risk', h.risk, 'state', h.state, 'since', ${OVERDUE_SINCE},
      'overMs', (extract(epoch from now() - ${OVERDUE_SINCE}) * 1000)::float8,
      'owner', case when w.id is null then null else jsonb_build_object('id', w.id::text, 'name', w.name) end) as row
  ${FROM} join shoppers p on p.id = c.shopper_id left join staff w on w.id = h.accepted_by
  where ${HERE} and ${CONDITION.overdue} order by 1 limit 50) x)`;

const LIVE = `select jsonb_build_object('asOf', now(),
  'waiting', jsonb_build_object('n', ${countOf('waiting')}, 'before', ${beforeOf('waiting')}, 'trend', ${trendOf('waiting')},
    'longestMs', (select (extract(epoch from now() - min(h.queued_at)) * 1000)::float8 ${FROM} where ${HERE} and ${CONDITION.waiting})),
  'inService', jsonb_build_object('n', ${countOf('in-service')}, 'before', ${beforeOf('in-service')}, 'trend', ${trendOf('in-service')},
    'capacity', (select coalesce(sum(s.capacity), 0)::int from staff s
      where s.role in ('agent', 'supervisor') and ${PRESENCE} in ('online', 'busy'))),
  'agents', ${AGENTS}, 'overdueCount', ${countOf('overdue')}, 'overdue', ${OVERDUE}) as live`;

export async function readLive(pool: Pool, shopId: ShopId, place: LivePlace): Promise<LiveBoard> {
  const { rows } = await shopQuery<{ live: LiveBoard }>(pool, shopId, LIVE, placeOf(place));
  return rows[0]!.live;
}

export interface LiveCase {
  conversationId: string;
  at: Date;
  /** Since when it has waited or is overdue, ms. */
  value: number;
  reason: string;
  agent: string | null;
}

/** The handoffs behind a live number, the oldest first. `agentId` narrows to one owner. */
export async function listLive(
  pool: Pool,
  shopId: ShopId,
  list: { measure: LiveMeasure; place: LivePlace; agentId: string | null; offset: number; limit: number },
): Promise<{ count: number; items: LiveCase[] }> {
  const condition = `${HERE} and ${CONDITION[list.measure]} and ($3::bigint is null or h.accepted_by = $3)`;
  const since =
    list.measure === 'overdue' ? OVERDUE_SINCE : list.measure === 'waiting' ? 'h.queued_at' : 'h.held_since';
  const { rows } = await shopQuery<{ count: number; items: LiveCase[] }>(
    pool,
    shopId,
    `select (select count(*)::int ${FROM} where ${condition}) as count,
       (select coalesce(jsonb_agg(x.item order by x.at), '[]') from (select h.queued_at as at, jsonb_build_object(
          'conversationId', h.conversation_id::text, 'at', h.queued_at, 'reason', h.reason, 'agent', w.name,
          'value', (extract(epoch from now() - ${since}) * 1000)::float8) as item
        ${FROM} left join staff w on w.id = h.accepted_by where ${condition} order by h.queued_at, h.id limit $4 offset $5) x) as items`,
    [...placeOf(list.place), list.agentId, list.limit, list.offset],
  );
  return rows[0]!;
}
