-- The road of a message: conversations, messages, turns, outbox, handoffs, events.
-- Lock order everywhere: conversation, handoff, agent, topic.

create table conversations (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  channel_account_id bigint not null references channel_accounts,
  shopper_id bigint not null references shoppers,
  -- The one place that says who speaks for the shop. Every change adds 1 to the epoch by compare-and-set.
  owner_kind text not null default 'bot' check (owner_kind in ('bot', 'queue', 'agent', 'platform_agent')),
  owner_id bigint references staff,
  epoch bigint not null default 1,
  next_seq bigint not null default 1,
  memory jsonb not null default '{}', -- what the bot keeps between turns (choices offered, order in focus)
  last_shopper_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  unique (channel_account_id, shopper_id)
) with (fillfactor = 80);

create table messages (
  conversation_id bigint not null,
  seq bigint not null,
  shop_id bigint not null,
  author text not null check (author in ('shopper', 'bot', 'agent', 'system', 'platform_agent')),
  author_id bigint,
  kind text not null default 'text' check (kind in ('text', 'notice', 'note')),
  text text not null,
  payload jsonb not null default '{}',
  client_id text, -- the sender's own id of an agent's message, so that a repeated post has no effect
  created_at timestamptz not null default now(),
  primary key (conversation_id, seq)
);
create unique index messages_client_id on messages (conversation_id, client_id) where client_id is not null;

-- Kept for ever and never partitioned: decides what is a duplicate, days later too.
create table inbound_ids (
  channel_account_id bigint not null,
  external_id text not null,
  shop_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  reply text, -- the passive reply given for this id; a retry gets the same text
  primary key (channel_account_id, external_id)
);
create index inbound_ids_message on inbound_ids (conversation_id, seq);

create table turns (
  id bigint generated always as identity primary key,
  shop_id bigint not null,
  conversation_id bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  state text not null default 'open' check (state in ('open', 'leased', 'done', 'stale')),
  attempt int not null default 0,
  due_at timestamptz not null,
  lease_until timestamptz,
  receipt jsonb,
  created_at timestamptz not null default now(),
  done_at timestamptz
) with (fillfactor = 70);
create index turns_unfinished on turns (conversation_id, first_seq) where state in ('open', 'leased');
create index turns_of_conversation on turns (conversation_id, id);

create table outbox (
  id bigint generated always as identity primary key,
  shop_id bigint not null,
  conversation_id bigint not null,
  message_seq bigint not null,
  author text not null,
  epoch bigint not null,
  turn_id bigint,
  part int not null default 1,
  state text not null check (state in ('new', 'sending', 'sent', 'unknown', 'failed', 'cancelled')),
  attempt int not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  platform_id text,
  last_error text,
  created_at timestamptz not null default now(),
  unique (turn_id, part)
) with (fillfactor = 70);
create index outbox_unfinished on outbox (conversation_id, id) where state in ('new', 'sending');
create index outbox_due on outbox (next_at) where state in ('new', 'sending');
create index outbox_message on outbox (conversation_id, message_seq);

create table handoffs (
  id bigint generated always as identity primary key,
  shop_id bigint not null,
  conversation_id bigint not null references conversations,
  reason text not null,
  risk text not null,
  risk_rank smallint not null, -- 0 is the worst; the queue's first key
  priority int not null default 0,
  team text not null,
  state text not null default 'waiting' check (state in ('waiting', 'offered', 'with-agent', 'deferred', 'resolved')),
  summary text not null,
  intent text,
  packet jsonb not null,
  queued_at timestamptz not null default now(),
  due_at timestamptz not null,
  offered_to bigint references staff,
  offer_expires_at timestamptz,
  accepted_by bigint references staff,
  accepted_at timestamptz,
  first_reply_at timestamptz,
  resolved_at timestamptz,
  disposition text,
  category text,
  told_position int, -- what the shopper last heard, so that only changes are told
  told_at timestamptz,
  previous_id bigint
);
create unique index handoffs_open on handoffs (conversation_id) where state <> 'resolved';
create index handoffs_queue on handoffs (shop_id, risk_rank, due_at, id) where state in ('waiting', 'offered');
create index handoffs_resolved on handoffs (shop_id, id) where state = 'resolved';

create table assignments (
  id bigint generated always as identity primary key,
  shop_id bigint not null,
  handoff_id bigint not null references handoffs,
  agent_id bigint not null references staff,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text
);
create index assignments_handoff on assignments (handoff_id);

-- seq is taken under the topic's row lock, so that commit order is seq order and a reader can never miss one.
create table topics (shop_id bigint not null, topic text not null, seq bigint not null, primary key (shop_id, topic));
create table events (
  shop_id bigint not null,
  topic text not null,
  seq bigint not null,
  kind text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  primary key (shop_id, topic, seq)
);

do $$
declare t text;
begin
  foreach t in array array['staff', 'sign_in_links', 'sessions', 'channel_accounts', 'shoppers', 'faq_releases',
    'faq_revisions', 'faq_release_entries', 'faq_vectors', 'sample_products', 'sample_customers', 'sample_orders',
    'conversations', 'messages', 'inbound_ids', 'turns', 'outbox', 'handoffs', 'assignments', 'topics', 'events'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    -- nullif: after its first use in a session the setting reads '' instead of null
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
  alter table shops enable row level security;
  alter table shops force row level security;
  create policy own_shop on shops using (id = nullif(current_setting('app.shop_id', true), '')::bigint)
    with check (id = nullif(current_setting('app.shop_id', true), '')::bigint);
  grant select, update on shops to jiebang_app;
  grant delete on sessions, sign_in_links, events, faq_releases, faq_vectors, faq_release_entries,
    sample_products, sample_customers, sample_orders to jiebang_app;
end $$;
