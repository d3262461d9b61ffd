-- Outgoing events: whom a shop tells (endpoints) and what each of them was or is to be told (deliveries). What happened is
-- in `events`; a delivery is made from it when its endpoint has come so far, so that an endpoint that is away costs one row.
-- Lock order: endpoint, then delivery, then topic.

create table hook_endpoints (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  url text not null,
  description text not null default '',
  kinds text[] not null default '{}', -- none: all
  state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  reason text, -- why it was disabled
  secret text not null, -- sealed
  previous_secret text, -- signs as well until then, so that the receiver may change at leisure
  previous_until timestamptz,
  cursor_seq bigint not null, -- events of the desk topic up to here have become deliveries
  failing_since timestamptz,
  last_error text,
  last_success_at timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 80);
create index hook_endpoints_shop on hook_endpoints (shop_id, id);

create table hook_deliveries (
  id bigint generated always as identity primary key, -- the order in which they are sent
  shop_id bigint not null references shops,
  endpoint_id bigint not null references hook_endpoints on delete cascade,
  seq bigint not null,
  kind text not null,
  body text not null, -- every attempt sends the same bytes
  state text not null default 'new' check (state in ('new', 'sending', 'delivered', 'dead')),
  attempt int not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  status int, -- what the receiver last answered; null when it did not
  last_error text,
  created_at timestamptz not null default now(),
  done_at timestamptz
) with (fillfactor = 70);
create index hook_deliveries_unfinished on hook_deliveries (endpoint_id, id) where state in ('new', 'sending');
create index hook_deliveries_of_endpoint on hook_deliveries (endpoint_id, state, id);

do $$
declare t text;
begin
  foreach t in array array['hook_endpoints', 'hook_deliveries'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update, delete on %I to jiebang_app', t);
    execute format('create policy ids_across_shops on %I for select to jiebang_system using (true)', t);
  end loop;
  create policy ids_across_shops on topics for select to jiebang_system using (true);
end $$;
grant select (id, shop_id, state, cursor_seq) on hook_endpoints to jiebang_system;
grant select (id, shop_id, endpoint_id, state, next_at, lease_until) on hook_deliveries to jiebang_system;
grant select (shop_id, topic, seq) on topics to jiebang_system;

-- Endpoints that have something to do and that no live process is at: the first unfinished delivery is due, or there is
-- none and events have come in. How late an event is cannot be told without reading it; 0 leaves it to the queue first.
create function due_hooks(p_limit int) returns table (kind text, shop_id bigint, id bigint, late_ms bigint)
language sql stable security definer set search_path = public as $$
  select 'hook', e.shop_id, e.id, coalesce((extract(epoch from now() - d.due_at) * 1000)::bigint, 0)
  from hook_endpoints e
  left join lateral (
    select case x.state when 'sending' then x.lease_until else x.next_at end as due_at
    from hook_deliveries x where x.endpoint_id = e.id and x.state in ('new', 'sending')
    order by (x.state = 'sending') desc, x.id limit 1
  ) d on true
  where e.state = 'active' and case when d.due_at is not null then d.due_at < now()
    else e.cursor_seq < (select t.seq from topics t where t.shop_id = e.shop_id and t.topic = 'desk') end
  order by e.id limit p_limit
$$;
grant create on schema public to jiebang_system;
alter function due_hooks(int) owner to jiebang_system;
revoke all on function due_hooks(int) from public;
grant execute on function due_hooks(int) to jiebang_app;
revoke create on schema public from jiebang_system;
