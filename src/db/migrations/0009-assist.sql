-- The agent's side: drafts of the bot for a conversation that a person owns, the absence of agents, who is looking at what.

-- What the bot would have said to the shopper's messages up to `for_seq`. Never sent by itself. The row also keeps what the agent made of it.
create table suggestions (
  conversation_id bigint not null references conversations,
  for_seq bigint not null, -- the shopper's last message the drafts were made for
  shop_id bigint not null references shops,
  drafts jsonb not null, -- [{id, text, source?, confidence}], at most three, best first
  failed boolean not null default false, -- nothing could be made within the time
  made_at timestamptz not null default now(),
  outcome text check (outcome in ('accepted', 'edited', 'ignored')), -- null: nobody has answered these messages with the drafts in view
  draft smallint, -- of the drafts, 1 is the first; null when ignored
  distance int, -- signs added, removed or changed between the draft and what was sent
  reply_seq bigint,
  agent_id bigint references staff,
  primary key (conversation_id, for_seq)
);
create index suggestions_labelled on suggestions (shop_id, made_at) where outcome is not null;

alter table handoffs add column assisted_seq bigint not null default 0; -- drafts and the absent owner's words have been seen to up to here
alter table staff add column presence_since timestamptz not null default now(); -- a heartbeat repeats the presence, this stays

-- Who looks at a conversation and who is writing. Worth seconds: not logged, and gone after a crash. Without staff it is the shopper.
create unlogged table viewers (
  conversation_id bigint not null,
  staff_id bigint,
  shop_id bigint not null,
  viewing_until timestamptz not null,
  typing_until timestamptz not null,
  unique nulls not distinct (conversation_id, staff_id)
);
create index viewers_over on viewers (shop_id, viewing_until);

do $$
declare t text;
begin
  foreach t in array array['suggestions', 'viewers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
  grant delete on viewers to jiebang_app;
end $$;

-- Conversations of a person in which something was said that nobody has drafted for yet: the lost hints. Ids only.
grant select (assisted_seq) on handoffs to jiebang_system;
grant select (id, next_seq) on conversations to jiebang_system;
create policy ids_across_shops on conversations for select to jiebang_system using (true);
create function due_assists(p_limit int) returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  select 'assist', h.shop_id, h.conversation_id, 0::bigint
    from handoffs h join conversations c on c.id = h.conversation_id
    where h.state = 'with-agent' and h.awaiting_since < now() - interval '3 seconds' and h.assisted_seq < c.next_seq - 1
    order by h.id limit p_limit
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_assists(int) owner to jiebang_system;
  revoke all on function due_assists(int) from public;
  grant execute on function due_assists(int) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
