-- A row that is locked `for update` is also locked against everybody who merely names it by a foreign key. Nothing here changes
-- a key, so the gentler lock is enough, and whoever writes a handoff first and names its conversation afterwards waits for nobody.
do $$
declare
  f record;
begin
  for f in select p.oid from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prosrc ~ 'for update' and p.prosrc !~ 'for update skip locked'
  loop
    execute replace(pg_get_functiondef(f.oid), 'for update', 'for no key update');
  end loop;
end $$;
