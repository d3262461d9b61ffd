-- The shopper's side: pictures that are sent, whether an answer helped (thumbs), how the service was (stars), and which
-- other sites may hold the shopper's page in a frame.

alter table shops add column widget_origins text[] not null default '{}'; -- none: this site only; in the demo any site

create table uploads (
  id text primary key, -- cannot be guessed; also the name of the file
  shop_id bigint not null references shops,
  conversation_id bigint references conversations, -- of the shopper who sent it; null: somebody of the shop did
  staff_id bigint references staff,
  type text not null check (type in ('image/jpeg', 'image/png', 'image/webp', 'image/gif')), -- by its bytes, whatever it was called
  bytes int not null,
  created_at timestamptz not null default now(),
  check ((conversation_id is null) <> (staff_id is null))
);
create index uploads_of_conversation on uploads (conversation_id, created_at);

create table answer_feedback (
  shop_id bigint not null references shops,
  conversation_id bigint not null references conversations,
  message_seq bigint not null,
  helpful boolean not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz,
  primary key (conversation_id, message_seq)
);
create index answer_feedback_of_shop on answer_feedback (shop_id, created_at);

-- One row for each time a shopper was asked; without a score nobody answered.
create table csat (
  handoff_id bigint primary key references handoffs,
  shop_id bigint not null references shops,
  conversation_id bigint not null references conversations,
  agent_id bigint references staff,
  asked_at timestamptz not null default now(),
  score smallint check (score between 1 and 5),
  tags text[] not null default '{}',
  text text not null default '',
  rated_at timestamptz, -- the first time; from then on it may be changed for a day
  changed_at timestamptz
);
create index csat_of_conversation on csat (conversation_id, asked_at);
create index csat_of_shop on csat (shop_id, asked_at);

create index handoffs_of_conversation on handoffs (conversation_id, id); -- the shopper's page shows who came and when it ended

do $$
declare t text;
begin
  foreach t in array array['uploads', 'answer_feedback', 'csat'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
end $$;
