-- What agents write with and look at: canned responses (话术), drafts that follow a person from one device to the next,
-- notes that are pinned, and the shop's own word about a shopper.

create table phrases (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  staff_id bigint references staff, -- whose it is; null: of the whole shop
  group_name text not null,
  title text not null,
  text text not null,
  initials text not null, -- of the title's pinyin: 发货时间 is fhsj
  pinyin text not null, -- the whole of it: fahuoshijian
  uses int not null default 0,
  used_at timestamptz,
  sample text, -- name in the sample shop; a sample that was deleted stays away
  deleted_at timestamptz,
  updated_at timestamptz not null default now()
);
create unique index phrases_sample on phrases (shop_id, sample) where sample is not null;
create index phrases_of_shop on phrases (shop_id, group_name, id) where deleted_at is null;

create table drafts (
  conversation_id bigint not null references conversations,
  staff_id bigint not null references staff,
  shop_id bigint not null references shops,
  kind text not null check (kind in ('reply', 'note')),
  text text not null,
  saved_at timestamptz not null default now(),
  primary key (conversation_id, staff_id)
);
create index drafts_of_staff on drafts (staff_id);

create table pinned_notes (
  conversation_id bigint not null,
  message_seq bigint not null,
  shop_id bigint not null references shops,
  pinned_by bigint not null references staff,
  pinned_at timestamptz not null default now(),
  primary key (conversation_id, message_seq),
  foreign key (conversation_id, message_seq) references messages
);

alter table shoppers add column remark text; -- what agents should know of this shopper; never shown to them

do $$
declare t text;
begin
  foreach t in array array['phrases', 'drafts', 'pinned_notes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
  grant delete on drafts, pinned_notes to jiebang_app;
end $$;
