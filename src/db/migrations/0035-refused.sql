-- A platform that has refused a message until the shopper writes again refuses the next one too: what was open before is shut.
alter table outbox add column until_shopper boolean not null default false;

create index outbox_refused on outbox (conversation_id, message_seq) where until_shopper;

create or replace function mark_outbox(p_items jsonb) returns int language plpgsql as $$
declare
  x jsonb;
  v_count int := 0;
begin
  for x in select e from jsonb_array_elements(p_items) e order by (e->>'id')::bigint loop
    perform set_config('app.shop_id', x->>'shop', true);
    update outbox o set state = x->>'state', platform_id = coalesce(x->>'platformId', o.platform_id), last_error = x->>'error',
        next_at = case when x->>'state' = 'new' then now() + (x->>'retryMs')::bigint * interval '1 ms' else o.next_at end,
        lease_until = null, until_shopper = coalesce((x->>'untilShopper')::boolean, false)
      where o.id = (x->>'id')::bigint and o.state = 'sending' and o.attempt = (x->>'attempt')::int;
    if found then v_count := v_count + 1; end if;
  end loop;
  return v_count;
end $$;
