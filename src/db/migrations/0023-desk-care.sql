-- The agent's own side: how the shopper feels while a person has the conversation, what lay behind a case, when somebody last rested.
alter table handoffs
  add column mood jsonb, -- {name, strength, before, hard}: of the shopper's last message that was looked at, of the one before, and whether it was ever very bad
  add column root_cause text check (root_cause ~ '^[a-z_]{1,40}$'), -- a word of the list of causes; chosen when the case ended
  add column root_note text check (char_length(root_note) <= 200);
create index handoffs_caused on handoffs (shop_id, resolved_at) where root_cause is not null;

create index handoffs_ended_by on handoffs (accepted_by, resolved_at) where state = 'resolved'; -- what somebody had to read lately

alter table suggestions add column talk jsonb; -- {intent, label, team}: what the message was about, and who usually cares for it

alter table staff add column rested_at timestamptz; -- the end of the last pause that was long enough to be one
