-- An agent is locked against other moves, not against rows that only name them: those would wait for each other in a circle.
create or replace function lock_agent(p_agent bigint) returns jsonb language plpgsql as $$
declare s staff;
begin
  select * into s from staff where id = p_agent for no key update;
  if not found then return null; end if;
  return jsonb_build_object('presence', s.presence, 'capacity', s.capacity, 'channelCapacity', s.channel_capacity, 'name', s.name,
    'awayMs', (extract(epoch from now() - s.presence_at) * 1000)::float8,
    'load', (select coalesce(sum(h.weight), 0) from handoffs h
      where (h.state = 'with-agent' and h.accepted_by = p_agent) or (h.state = 'offered' and h.offered_to = p_agent)),
    'channelLoad', (select coalesce(jsonb_object_agg(x.kind, x.n), '{}') from (
      select a.kind, count(*) as n from handoffs h join conversations c on c.id = h.conversation_id
        join channel_accounts a on a.id = c.channel_account_id
        where (h.state = 'with-agent' and h.accepted_by = p_agent) or (h.state = 'offered' and h.offered_to = p_agent)
        group by a.kind) x));
end $$;
