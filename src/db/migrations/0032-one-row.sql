-- Whoever changes something else than the one row they have locked has lost it, and nothing of the transaction may be saved.
-- Said by the database, so that COMMIT can travel with what it saves and nobody else waits for an answer in between.
create function must_be_one(p_rows bigint, p_else text) returns void language plpgsql as $$
begin
  if p_rows <> 1 then raise exception '%', p_else; end if;
end $$;
