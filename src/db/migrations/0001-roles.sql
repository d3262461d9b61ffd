-- Roles: requests run as jiebang_app (no BYPASSRLS); work that crosses shops goes through functions of jiebang_system,
-- which may see ids only; BullMQ's own tables belong to jiebang_queue.
do $$
declare r text;
begin
  foreach r in array array['jiebang_app', 'jiebang_system', 'jiebang_queue'] loop
    begin
      execute format('create role %I nologin nosuperuser nobypassrls', r);
    exception when duplicate_object or unique_violation then null; -- roles are shared by all databases of a server
    end;
    begin
      -- whoever makes a role may administer it, but from PostgreSQL 16 on not act as it: that has to be said
      execute format('grant %I to current_user', r);
    exception when insufficient_privilege then null; -- somebody else made the role; what is missing shows at its first use
    end;
  end loop;
end $$;

create extension if not exists vector;

grant usage on schema public to jiebang_app, jiebang_system, jiebang_queue;
create schema if not exists bullmq;
grant usage, create on schema bullmq to jiebang_queue;
