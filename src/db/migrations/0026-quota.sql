-- When a message went out: what a platform counts is what reached it after the shopper's last word, not what was written after it.
alter table outbox add column ended_at timestamptz;

create function note_outbox_end() returns trigger language plpgsql as $$
begin
  new.ended_at := clock_timestamp();
  return new;
end $$;
create trigger outbox_ended before update of state on outbox for each row
  when (new.state in ('sent', 'unknown') and old.state is distinct from new.state) execute function note_outbox_end();
