-- Work of an account that is off is not due: it would be taken and put back every few seconds, and five hundred of it would hide
-- what is due elsewhere. Which accounts are on is known by who asks: a secret that is missing switches one off as well.
grant select (channel_account_id) on conversations to jiebang_system;
grant select (account_id) on incoming_media to jiebang_system;

drop function due_work(int, int, int, int);
create function due_work(p_limit int, p_tell_after_ms int, p_silent_ms int, p_lost_ms int, p_on bigint[])
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  (select 'turn', t.shop_id, t.conversation_id,
      (extract(epoch from now() - coalesce(t.lease_until, t.due_at)) * 1000)::bigint
    from turns t join conversations c on c.id = t.conversation_id and c.channel_account_id = any(p_on)
    where (t.state = 'open' and t.due_at < now() - interval '1 second')
      or (t.state = 'leased' and t.lease_until < now()) order by t.id limit p_limit)
  union all
  (select case o.state when 'new' then 'deliver' else 'stranded' end, o.shop_id, o.id,
      (extract(epoch from now() - case o.state when 'new' then o.next_at else o.lease_until end) * 1000)::bigint
    from outbox o join conversations c on c.id = o.conversation_id and c.channel_account_id = any(p_on)
    where (o.state = 'new' and o.next_at < now() - interval '1 second')
      or (o.state = 'sending' and o.lease_until < now()) order by o.id limit p_limit)
  union all
  (select 'handoff', h.shop_id, h.id, (extract(epoch from now() - h.told_at) * 1000)::bigint
    from handoffs h where h.state = 'waiting' and h.told_at < now() - p_tell_after_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'silent', h.shop_id, h.id, 0::bigint
    from handoffs h where h.state = 'with-agent' and h.risk in ('R3', 'R4', 'none') and h.awaiting_since is not null
      and greatest(h.awaiting_since, h.held_since) < now() - p_silent_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'lapse', h.shop_id, h.id, (extract(epoch from now() - h.offer_expires_at) * 1000)::bigint
    from handoffs h where h.state = 'offered' and h.offer_expires_at <= now() order by h.id limit p_limit)
  union all
  (select 'lost', h.shop_id, h.id, 0::bigint
    from handoffs h join staff s on s.id = h.accepted_by
    where h.state = 'with-agent' and h.awaiting_since is not null
      and s.presence_at < now() - p_lost_ms * interval '1 ms' order by h.id limit p_limit)
  union all
  (select 'offer', h.shop_id, min(h.id), 0::bigint
    from handoffs h join teams t on t.shop_id = h.shop_id and t.name = h.team and t.mode = 'offer'
    where h.state = 'waiting' group by h.shop_id)
  union all
  (select 'recall', h.shop_id, min(h.id), 0::bigint from handoffs h where h.state = 'deferred' group by h.shop_id)
$$;

drop function due_assists(int);
create function due_assists(p_limit int, p_on bigint[])
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  select 'assist', h.shop_id, h.conversation_id, 0::bigint
    from handoffs h join conversations c on c.id = h.conversation_id and c.channel_account_id = any(p_on)
    where h.state = 'with-agent' and h.awaiting_since < now() - interval '3 seconds' and h.assisted_seq < c.next_seq - 1
    order by h.id limit p_limit
$$;

drop function due_media(int);
create function due_media(p_limit int, p_on bigint[])
returns table (kind text, shop_id bigint, id bigint, late_ms bigint) language sql stable
security definer set search_path = public as $$
  select 'media', m.shop_id, m.id, (extract(epoch from now() - m.next_at) * 1000)::bigint
    from incoming_media m where m.account_id = any(p_on) and m.next_at < now() - interval '1 second'
    order by m.next_at limit p_limit
$$;

do $$
declare f text;
begin
  grant create on schema public to jiebang_system;
  foreach f in array array['due_work(int, int, int, int, bigint[])', 'due_assists(int, bigint[])', 'due_media(int, bigint[])'] loop
    execute format('alter function %s owner to jiebang_system', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to jiebang_app', f);
  end loop;
  revoke create on schema public from jiebang_system;
end $$;
