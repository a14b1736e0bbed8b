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

-- name: indexes
-- Every index of the schema: what drops it, and what makes it again.
select i.indexrelid::regclass::text as name,
       case when c.oid is null
            then format('drop index %s', i.indexrelid::regclass)
            else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname)
       end as drop_it,
       case when c.oid is null
            then pg_get_indexdef(i.indexrelid)
            else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname,
                        pg_get_constraintdef(c.oid))
       end as make_it
  from pg_index i
  join pg_class r on r.oid = i.indrelid
  join pg_namespace n on n.oid = r.relnamespace
  left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x')
 where n.nspname = current_schema()
   and r.relkind in ('r', 'p')
   and not r.relispartition
   and r.relname <> 'schema_migration'
 order by r.relname, i.indexrelid::regclass::text

-- name: sort_in_memory
-- Give the making of indexes memory: it sorts whole tables.
select set_config('maintenance_work_mem', '256MB', true)

-- name: analyze
-- Count the rows anew, so that the first reads have sound plans.
analyze
