-- Where the people of a platform answer, the bot's case is offered to them once its own words are final: afterwards it may not
-- speak there any more. When that may be tried (next) is kept here, so that a process that dies in between forgets nobody.

-- 'infinity': not, or not any more. What the bot hands over (commit_turn) is due at once; what people open is theirs already.
alter table handoffs add column offer_platform_at timestamptz not null default 'infinity';
alter table handoffs alter column offer_platform_at set default '-infinity';
alter table handoffs add column platform_tries smallint not null default 0;

grant select (offer_platform_at) on handoffs to jiebang_system;
grant select (channel_account_id) on conversations to jiebang_system;
-- The bot's words are final when none of them waits or is under way. Nobody of ours has had the case yet.
create function due_platform_offers(p_limit int, p_accounts bigint[])
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable security definer set search_path = public as $$
  select 'platform', h.shop_id, h.conversation_id, 0::bigint from handoffs h join conversations c on c.id = h.conversation_id
    where h.state in ('waiting', 'offered', 'deferred') and h.accepted_by is null and h.offer_platform_at <= now()
      and c.channel_account_id = any(p_accounts)
      and not exists (select from outbox o where o.conversation_id = h.conversation_id and o.state in ('new', 'sending'))
    order by h.id limit p_limit
$$;
do $$
begin
  grant create on schema public to jiebang_system;
  alter function due_platform_offers(int, bigint[]) owner to jiebang_system;
  revoke all on function due_platform_offers(int, bigint[]) from public;
  grant execute on function due_platform_offers(int, bigint[]) to jiebang_app;
  revoke create on schema public from jiebang_system;
end $$;
