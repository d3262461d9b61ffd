-- The ledger of promises (承诺账本), shifts (日清), handovers between shifts (交接), and the morning's patrol (巡检).
-- Lock order goes on: conversation, handoff, agent, commitment, topic.

alter table shops add column bot_may_promise boolean not null default true; -- what the bot says binds the shop as well

create table commitments (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  conversation_id bigint references conversations, -- null: a task of the shop's own, no shopper was told
  message_seq bigint, -- where it was said; null: written down by hand
  place int, -- of its words in that message
  order_id text, -- the order in focus when it was said
  staff_id bigint references staff, -- who has to keep it; null: said by the bot or in the platform's own app, nobody has taken it
  said_by text not null check (said_by in ('agent', 'bot', 'platform_agent', 'hand')),
  kind text not null,
  evidence text not null, -- the words of the message, or what was written down
  task text not null, -- what has to be done, in the words of whoever confirmed it
  subject text,
  state text not null check (state in ('suggested', 'open', 'carried', 'broken', 'kept', 'dismissed')),
  due_at timestamptz, -- null: no time was named; looked at each day instead
  said_due_at timestamptz, -- the first time the shopper was told
  looked_at date, -- without a time: carried over on this day, so that it is asked for again on the next
  slips int not null default 0, -- how often it was moved
  next_reminder text check (next_reminder in ('two_hours_before', 'half_hour_before', 'due', 'overdue')),
  next_reminder_at timestamptz,
  reminded text[] not null default '{}', -- since it was last given a time
  broken_at timestamptz, -- stays when it is kept after all
  settled_at timestamptz, -- kept or dismissed
  note text,
  created_at timestamptz not null default now(),
  unique (conversation_id, message_seq, place)
) with (fillfactor = 80);
create index commitments_of_holder on commitments (shop_id, staff_id, due_at) where state in ('suggested', 'open', 'carried', 'broken');
create index commitments_in_order on commitments (shop_id, due_at, id);
create index commitments_of_conversation on commitments (conversation_id);
create index commitments_to_remind on commitments (next_reminder_at) where next_reminder_at is not null;

-- Messages in which a promise is looked for after they are there. Written in the message's own transaction, so that a
-- crash before the look loses nothing.
create table promise_checks (
  shop_id bigint not null references shops,
  conversation_id bigint not null,
  message_seq bigint not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (conversation_id, message_seq)
) with (fillfactor = 80);
create index promise_checks_unread on promise_checks (shop_id, created_at) where read_at is null;

create function note_spoken() returns trigger language plpgsql as $$
begin
  insert into promise_checks (shop_id, conversation_id, message_seq)
    select new.shop_id, new.conversation_id, new.seq
    where new.author <> 'bot' or (select s.bot_may_promise from shops s where s.id = new.shop_id);
  return null;
end $$;
-- A trigger, because people's words come in by several ways (the desk, an accepted draft, the platform's own app) and none
-- may be forgotten. Of the bot only what names a time is looked at: 我帮您转给同事 is said a hundred times a day and binds
-- nobody. The condition is loose and cheap; what is a promise is decided by promises/.
create trigger messages_spoken after insert on messages for each row
  when (new.kind = 'text' and (new.client_id is null or new.client_id not like 'commitment:%')
    and (new.author in ('agent', 'platform_agent') or (new.author = 'bot' and new.text ~
      '今[天日晚]|明[天日早晚]|后天|下班前|月底|小时|分钟|工作日|周[一二三四五六日天末]|[0-9一二两三四五六七八九十] ?[天日号](之?内|以内|前)')))
  execute function note_spoken();

create table shifts (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  staff_id bigint not null references staff,
  started_at timestamptz not null default now(),
  ends_at timestamptz not null, -- as planned
  closed_at timestamptz,
  forced_by bigint references staff,
  force_reason text,
  left_open jsonb -- what stood against closing when it was forced
);
create unique index shifts_open on shifts (staff_id) where closed_at is null;
create index shifts_of_shop on shifts (shop_id, started_at);

create table handovers (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  from_id bigint not null references staff,
  to_staff bigint references staff,
  to_team text,
  state text not null default 'pending' check (state in ('pending', 'accepting', 'accepted', 'refused', 'withdrawn')),
  answered_by bigint references staff,
  reason text, -- of a refusal
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  check ((to_staff is null) <> (to_team is null))
);
create unique index handovers_open on handovers (from_id) where state in ('pending', 'accepting');
create index handovers_of_shop on handovers (shop_id, id);

create table handover_items (
  handover_id bigint not null references handovers,
  position int not null,
  shop_id bigint not null references shops,
  kind text not null check (kind in ('note', 'conversation', 'commitment')),
  topic text, -- of a note
  text text, -- of a note, or what the next one should know of this conversation or promise
  conversation_id bigint references conversations,
  commitment_id bigint references commitments,
  outcome text check (outcome in ('moved', 'not_moved')), -- null: nobody has answered yet
  why text, -- it could not be moved
  primary key (handover_id, position)
);

create table patrols (
  shop_id bigint not null references shops,
  day date not null,
  made_at timestamptz not null default now(),
  primary key (shop_id, day)
);

create table patrol_items (
  shop_id bigint not null references shops,
  day date not null,
  key text not null, -- what it is about: the same thing found twice is one item
  item jsonb not null,
  done_at timestamptz,
  done_by bigint references staff,
  note text,
  primary key (shop_id, day, key)
);

do $$
declare t text;
begin
  foreach t in array array['commitments', 'promise_checks', 'shifts', 'handovers', 'handover_items', 'patrols', 'patrol_items'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
    execute format('grant select, insert, update on %I to jiebang_app', t);
  end loop;
  foreach t in array array['commitments', 'promise_checks', 'patrols'] loop
    execute format('create policy ids_across_shops on %I for select to jiebang_system using (true)', t);
  end loop;
  grant delete on promise_checks to jiebang_app;
end $$;
grant select (id, shop_id, next_reminder_at) on commitments to jiebang_system;
grant select (shop_id, conversation_id, created_at, read_at) on promise_checks to jiebang_system;
grant select (shop_id, day) on patrols to jiebang_system;

-- What the ledger has to do: messages to look at (one row a shop), reminders, and the patrol list of a shop that has none
-- for today yet. China keeps one time zone; `p_patrol_minute` counts from its midnight. Ids only.
create function due_commitments(p_limit int, p_patrol_minute int)
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  (select 'promises', p.shop_id, min(p.conversation_id), (extract(epoch from now() - min(p.created_at)) * 1000)::bigint
    from promise_checks p where p.read_at is null group by p.shop_id limit p_limit)
  union all
  (select 'reminder', c.shop_id, c.id, (extract(epoch from now() - c.next_reminder_at) * 1000)::bigint
    from commitments c where c.next_reminder_at <= now() order by c.next_reminder_at limit p_limit)
  union all
  -- a shop that no channel serves has nobody to walk round
  (select 'patrol', s.id, s.id, 0::bigint from shops s
    where now() at time zone 'Asia/Shanghai' >= date_trunc('day', now() at time zone 'Asia/Shanghai') + p_patrol_minute * interval '1 minute'
      and exists (select from channel_accounts a where a.shop_id = s.id)
      and not exists (select from patrols p where p.shop_id = s.id and p.day = (now() at time zone 'Asia/Shanghai')::date)
    order by s.id limit p_limit)
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_commitments(int, int) owner to jiebang_system;
  revoke all on function due_commitments(int, int) from public;
  grant execute on function due_commitments(int, int) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
