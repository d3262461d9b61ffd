-- What must look across shops: looking up an account, a sign-in, a session, and the reconciler. These functions run as
-- jiebang_system, which has no BYPASSRLS and may read the listed id columns only; everything else is then done in the shop.

grant select (id, slug) on shops to jiebang_system;
grant select (id, shop_id, login) on staff to jiebang_system;
grant select (token_hash, shop_id) on sessions to jiebang_system;
grant select (token_hash, shop_id) on sign_in_links to jiebang_system;
grant select (id, shop_id, kind, name) on channel_accounts to jiebang_system;
grant select (id, shop_id, conversation_id, state, due_at, lease_until, first_seq) on turns to jiebang_system;
grant select (id, shop_id, conversation_id, state, next_at, lease_until) on outbox to jiebang_system;
grant select (id, shop_id, conversation_id, state, told_at, risk, accepted_by) on handoffs to jiebang_system;
do $$
declare t text;
begin
  foreach t in array array['shops', 'staff', 'sessions', 'sign_in_links', 'channel_accounts', 'turns', 'outbox', 'handoffs'] loop
    execute format('create policy ids_across_shops on %I for select to jiebang_system using (true)', t);
  end loop;
end $$;

create function find_shop(p_slug text) returns bigint language sql stable security definer set search_path = public
  as $$ select id from shops where slug = p_slug $$;
create function find_staff_shop(p_login text) returns bigint language sql stable security definer set search_path = public
  as $$ select shop_id from staff where login = p_login $$;
create function find_session_shop(p_token_hash text) returns bigint language sql stable security definer set search_path = public
  as $$ select shop_id from sessions where token_hash = p_token_hash $$;
create function find_link_shop(p_token_hash text) returns bigint language sql stable security definer set search_path = public
  as $$ select shop_id from sign_in_links where token_hash = p_token_hash $$;
create function find_account(p_kind text, p_name text) returns table (id bigint, shop_id bigint) language sql stable
  security definer set search_path = public
  as $$ select a.id, a.shop_id from channel_accounts a where a.kind = p_kind and a.name = p_name $$;

-- Everything that is due and that no live process holds, oldest first. Ids only.
create function due_work(p_limit int, p_tell_after_ms int, p_silent_ms int)
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  (select 'turn', t.shop_id, t.conversation_id,
      (extract(epoch from now() - coalesce(t.lease_until, t.due_at)) * 1000)::bigint
    from turns t where (t.state = 'open' and t.due_at < now() - interval '1 second')
      or (t.state = 'leased' and t.lease_until < now()) order by t.id limit p_limit)
  union all
  (select case o.state when 'new' then 'deliver' else 'stranded' end, o.shop_id, o.id,
      (extract(epoch from now() - case o.state when 'new' then o.next_at else o.lease_until end) * 1000)::bigint
    from outbox o where (o.state = 'new' and o.next_at < now() - interval '1 second')
      or (o.state = 'sending' and o.lease_until < now()) order by o.id limit p_limit)
  union all
  (select 'handoff', h.shop_id, h.id, (extract(epoch from now() - h.told_at) * 1000)::bigint
    from handoffs h where h.state = 'waiting' and h.told_at < now() - p_tell_after_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'silent', h.shop_id, h.id, 0::bigint
    from handoffs h where h.state = 'with-agent' and h.risk in ('R3', 'R4', 'none')
      and h.told_at < now() - p_silent_ms * interval '1 ms' order by h.id limit p_limit)
$$;

do $$
declare f text;
begin
  grant create on schema public to jiebang_system;
  foreach f in array array['find_shop(text)', 'find_staff_shop(text)', 'find_session_shop(text)', 'find_link_shop(text)',
    'find_account(text, text)', 'due_work(int, int, int)'] loop
    execute format('alter function %s owner to jiebang_system', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to jiebang_app', f);
  end loop;
  revoke create on schema public from jiebang_system;
end $$;

-- Run by the owner of the tables at the start; a shop's row is only visible inside the shop, so its id is set first.
create function ensure_shop(p_slug text, p_name text, p_demo boolean) returns bigint language plpgsql as $$
declare v_id bigint := find_shop(p_slug);
begin
  if v_id is not null then return v_id; end if;
  v_id := nextval(pg_get_serial_sequence('shops', 'id'));
  perform set_config('app.shop_id', v_id::text, true);
  insert into shops (id, slug, name, demo) overriding system value values (v_id, p_slug, p_name, p_demo);
  return v_id;
exception when unique_violation then
  return find_shop(p_slug);
end $$;
