-- The baton: offers, transfers, teams and routing rules, the agents' capacity, and the clocks of a handoff.

alter table handoffs
  add column passed bigint[] not null default '{}', -- declined or let an offer lapse: not offered again
  add column raised boolean not null default false, -- two rounds without an answer: others are asked, a supervisor is told
  add column transfer jsonb, -- {kind, agent|team, by, reason, note, at} until it is accepted, declined or withdrawn
  add column rule text, -- the routing rule that chose the team
  add column skills text[] not null default '{}',
  add column language text not null default 'zh',
  add column weight smallint not null default 1, -- of an agent's capacity
  add column awaiting_since timestamptz, -- the shopper's oldest message that its owner has not answered
  add column held_since timestamptz; -- by its present owner

alter table assignments
  add column how text not null default 'claimed' check (how in ('offered', 'claimed')),
  add column accepted_at timestamptz,
  add column why jsonb not null default '{}'; -- what the routing weighed
update assignments set accepted_at = started_at;
create index assignments_open on assignments (agent_id) where ended_at is null;

alter table staff
  add column capacity smallint not null default 6 check (capacity between 0 and 100), -- weighted conversations at once
  add column channel_capacity jsonb not null default '{}', -- {"web": 4}: of these at most so many
  add column skills text[] not null default '{}',
  add column languages text[] not null default '{zh}',
  add column away_words text, -- said once to each of their shoppers while they are away
  add column idle_since timestamptz not null default now();

alter table shoppers add column vip boolean not null default false; -- an agent or the shop system says so

create table teams (
  shop_id bigint not null references shops,
  name text not null,
  label text not null,
  mode text not null default 'pull' check (mode in ('pull', 'offer')),
  offer_seconds int not null default 30 check (offer_seconds between 5 and 600),
  overflow text, -- the team that is asked after two rounds
  -- When the team is there: {"zone": "Asia/Shanghai", "days": {"1": [["09:00","18:00"]], …}, "closed": ["2027-02-17"], "open": {"2027-02-14": [["10:00","16:00"]]}}; null follows the shop's hours.
  hours jsonb,
  primary key (shop_id, name)
);

create table routing_rules (
  shop_id bigint not null references shops,
  position int not null,
  name text not null,
  when_case jsonb not null,
  team text not null, -- a team's name, or `intent`: what the intent file says
  priority smallint not null default 0 check (priority between 0 and 3),
  skills text[] not null default '{}',
  primary key (shop_id, position)
);

