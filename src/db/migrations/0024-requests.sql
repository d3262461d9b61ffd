-- What shoppers ask of the shop besides talking (a call back, a quote) as tickets, and how far up a complaint has gone.

alter table tickets alter column created_by drop not null; -- null: the shopper asked for it
alter table tickets add column phone text; -- where the shopper wants to be called; read by whoever has the ticket, masked for all others
alter table tickets add column commitment_id bigint references commitments; -- reminds like every promise
alter table tickets add column facts jsonb not null default '{}'; -- of a quote: product, quantity, company
create index tickets_asked on tickets (conversation_id, kind) where created_by is null and state in ('open', 'doing');

alter table ticket_notes alter column author_id drop not null; -- null: the shopper
alter table ticket_notes drop constraint ticket_notes_what_check;
alter table ticket_notes add constraint ticket_notes_what_check
  check (what in ('created', 'note', 'changed', 'closed', 'reopened', 'escalated'));

-- The ladder of a complaint: the shop, the brand, the platform. Each move is a row, never rewritten; the last one is where it stands.
create table ticket_steps (
  ticket_id bigint not null references tickets,
  position int not null,
  shop_id bigint not null references shops,
  step text not null check (step in ('shop', 'brand', 'platform')),
  due_at timestamptz not null, -- by when an answer is wanted on this step
  reason text not null,
  moved_by bigint not null references staff,
  created_at timestamptz not null default now(),
  primary key (ticket_id, position)
);
alter table ticket_steps enable row level security;
alter table ticket_steps force row level security;
create policy own_shop on ticket_steps using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert on ticket_steps to jiebang_app;
