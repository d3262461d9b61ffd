-- The next case of a team, however long the queues of the others are.
create index handoffs_waiting on handoffs (shop_id, team, risk_rank, due_at, id) where state = 'waiting';
