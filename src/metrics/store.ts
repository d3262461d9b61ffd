// The history that the metrics are computed from, as the rows have it. The only SQL of this room.
import type { ShopId } from '../contract/conversation.ts';
import type { Pool } from '../db/database.ts';
import { shopQuery } from '../db/transaction.ts';
import type { MetricItem } from './history.ts';

/** Messages and events since a moment, of one channel account or of all. Cancelled and failed messages were never said. */
const HISTORY = `
select jsonb_build_object('kind', 'message', 'conversationId', m.conversation_id::text, 'shopperId', c.shopper_id::text,
    'seq', m.seq, 'at', (extract(epoch from m.created_at) * 1000)::float8, 'author', m.author, 'authorId', m.author_id::text,
    'content', case when m.kind <> 'text' then m.kind when m.payload ? 'auto' then 'greeting'
      when m.text = '' or m.payload ? 'orderId' or m.payload ? 'productId' or m.payload ? 'attachments' then 'card' else 'text' end,
    'assisted', m.payload ? 'assist', 'excluded', null,
    'ownerId', (select a.agent_id::text from assignments a join handoffs h on h.id = a.handoff_id
      where h.conversation_id = m.conversation_id and a.accepted_at <= m.created_at
        and (a.ended_at is null or a.ended_at > m.created_at) order by a.id desc limit 1),
    'intent', (select t.receipt #>> '{intents,0,intent}' from turns t where m.author = 'shopper'
      and t.conversation_id = m.conversation_id and m.seq between t.first_seq and t.last_seq limit 1)) as item
from messages m join conversations c on c.id = m.conversation_id
where m.created_at >= $1 and ($2::bigint is null or c.channel_account_id = $2) and not exists (select from outbox o
  where o.conversation_id = m.conversation_id and o.message_seq = m.seq and o.state in ('cancelled', 'failed'))
union all
select jsonb_strip_nulls(jsonb_build_object('kind', e.kind, 'conversationId', h.conversation_id::text, 'shopperId', c.shopper_id::text,
    'at', (extract(epoch from e.at) * 1000)::float8, 'reason', e.reason, 'agentId', e.agent, 'from', e.before)) ||
  case when e.kind = 'transferred' then jsonb_build_object('to', e.after) else '{}' end
from handoffs h join conversations c on c.id = h.conversation_id
cross join lateral (
  select 'handed-off' as kind, h.queued_at as at, h.reason, null as agent, null as before, null as after where h.reason <> 'takeover'
  union all select 'closed', h.resolved_at, null, null, null, null where h.resolved_at is not null
  union all select case when x.before is null then 'assigned' else 'transferred' end, x.accepted_at, null,
      case when x.before is null then x.agent end, x.before, case when x.before is not null then x.agent end
    from (select a.accepted_at, a.agent_id::text as agent, lag(a.agent_id::text) over (order by a.id) as before
      from assignments a where a.handoff_id = h.id and a.accepted_at is not null) x
) e
where e.at >= $1 and ($2::bigint is null or c.channel_account_id = $2)`;

export async function readHistory(
  pool: Pool,
  shopId: ShopId,
  since: Date,
  accountId: string | null,
): Promise<MetricItem[]> {
  const { rows } = await shopQuery<{ item: MetricItem }>(pool, shopId, HISTORY, [since, accountId]);
  return rows.map((r) => r.item);
}

export interface BreachCount {
  clock: string;
  n: number;
}

/** How often each clock ran out since a moment. */
export async function countBreaches(pool: Pool, shopId: ShopId, since: Date): Promise<BreachCount[]> {
  const { rows } = await shopQuery<BreachCount>(
    pool,
    shopId,
    'select clock, count(*)::int as n from breaches where breached_at >= $1 group by clock order by clock',
    [since],
  );
  return rows;
}
