-- Pictures and files that a shopper sent on a platform and that are still to be fetched from there. A row goes when its bytes are
-- here or will never be; what became of them stands in the message.
create table incoming_media (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  account_id bigint not null references channel_accounts,
  conversation_id bigint not null references conversations,
  message_seq bigint not null,
  part int not null, -- its place among the message's attachments, from 0
  attempt int not null default 0,
  next_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique (conversation_id, message_seq, part)
);
create index incoming_media_due on incoming_media (next_at);

alter table incoming_media enable row level security;
alter table incoming_media force row level security;
create policy own_shop on incoming_media using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert, update, delete on incoming_media to jiebang_app;

-- In the message's own transaction: no hint can be lost.
create function note_incoming_media() returns trigger language plpgsql as $$
begin
  insert into incoming_media (shop_id, account_id, conversation_id, message_seq, part)
    select new.shop_id, c.channel_account_id, new.conversation_id, new.seq, a.n - 1
    from jsonb_array_elements(new.payload->'attachments') with ordinality a (e, n), conversations c
    where c.id = new.conversation_id and a.e->>'id' is null and (a.e ? 'ref' or a.e ? 'url')
      and a.e->>'kind' in ('image', 'voice', 'video', 'shortvideo', 'file');
  return null;
end $$;
create trigger incoming_media_noted after insert on messages for each row
  when (new.author = 'shopper' and new.payload ? 'attachments') execute function note_incoming_media();

grant select (id, shop_id, next_at) on incoming_media to jiebang_system;
create policy ids_across_shops on incoming_media for select to jiebang_system using (true);
create function due_media(p_limit int) returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  select 'media', m.shop_id, m.id, (extract(epoch from now() - m.next_at) * 1000)::bigint
    from incoming_media m where m.next_at < now() - interval '1 second' order by m.next_at limit p_limit
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_media(int) owner to jiebang_system;
  revoke all on function due_media(int) from public;
  grant execute on function due_media(int) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
