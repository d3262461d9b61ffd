// What a run of agents is judged by: triggers of the test's own that write down every offer at the moment it is made, and looks at the rows. Knows nothing of the engine's code.
import type pg from 'pg';

/** Every offer with the agent as they are in the very transaction that makes it, and who had a better right to be offered. */
const TRIGGER = `
create table witness_offers (handoff_id bigint, agent_id bigint, at timestamptz not null default clock_timestamp(), presence text,
  away_ms float8, load int, capacity int, before boolean);
create function witness_offer() returns trigger language plpgsql security definer as $$
declare s staff; h handoffs; v_load int; v_before boolean;
begin
  if new.how <> 'offered' then return new; end if;
  select * into s from staff where id = new.agent_id;
  select * into h from handoffs where id = new.handoff_id;
  select coalesce(sum(x.weight), 0) into v_load from handoffs x
    where (x.state = 'with-agent' and x.accepted_by = s.id) or (x.state = 'offered' and x.offered_to = s.id);
  -- waiting for a second at least, more urgent or as urgent and older, in a team of the agent, not passed on by them
  select exists (select from handoffs x where x.shop_id = h.shop_id and x.state = 'waiting' and x.id <> h.id and x.team = h.team
    and (x.risk_rank, x.due_at, x.id) < (h.risk_rank, h.due_at, h.id) and not (s.id = any(x.passed))
    and x.queued_at < now() - interval '1 second'
    and not exists (select from assignments a where a.handoff_id = x.id and a.ended_at > now() - interval '1 second')) into v_before;
  insert into witness_offers (handoff_id, agent_id, presence, away_ms, load, capacity, before)
    values (h.id, s.id, s.presence, extract(epoch from clock_timestamp() - s.presence_at) * 1000, v_load, s.capacity, v_before);
  return new;
end $$;
create trigger witness_offer after insert on assignments for each row execute function witness_offer()`;

export async function installWitness(owner: pg.Pool): Promise<void> {
  await owner.query(TRIGGER);
  // the owner of the tables is held by the policies as everybody is; the witness must see all
  for (const table of ['assignments', 'handoffs', 'staff', 'conversations'])
    await owner.query(`alter table ${table} no force row level security`);
}

/** Conversations whose owner and whose open handoff do not agree, at this moment. */
export async function strays(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `select count(*)::int as n from conversations c
     left join handoffs h on h.conversation_id = c.id and h.state <> 'resolved'
     where (c.owner_kind = 'bot' and h.id is not null)
       or (c.owner_kind = 'queue' and (h.id is null or h.state not in ('waiting', 'offered', 'deferred')))
       or (c.owner_kind = 'agent' and (h.id is null or h.state <> 'with-agent' or h.accepted_by <> c.owner_id))`,
  );
  return rows[0]!.n;
}

export interface OfferFindings {
  offers: number;
  /** To who was not online, or had no sign of life for a minute. */
  absent: number;
  /** Beyond the agent's capacity. */
  overfull: number;
  /** While somebody with a better right had been waiting for a second. */
  outOfOrder: number;
  /** Of one handoff to two at once. */
  twice: number;
}

export async function judgeOffers(owner: pg.Pool): Promise<OfferFindings> {
  const { rows } = await owner.query<OfferFindings>(
    `select count(*)::int as offers, count(*) filter (where presence <> 'online' or away_ms > 60000)::int as absent,
       count(*) filter (where load > capacity)::int as overfull, count(*) filter (where before)::int as "outOfOrder",
       (select count(*)::int from assignments a join assignments b on b.handoff_id = a.handoff_id and b.id > a.id
          where a.ended_at is null or a.ended_at > b.started_at) as twice
     from witness_offers`,
  );
  return rows[0]!;
}

/**
 * From the moment an agent had room (their offer or work ended, or they came back) until they were offered the next, while
 * others waited. Milliseconds, by the database's clock; of what happened from `since` on. `came`: agent and the moment they came online.
 */
export async function offerLatencies(
  owner: pg.Pool,
  came: readonly { agent: string; at: string }[],
  since: Date,
): Promise<number[]> {
  const { rows } = await owner.query<{ ms: number }>(
    `with came as (select (x->>'agent')::bigint as agent_id, (x->>'at')::timestamptz as at from jsonb_array_elements($1::jsonb) x),
     -- a moment when room appeared: something of the agent ended, and it had filled them
     room as (
       select a.agent_id, a.ended_at as at from assignments a join staff s on s.id = a.agent_id
         where a.ended_at is not null and (select coalesce(sum(h.weight), 0) from assignments b join handoffs h on h.id = b.handoff_id
           where b.agent_id = a.agent_id and b.started_at < a.ended_at and (b.ended_at is null or b.ended_at >= a.ended_at)) >= s.capacity
       union all select agent_id, at from came)
     select (extract(epoch from o.at - r.at) * 1000)::float8 as ms from room r
       cross join lateral (select at from witness_offers w where w.agent_id = r.agent_id and w.at >= r.at order by w.at limit 1) o
       where r.at >= $2 and not exists (select from room q where q.agent_id = r.agent_id and q.at > r.at and q.at < o.at)`,
    [JSON.stringify(came), since],
  );
  return rows.map((r) => r.ms).sort((a, b) => a - b);
}
