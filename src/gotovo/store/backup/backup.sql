-- What a backup reads beside the rows, and what a restore does beside copying them.

-- name: tables
-- The tables of the program's schema, the largest first, with their columns in order.
select c.relname::text as name,
       pg_table_size(c.oid) as bytes,
       array(select a.attname::text
               from pg_attribute a
              where a.attrelid = c.oid
                and a.attnum > 0
                and not a.attisdropped
                and a.attgenerated = ''
              order by a.attnum) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = current_schema()
   and c.relkind in ('r', 'p')
   and not c.relispartition
   and c.relname <> 'schema_migration'
 order by pg_table_size(c.oid) desc, c.relname

-- name: hold_tables
-- Keep every table as it is defined until the end of the transaction; orders go on meanwhile.
do $$
declare
    held text;
begin
    select string_agg(format('%I.%I', n.nspname, c.relname), ', ') into held
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema()
       and c.relkind in ('r', 'p')
       and not c.relispartition;
    execute 'lock table ' || held || ' in access share mode';
end
$$

-- name: empty_tables
-- Delete what the schema files put into new tables: the backup has it.
do $$
declare
    emptied text;
begin
    for emptied in
        select format('%I.%I', n.nspname, c.relname)
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = current_schema()
           and c.relkind in ('r', 'p')
           and not c.relispartition
           and c.relname <> 'schema_migration'
    loop
        execute 'delete from ' || emptied;
    end loop;
end
$$

-- name: wait_as_long_as_it_takes
-- Lift the limits of schema files: rows are copied for as long as there are any.
select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)

-- name: analyze
-- Count the rows anew, so that the first reads have sound plans.
analyze
