-- The shopper's side of the baton: what was left as a message, and the figures behind an honest waiting time.

alter table handoffs
  -- Since when the shopper does not stand in line: what they write is kept as a message, to be answered when somebody is there.
  add column message_since timestamptz,
  -- The shopper has heard who takes the message up.
  add column taken_told_at timestamptz,
  -- Taken out of the packet when it is written: the line is read often, packets are large.
  add column signals jsonb not null default '[]',
  add column foreseen jsonb; -- {seconds, releases}: what was expected of the wait when it began
update handoffs set signals = coalesce(packet->'signals', '[]') where state <> 'resolved';

-- Whoever writes the row: a case that is deferred is a message from then on.
create function note_wait() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.signals := coalesce(new.packet->'signals', '[]');
    new.foreseen := nullif(new.packet->'waiting'->'foreseen', 'null');
  end if;
  if new.state = 'deferred' then
    new.message_since := coalesce(new.message_since, now());
    new.told_position := null; -- back in line, the shopper hears when a person takes it, not where it stands
  end if;
  return new;
end $$;
create trigger handoffs_wait before insert or update of state on handoffs for each row execute function note_wait();

create index handoffs_accepted on handoffs (shop_id, accepted_at) where accepted_at is not null;
create index handoffs_held on handoffs (shop_id, accepted_by) where state in ('with-agent', 'offered');
