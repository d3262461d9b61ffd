-- What a channel has to remember of its platform between calls, and who is at a work that only one may do at a time.
create table channel_memory (
  shop_id bigint not null references shops,
  account_id bigint not null references channel_accounts on delete cascade,
  name text not null,
  value text,
  busy_token text,
  busy_until timestamptz,
  changed_at timestamptz not null default now(),
  primary key (account_id, name)
);

alter table channel_memory enable row level security;
alter table channel_memory force row level security;
create policy own_shop on channel_memory using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert, update, delete on channel_memory to jiebang_app;
