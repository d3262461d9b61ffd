-- The next case of a team, however long the queues of the others are.
create index handoffs_waiting on handoffs (shop_id, team, risk_rank, due_at, id) where state = 'waiting';

-- Whether an agent is there is judged by the moment their lock was had, not by the one when waiting for it began.
do $$
begin
  execute replace(pg_get_functiondef('lock_agent(bigint)'::regprocedure), 'now() - s.presence_at', 'clock_timestamp() - s.presence_at');
end $$;
