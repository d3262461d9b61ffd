-- Tickets (工单): work for a shopper that outlives the conversation, with what was done about it.

create table tickets (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  kind text not null,
  title text not null,
  detail text not null,
  priority text not null check (priority in ('normal', 'high', 'urgent')),
  state text not null default 'open' check (state in ('open', 'doing', 'done', 'cancelled')),
  conversation_id bigint references conversations, -- null: nobody wrote, it came by telephone
  order_id text,
  team text, -- who should take it; null: anybody
  assignee_id bigint references staff, -- who has it; null: nobody yet
  due_at timestamptz,
  created_by bigint not null references staff,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  closed_by bigint references staff,
  closed_at timestamptz,
  outcome text, -- what came of it
  notice_seq bigint -- the message that told the shopper; null: not told
) with (fillfactor = 80);
create index tickets_unfinished on tickets (shop_id, due_at, id) where state in ('open', 'doing');
create index tickets_of_shop on tickets (shop_id, id);
create index tickets_of_conversation on tickets (conversation_id);

-- The whole track: each change and each word about it, never rewritten.
create table ticket_notes (
  ticket_id bigint not null references tickets,
  position int not null,
  shop_id bigint not null references shops,
  author_id bigint not null references staff,
  what text not null check (what in ('created', 'note', 'changed', 'closed', 'reopened')),
  text text not null,
  created_at timestamptz not null default now(),
  primary key (ticket_id, position)
);

do $$
declare t text;
begin
  foreach t in array array['tickets', 'ticket_notes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
  end loop;
  grant select, insert, update on tickets to jiebang_app;
  grant select, insert on ticket_notes to jiebang_app;
end $$;
