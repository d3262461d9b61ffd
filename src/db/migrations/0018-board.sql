-- The board: which undelivered messages somebody has looked at, and the sample shop back to its first day.

alter table outbox
  add column seen_at timestamptz, -- a supervisor has taken note that it did not arrive; it is not sent again by that
  add column seen_by bigint references staff;
create index outbox_dead on outbox (shop_id, id) where state in ('failed', 'unknown');
create index assignments_ended on assignments (shop_id, ended_at) where outcome = 'resolved';

-- Whatever belongs to a conversation goes, by the columns that say so, so that a table added later is not forgotten. A table may
-- be held by another one's reference until that one is empty: hence the rounds. Only for a sample shop, whatever the caller says, and
-- run by the owner of the tables: requests run as jiebang_app, which may delete none of this.
create function clear_sample_shop(p_shop bigint) returns void language plpgsql as $$
declare
  v_table text;
  v_left int;
begin
  perform set_config('app.shop_id', p_shop::text, true);
  if not exists (select from shops where id = p_shop and demo) then
    raise exception 'shop % is not a sample shop', p_shop;
  end if;
  for v_round in 1..6 loop
    v_left := 0;
    for v_table in
      select distinct c.table_name from information_schema.columns c
      join information_schema.columns s on s.table_schema = 'public' and s.table_name = c.table_name and s.column_name = 'shop_id'
      join information_schema.tables t on t.table_schema = 'public' and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
      where c.table_schema = 'public' and (c.table_name in ('handovers', 'conversations', 'shoppers', 'patrols', 'patrol_items')
        or c.column_name in ('conversation_id', 'handoff_id', 'handover_id', 'shopper_id', 'ticket_id'))
      order by 1
    loop
      begin
        execute format('delete from %I where shop_id = $1', v_table) using p_shop;
      exception when foreign_key_violation then
        v_left := v_left + 1;
      end;
    end loop;
    exit when v_left = 0;
  end loop;
  if v_left > 0 then raise exception 'shop % could not be cleared', p_shop; end if;
end $$;
revoke all on function clear_sample_shop(bigint) from public;
