-- Vectors and models of published content, kept once however many releases use them.

-- Vectors belong to an encoder and a revision, not to a release: publishing writes only what is new, and a shop that
-- publishes often does not have ten copies of every question between a message and its answer.
alter table faq_vectors no force row level security; -- or the owner would see no rows to clean
delete from faq_vectors v using faq_vectors w
  where v.encoder_id = w.encoder_id and v.revision_id = w.revision_id and v.variant = w.variant and v.ctid > w.ctid;
alter table faq_vectors force row level security;
alter table faq_vectors drop column release_id;
create unique index faq_vectors_wording on faq_vectors (encoder_id, revision_id, variant);

-- Up to about 5,000 rows of a shop the exact search is fast and never loses a row to a filter; its rows stay out of the
-- graphs below, so that small shops neither pay for one nor stand in anybody's way. Rows of larger shops are moved in
-- after they were published, a few at a time (understanding/store.ts); until then they are searched exactly.
alter table faq_vectors add column in_graph boolean not null default false;
create index faq_vectors_exact on faq_vectors (shop_id, encoder_id, in_graph);

-- An HNSW index has one number of dimensions and encoders have several (ours 96 or 128, endpoints from 256 to 3072), so
-- there is one index for each usual number, empty until it is needed. Why not one index per encoder or release, made when it is published: that would be DDL at run
-- time by a role that owns no table, it would lock the table against every other shop's publication while it is built,
-- and each would cost planning time in every search. Encoders share a graph without harm: the vectors of another encoder
-- point anywhere, so a search starting near its query meets its own. Other numbers of dimensions are searched exactly.
do $$
declare d int;
begin
  foreach d in array array[64, 96, 128, 256, 384, 512, 768, 1024, 1536, 2048, 3072] loop
    execute format('create index faq_vectors_near_%1$s on faq_vectors using hnsw ((embedding::halfvec(%1$s)) halfvec_cosine_ops)
      where in_graph and vector_dims(embedding) = %1$s', d);
  end loop;
end $$;

-- Models by the hash of their bytes, in parts: releases that were published with the same models share them, and no single
-- statement carries ten megabytes. Models of before are not taken over: their format has changed, they are learned anew.
create table faq_models (
  shop_id bigint not null references shops,
  id text not null,
  part int not null,
  bytes bytea not null,
  primary key (shop_id, id, part)
);
alter table faq_models alter column bytes set storage external; -- learned weights do not compress; trying costs more than storing
alter table faq_models enable row level security;
alter table faq_models force row level security;
create policy own_shop on faq_models using (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint)
  with check (shop_id = nullif(current_setting('app.shop_id', true), '')::bigint);
grant select, insert, delete on faq_models to jiebang_app;
alter table faq_releases drop column models;
alter table faq_releases add column models_id text not null default '';
