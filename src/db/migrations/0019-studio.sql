-- The studio (知识库): what editors change, where a release came from, and what nobody could answer.

-- Every save of an entry, never changed but for what became of it: drafts, their history and who edited last, in one table.
-- The draft of an entry is its newest row that is neither published nor thrown away.
create table faq_edits (
  shop_id bigint not null references shops,
  entry_id text not null,
  version int not null, -- counts up for ever, so that a page opened before a publication is out of date after it
  body jsonb not null,
  retired boolean not null default false,
  editor_id bigint not null references staff,
  at timestamptz not null default now(),
  released_in bigint, -- the release's own number; the row of an old release may be gone
  discarded_at timestamptz,
  primary key (shop_id, entry_id, version)
);
create index faq_edits_open on faq_edits (shop_id) where released_in is null and discarded_at is null;

-- Where a release came from. `files_hash` is the state of the content files it takes into account: a start with the same
-- files never replaces what was published from the studio.
alter table faq_releases add column number int;
alter table faq_releases add column origin text not null default 'files' check (origin in ('files', 'studio', 'rollback'));
alter table faq_releases add column files_hash text not null default '';
alter table faq_releases add column note text;
alter table faq_releases add column made_by bigint references staff;
alter table faq_releases add column learned boolean not null default false; -- the same content again, with newly learned models
alter table faq_releases no force row level security; -- or the owner would see no rows to number
update faq_releases r set number = n.number from (select id, row_number() over (partition by shop_id order by id) as number
  from faq_releases) n where n.id = r.id;
alter table faq_releases force row level security;
alter table faq_releases alter column number set not null;
create unique index faq_releases_number on faq_releases (shop_id, number);

-- What an agent reports from the desk; what the bot itself could not answer is read from its receipts.
create table faq_unknown_reports (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  conversation_id bigint not null references conversations,
  question text not null, -- masked
  reported_by bigint not null references staff,
  at timestamptz not null default now()
);
create index faq_unknown_reports_newest on faq_unknown_reports (shop_id, at);

-- What was done about a question; asked again afterwards, it is back on the list.
create table faq_unknown_closings (
  shop_id bigint not null references shops,
  key text not null, -- of the normalised text
  outcome text not null check (outcome in ('dismissed', 'entry')),
  reason text, -- of a dismissal
  entry_id text,
  closed_by bigint not null references staff,
  closed_at timestamptz not null default now(),
  primary key (shop_id, key)
);

-- Turns of the last days are looked through for hits and misses. Small, and it keeps no update from being a cheap one.
create index turns_by_day on turns using brin (created_at) with (pages_per_range = 16);

do $$
declare t text;
begin
  foreach t in array array['faq_edits', 'faq_unknown_reports', 'faq_unknown_closings'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
end $$;
