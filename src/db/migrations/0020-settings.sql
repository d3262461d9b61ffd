-- Settings: the second factor, what a session knows of its device, colleagues who left, channel accounts with their secrets,
-- the shop's own words and thresholds, and the log of who changed what.

alter table staff
  add column deactivated_at timestamptz,
  add column totp_secret text, -- sealed
  add column totp_pending text, -- sealed; becomes the secret with its first right code
  add column totp_step bigint not null default 0, -- the time step of the last code: no code works twice
  add column recovery_hashes text[] not null default '{}';

alter table sessions
  add column id bigint generated always as identity unique,
  -- what the sign-in still lacks: a code of the second factor, or the second factor itself
  add column second text not null default 'done' check (second in ('done', 'code', 'enrol')),
  add column device text not null default '',
  add column seen_at timestamptz not null default now();
create index sessions_of_staff on sessions (staff_id);

alter table channel_accounts
  add column settings jsonb not null default '{}', -- what is no secret
  add column secrets text, -- sealed; null: the settings of the installation, or none
  add column is_off boolean not null default false,
  add column changed_at timestamptz not null default now();

create table shop_settings (
  shop_id bigint primary key references shops,
  totp_for_admins boolean not null default false,
  changed_at timestamptz not null default now()
);

-- The one number an operator chooses, and the thresholds that followed from it. The newest row holds.
create table policy_revisions (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  wrong_at_most real not null check (wrong_at_most > 0 and wrong_at_most <= 0.2),
  answer_min real not null,
  staff_id bigint references staff,
  created_at timestamptz not null default now()
);
create index policy_revisions_shop on policy_revisions (shop_id, id desc);

-- Words a shop never wants to say, besides those of law and platforms.
create table shop_words (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  word text not null,
  why text not null,
  created_at timestamptz not null default now(),
  unique (shop_id, word)
);

-- Append-only, each row chained to the one before it.
create table audit_log (
  shop_id bigint not null references shops,
  seq bigint not null,
  at timestamptz not null,
  staff_id bigint references staff, -- null: the terminal, or the engine
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  hash text not null,
  primary key (shop_id, seq)
);

do $$
declare t text;
begin
  foreach t in array array['shop_settings', 'policy_revisions', 'shop_words', 'audit_log'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($f$create policy own_shop on %I using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
      with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)$f$, t);
  end loop;
end $$;
grant select, insert, update on shop_settings to jiebang_app;
grant select, insert on policy_revisions to jiebang_app;
grant select, insert, delete on shop_words to jiebang_app;
grant select, insert on audit_log to jiebang_app;

create function audit_hash(p_before text, r audit_log) returns text language sql stable as $$
  select encode(sha256(convert_to(concat_ws(E'\n', p_before, r.shop_id, r.seq, extract(epoch from r.at), r.staff_id, r.action, r.subject,
    coalesce(r.before::text, '-'), coalesce(r.after::text, '-')), 'UTF8')), 'hex')
$$;

create function chain_audit() returns trigger language plpgsql as $$
declare last audit_log;
begin
  -- one after the other within a shop; what writes here does it last
  perform pg_advisory_xact_lock(20, new.shop_id::int);
  select * into last from audit_log a where a.shop_id = new.shop_id order by a.seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.at := clock_timestamp();
  new.hash := audit_hash(coalesce(last.hash, ''), new);
  return new;
end $$;
create trigger audit_log_chain before insert on audit_log for each row execute function chain_audit();
