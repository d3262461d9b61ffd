-- A conversation of the bot in which nothing happens any more is closed, and what is outside hears of it; the shopper's next
-- message opens it again, and so does every change of who speaks.

-- Those from before were closed by nobody and are told to nobody.
alter table conversations no force row level security; -- or the owner would see no rows to close
alter table handoffs no force row level security;
update conversations c set closed_at = coalesce(last_shopper_at, created_at)
  where owner_kind = 'bot' and closed_at is null and coalesce(last_shopper_at, created_at) < now() - interval '24 hours'
    and not exists (select from handoffs h where h.conversation_id = c.id and h.state <> 'resolved');
alter table conversations force row level security;
alter table handoffs force row level security;

-- By what a message does not change, so that storing one need not touch it; the open ones are few.
create index conversations_open on conversations (id) where owner_kind = 'bot' and closed_at is null;

-- Nobody has it to do, or had until a moment ago.
create function is_at_rest(p_conversation bigint, p_since timestamptz) returns boolean language sql stable as $$
  select not exists (select from handoffs h where h.conversation_id = p_conversation
      and (h.state <> 'resolved' or h.resolved_at > p_since))
    and not exists (select from turns t where t.conversation_id = p_conversation and t.state in ('open', 'leased'))
$$;

grant select (shop_id, owner_kind, closed_at, last_shopper_at, created_at) on conversations to jiebang_system;
grant select (resolved_at) on handoffs to jiebang_system;
create function due_closings(p_limit int, p_after interval)
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable security definer set search_path = public as $$
  select 'close', c.shop_id, c.id, 0::bigint from conversations c
    where p_after > interval '0' and c.owner_kind = 'bot' and c.closed_at is null
      and coalesce(c.last_shopper_at, c.created_at) < now() - p_after and is_at_rest(c.id, now() - p_after)
    order by c.id limit p_limit
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_closings(int, interval) owner to jiebang_system;
  revoke all on function due_closings(int, interval) from public;
  grant execute on function due_closings(int, interval) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
