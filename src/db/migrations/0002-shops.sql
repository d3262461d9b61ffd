-- Shops, their staff, channels, shoppers and published content.

create table shops (
  id bigint generated always as identity primary key,
  slug text not null unique,
  name text not null,
  demo boolean not null default false,
  current_release_id bigint,
  created_at timestamptz not null default now()
);

create table staff (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  login text not null unique,
  name text not null,
  role text not null check (role in ('agent', 'supervisor', 'editor', 'admin')),
  teams text[] not null default '{}',
  password_hash text,
  presence text not null default 'offline' check (presence in ('online', 'busy', 'away', 'offline')),
  presence_at timestamptz,
  created_at timestamptz not null default now()
);

create table sign_in_links (
  token_hash text primary key,
  shop_id bigint not null references shops,
  staff_id bigint not null references staff,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table sessions (
  token_hash text primary key,
  shop_id bigint not null references shops,
  staff_id bigint not null references staff,
  csrf text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table channel_accounts (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  kind text not null,
  name text not null,
  created_at timestamptz not null default now(),
  unique (kind, name)
);

create table shoppers (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  channel_account_id bigint not null references channel_accounts,
  platform_id text not null,
  name text,
  customer_id text, -- who this is in the shop system; null until known
  created_at timestamptz not null default now(),
  unique (channel_account_id, platform_id)
);

create table faq_releases (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  content_hash text not null,
  content jsonb not null,
  models bytea not null,
  policy jsonb not null,
  encoders text[] not null,
  created_at timestamptz not null default now()
);

create table faq_revisions (
  id bigint generated always as identity primary key,
  shop_id bigint not null references shops,
  entry_id text not null,
  body_hash text not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  unique (shop_id, entry_id, body_hash)
);

create table faq_release_entries (
  shop_id bigint not null references shops,
  release_id bigint not null references faq_releases on delete cascade,
  entry_id text not null,
  revision_id bigint not null references faq_revisions,
  primary key (release_id, entry_id)
);

-- No index on the vectors: exact search per shop is faster up to about 5,000 rows and never loses a row to a filter.
create table faq_vectors (
  shop_id bigint not null references shops,
  release_id bigint not null references faq_releases on delete cascade,
  encoder_id text not null,
  entry_id text not null,
  revision_id bigint not null references faq_revisions,
  variant text not null,
  products text[] not null default '{}',
  channels text[] not null default '{}',
  valid_from date,
  valid_until date,
  embedding halfvec not null
);
create index faq_vectors_release on faq_vectors (release_id, encoder_id);

-- The sample shop system behind the Commerce port: a real shop keeps these in its own system.
create table sample_products (
  shop_id bigint not null references shops,
  id text not null,
  body jsonb not null,
  primary key (shop_id, id)
);
create table sample_customers (
  shop_id bigint not null references shops,
  id text not null,
  name text not null,
  body jsonb not null,
  primary key (shop_id, id)
);
create table sample_orders (
  shop_id bigint not null references shops,
  id text not null,
  customer_id text not null,
  status text not null,
  placed_at timestamptz not null,
  body jsonb not null,
  primary key (shop_id, id)
);
create index sample_orders_customer on sample_orders (shop_id, customer_id, placed_at desc);

-- What belongs to the installation and to no shop. Only the owner of the tables reads it, at the start.
create table installation (name text primary key, value text not null);
