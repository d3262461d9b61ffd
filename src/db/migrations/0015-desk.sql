-- The desk: how far each person has read in a conversation, and what its lists ask for.

create table read_marks (
  staff_id bigint not null references staff,
  conversation_id bigint not null references conversations,
  shop_id bigint not null references shops,
  seq bigint not null,
  primary key (staff_id, conversation_id)
);
alter table read_marks enable row level security;
alter table read_marks force row level security;
create policy own_shop on read_marks using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert, update on read_marks to jiebang_app;

create index messages_notes on messages (shop_id, created_at) where kind = 'note'; -- who is named in a note of today