do $$
declare t text;
begin
  foreach t in array array['teams', 'routing_rules'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update, delete on %I to jiebang_app', t);
  end loop;
end $$;

-- Locks a conversation and reads who has the baton. Two statements, because the second must see what the first waited for.
create function lock_baton(p_conversation bigint) returns jsonb language plpgsql as $$
declare
  c conversations;
  h handoffs;
begin
  select * into c from conversations where id = p_conversation for update;
  if not found then return null; end if;
  select * into h from handoffs where conversation_id = p_conversation and state <> 'resolved';
  return jsonb_build_object(
    'conversationId', c.id::text, 'epoch', c.epoch::text, 'accountId', c.channel_account_id::text,
    'ownerKind', c.owner_kind, 'ownerId', c.owner_id::text,
    'handoff', case when h.id is null then null else jsonb_build_object(
      'id', h.id::text, 'state', h.state, 'team', h.team, 'passed', (select coalesce(jsonb_agg(p::text), '[]') from unnest(h.passed) p),
      'raised', h.raised, 'offeredTo', h.offered_to::text, 'offerOver', coalesce(h.offer_expires_at <= now(), false),
      'owner', h.accepted_by::text, 'transfer', h.transfer, 'risk', h.risk, 'weight', h.weight,
      -- greatest ignores null, and a case somebody has just taken has not been forgotten by them
      'awaitingMs', case when h.awaiting_since is not null
        then (extract(epoch from now() - greatest(h.awaiting_since, h.held_since)) * 1000)::float8 end) end);
end $$;

-- Locks an agent and counts what they have, for the same reason in two statements.
create function lock_agent(p_agent bigint) returns jsonb language plpgsql as $$
declare s staff;
begin
  select * into s from staff where id = p_agent for update;
  if not found then return null; end if;
  return jsonb_build_object('presence', s.presence, 'capacity', s.capacity, 'channelCapacity', s.channel_capacity, 'name', s.name,
    'awayMs', (extract(epoch from now() - s.presence_at) * 1000)::float8,
    'load', (select coalesce(sum(h.weight), 0) from handoffs h
      where (h.state = 'with-agent' and h.accepted_by = p_agent) or (h.state = 'offered' and h.offered_to = p_agent)),
    'channelLoad', (select coalesce(jsonb_object_agg(x.kind, x.n), '{}') from (
      select a.kind, count(*) as n from handoffs h join conversations c on c.id = h.conversation_id
        join channel_accounts a on a.id = c.channel_account_id
        where (h.state = 'with-agent' and h.accepted_by = p_agent) or (h.state = 'offered' and h.offered_to = p_agent)
        group by a.kind) x));
end $$;

-- What is due, as before, and what the baton's clocks ask for. Ids only.
grant select (accepted_by, offered_to, offer_expires_at, awaiting_since, held_since, team) on handoffs to jiebang_system;
grant select (id, presence, presence_at) on staff to jiebang_system;
grant select (shop_id, name, mode) on teams to jiebang_system;
create policy ids_across_shops on teams for select to jiebang_system using (true);
drop function due_work(int, int, int);
create function due_work(p_limit int, p_tell_after_ms int, p_silent_ms int, p_lost_ms int)
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  (select 'turn', t.shop_id, t.conversation_id,
      (extract(epoch from now() - coalesce(t.lease_until, t.due_at)) * 1000)::bigint
    from turns t where (t.state = 'open' and t.due_at < now() - interval '1 second')
      or (t.state = 'leased' and t.lease_until < now()) order by t.id limit p_limit)
  union all
  (select case o.state when 'new' then 'deliver' else 'stranded' end, o.shop_id, o.id,
      (extract(epoch from now() - case o.state when 'new' then o.next_at else o.lease_until end) * 1000)::bigint
    from outbox o where (o.state = 'new' and o.next_at < now() - interval '1 second')
      or (o.state = 'sending' and o.lease_until < now()) order by o.id limit p_limit)
  union all
  (select 'handoff', h.shop_id, h.id, (extract(epoch from now() - h.told_at) * 1000)::bigint
    from handoffs h where h.state = 'waiting' and h.told_at < now() - p_tell_after_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'silent', h.shop_id, h.id, 0::bigint
    from handoffs h where h.state = 'with-agent' and h.risk in ('R3', 'R4', 'none') and h.awaiting_since is not null
      and greatest(h.awaiting_since, h.held_since) < now() - p_silent_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'lapse', h.shop_id, h.id, (extract(epoch from now() - h.offer_expires_at) * 1000)::bigint
    from handoffs h where h.state = 'offered' and h.offer_expires_at <= now() order by h.id limit p_limit)
  union all
  (select 'lost', h.shop_id, h.id, 0::bigint
    from handoffs h join staff s on s.id = h.accepted_by
    where h.state = 'with-agent' and h.awaiting_since is not null
      and s.presence_at < now() - p_lost_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'offer', h.shop_id, min(h.id), 0::bigint
    from handoffs h join teams t on t.shop_id = h.shop_id and t.name = h.team and t.mode = 'offer'
    where h.state = 'waiting' group by h.shop_id)
  union all
  (select 'recall', h.shop_id, min(h.id), 0::bigint from handoffs h where h.state = 'deferred' group by h.shop_id)
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_work(int, int, int, int) owner to jiebang_system;
  revoke all on function due_work(int, int, int, int) from public;
  grant execute on function due_work(int, int, int, int) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;

-- As before, and the clock of a person's next reply starts with the shopper's first unanswered message.
create or replace function admit(
  p_shop bigint, p_account bigint, p_external text, p_shopper text, p_name text, p_text text, p_payload jsonb, p_window_ms int,
  out status text, out conversation_id bigint, out seq bigint, out turn_id bigint
) language plpgsql as $$
#variable_conflict use_column
declare
  v_shopper bigint;
  v_owner text;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select i.conversation_id, i.seq into admit.conversation_id, admit.seq from inbound_ids i
    where i.channel_account_id = p_account and i.external_id = p_external;
  if found then admit.status := 'duplicate'; return; end if;

  select s.id into v_shopper from shoppers s where s.channel_account_id = p_account and s.platform_id = p_shopper;
  if not found then
    insert into shoppers as s (shop_id, channel_account_id, platform_id, name) values (p_shop, p_account, p_shopper, p_name)
      on conflict (channel_account_id, platform_id) do update set name = coalesce(excluded.name, s.name) returning s.id into v_shopper;
  end if;

  insert into conversations as c (shop_id, channel_account_id, shopper_id, next_seq, last_shopper_at)
    values (p_shop, p_account, v_shopper, 2, now())
    on conflict (channel_account_id, shopper_id) do update
      set next_seq = c.next_seq + 1, last_shopper_at = now(), closed_at = null
    returning c.id, c.next_seq - 1, c.owner_kind into admit.conversation_id, admit.seq, v_owner;

  insert into inbound_ids (shop_id, channel_account_id, external_id, conversation_id, seq)
    values (p_shop, p_account, p_external, admit.conversation_id, admit.seq) on conflict do nothing;
  if not found then -- the same id arrived at the same moment and won
    update conversations c set next_seq = c.next_seq - 1 where c.id = admit.conversation_id;
    select i.conversation_id, i.seq into admit.conversation_id, admit.seq from inbound_ids i
      where i.channel_account_id = p_account and i.external_id = p_external;
    admit.status := 'duplicate';
    return;
  end if;

  insert into messages (shop_id, conversation_id, seq, author, text, payload)
    values (p_shop, admit.conversation_id, admit.seq, 'shopper', p_text, p_payload);

  if v_owner in ('bot', 'queue') then
    update turns t set last_seq = admit.seq,
        due_at = least(now() + p_window_ms * interval '1 ms', t.created_at + 3 * p_window_ms * interval '1 ms')
      where t.conversation_id = admit.conversation_id and t.state = 'open' and t.attempt = 0
      returning t.id into admit.turn_id;
    if not found then
      insert into turns as t (shop_id, conversation_id, first_seq, last_seq, due_at)
        values (p_shop, admit.conversation_id, admit.seq, admit.seq, now() + p_window_ms * interval '1 ms')
        returning t.id into admit.turn_id;
    end if;
  end if;
  if v_owner = 'agent' then
    update handoffs h set awaiting_since = now()
      where h.conversation_id = admit.conversation_id and h.state = 'with-agent' and h.awaiting_since is null;
  end if;
  admit.status := 'new';
end $$;

-- As before; a new handoff says what routing found, and may be born while nobody is there.
create or replace function commit_turn(
  p_shop bigint, p_conversation bigint, p_turn bigint, p_attempt int, p_epoch bigint, p_receipt jsonb, p_parts jsonb,
  p_memory jsonb, p_handoff jsonb, p_born text, p_send_lease_ms int
) returns jsonb language plpgsql as $$
declare
  c conversations;
  v_epoch bigint;
  v_seq bigint;
  v_part jsonb;
  v_n int := 0;
  v_out jsonb := '[]';
  v_id bigint;
  v_handoff bigint;
  v_next jsonb;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  select * into c from conversations where id = p_conversation for update;
  update turns set state = case when c.epoch = p_epoch then 'done' else 'stale' end, done_at = now(), lease_until = null,
      receipt = case when c.epoch = p_epoch then p_receipt
        else p_receipt || jsonb_build_object('discarded', 'the conversation changed hands while this turn was running') end
    where id = p_turn and state = 'leased' and attempt = p_attempt;
  if not found then return jsonb_build_object('status', 'lost-lease'); end if;
  select jsonb_build_object('dueInMs', greatest(0, ceil(extract(epoch from t.due_at - now()) * 1000))) into v_next
    from turns t where t.conversation_id = p_conversation and t.state = 'open' order by t.first_seq limit 1;
  if c.epoch <> p_epoch then return jsonb_build_object('status', 'stale', 'next', v_next); end if;

  v_epoch := c.epoch;
  v_seq := c.next_seq;
  if p_handoff is not null and c.owner_kind = 'bot' then
    v_epoch := v_epoch + 1;
    insert into handoffs (shop_id, conversation_id, reason, risk, risk_rank, priority, team, state, summary, intent, packet, due_at,
        told_at, told_position, rule, skills, language, weight, awaiting_since, previous_id)
      values (p_shop, p_conversation, p_handoff->>'reason', p_handoff->>'risk', (p_handoff->>'riskRank')::smallint,
        coalesce((p_handoff->>'priority')::int, 0), p_handoff->>'team', coalesce(p_handoff->>'state', 'waiting'),
        p_handoff->>'summary', p_handoff->>'intent', p_handoff->'packet',
        now() + (p_handoff->>'dueMs')::bigint * interval '1 ms', now(), (p_handoff->>'position')::int, p_handoff->>'rule',
        array(select jsonb_array_elements_text(coalesce(p_handoff->'skills', '[]'))), coalesce(p_handoff->>'language', 'zh'),
        coalesce((p_handoff->>'weight')::smallint, 1), now(),
        (select h.id from handoffs h where h.conversation_id = p_conversation and h.resolved_at > now() - interval '24 hours'
          order by h.id desc limit 1))
      returning id into v_handoff;
    perform append_event(p_shop, 'desk', 'handoff', jsonb_build_object('handoffId', v_handoff::text, 'conversationId', p_conversation::text, 'state', coalesce(p_handoff->>'state', 'waiting'), 'what', 'hand-off', 'team', p_handoff->>'team'));
  end if;
  for v_part in select * from jsonb_array_elements(p_parts) loop
    v_n := v_n + 1;
    v_id := put_message(p_shop, p_conversation, v_seq, coalesce(v_part->>'author', 'bot'), null, coalesce(v_part->>'kind', 'text'),
      v_part->>'text', coalesce(v_part->'payload', '{}'), null, v_epoch, p_turn, v_n, p_born, p_send_lease_ms);
    v_out := v_out || jsonb_build_object('id', v_id::text, 'seq', v_seq,
      'state', (select o.state from outbox o where o.id = v_id));
    v_seq := v_seq + 1;
  end loop;
  update conversations set next_seq = v_seq, epoch = v_epoch, memory = coalesce(p_memory, memory),
      owner_kind = case when v_handoff is null then owner_kind else 'queue' end
    where id = p_conversation;
  return jsonb_build_object('status', 'done', 'outbox', v_out, 'handoffId', v_handoff::text, 'next', v_next);
end $$;
