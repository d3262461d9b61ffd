-- The clocks of a handoff: what was due and did not come, written once for each moment a clock started from.

create table breaches (
  shop_id bigint not null references shops,
  handoff_id bigint not null references handoffs,
  clock text not null check (clock in ('first-reply', 'slow-reply', 'next-reply', 'resolution')),
  started_at timestamptz not null, -- what the clock runs from
  breached_at timestamptz not null default now(),
  owner_id bigint references staff, -- in whose hands it was
  primary key (handoff_id, clock, started_at)
);
create index breaches_of_shop on breaches (shop_id, breached_at);
alter table breaches enable row level security;
alter table breaches force row level security;
create policy own_shop on breaches using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert on breaches to jiebang_app;

create index messages_of_shop on messages (shop_id, created_at); -- the board reads the last thirty days

-- Handoffs a clock of which has run out without a row that says so. A deferred one rests until somebody is back. Ids only.
grant select (handoff_id, clock, started_at) on breaches to jiebang_system;
create policy ids_across_shops on breaches for select to jiebang_system using (true);
grant select (due_at, first_reply_at, queued_at) on handoffs to jiebang_system;
create function due_clocks(p_limit int, p_slow_ms int, p_next_ms int, p_resolution_ms bigint)
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  select 'clock', h.shop_id, h.id, 0::bigint from handoffs h
    where h.state in ('waiting', 'offered', 'with-agent') and (
      (h.first_reply_at is null and h.due_at < now()
        and not exists (select from breaches b where b.handoff_id = h.id and b.clock = 'first-reply'))
      or (h.state = 'with-agent' and h.awaiting_since < now() - p_slow_ms * interval '1 ms'
        and not exists (select from breaches b where b.handoff_id = h.id and b.clock = 'slow-reply' and b.started_at = h.awaiting_since))
      or (h.state = 'with-agent' and h.first_reply_at is not null and h.awaiting_since < now() - p_next_ms * interval '1 ms'
        and not exists (select from breaches b where b.handoff_id = h.id and b.clock = 'next-reply' and b.started_at = h.awaiting_since))
      or (h.queued_at < now() - p_resolution_ms * interval '1 ms'
        and not exists (select from breaches b where b.handoff_id = h.id and b.clock = 'resolution')))
    order by h.id limit p_limit
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_clocks(int, int, int, bigint) owner to jiebang_system;
  revoke all on function due_clocks(int, int, int, bigint) from public;
  grant execute on function due_clocks(int, int, int, bigint) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
