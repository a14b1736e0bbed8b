-- Filling a migrated database that holds no orders. `{table}` is one of ours; a table can't be a
-- parameter.

-- name: is_migrated
-- Whether the database is one of ours at all.
select to_regclass('public.orders') is not null as is_migrated

-- name: holds_orders
-- Whether anything would be lost.
select exists (select from orders)
       or exists (select from event)
       or exists (select from command)
       or exists (select from refund) as holds_orders

-- name: prepare
-- An empty table without indexes that is this transaction's own: rows can be written frozen, and
-- indexes are built when all rows are there. Their definitions wait in a table of the session.
set local maintenance_work_mem = '512MB';
set local max_parallel_maintenance_workers = 1;
truncate {table};
create temporary table put_aside on commit drop as
select conname as name,
       pg_get_constraintdef(oid) as definition,
       true as is_constraint
  from pg_constraint
 where conrelid = '{table}'::regclass
   and contype in ('p', 'u')
 union all
select indexrelid::regclass::text, pg_get_indexdef(indexrelid), false
  from pg_index i
 where indrelid = '{table}'::regclass
   and not exists (select from pg_constraint c where c.conindid = i.indexrelid);
do $$
declare
    each record;
begin
    for each in select * from put_aside loop
        if each.is_constraint then
            execute format('alter table {table} drop constraint %I', each.name);
        else
            execute format('drop index %s', each.name);
        end if;
    end loop;
end
$$

-- name: copy
-- Rows as they come; nobody else sees the table before it is whole.
copy {table} ({columns}) from stdin with (format binary, freeze)

-- name: restore
-- Every index as it was.
do $$
declare
    each record;
begin
    for each in select * from put_aside order by is_constraint desc, name loop
        if each.is_constraint then
            execute format('alter table {table} add constraint %I %s', each.name,
                           each.definition);
        else
            execute each.definition;
        end if;
    end loop;
end
$$

-- name: set_lane
-- The feed ends with the last event.
update lane set position = $1 where home = 0

-- name: move_stock
-- What all orders together have moved.
update stock s
   set on_hand = s.on_hand + x.on_hand,
       reserved = s.reserved + x.reserved
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
       as x (warehouse, sku, on_hand, reserved)
 where s.home = 0
   and s.warehouse = x.warehouse
   and s.sku = x.sku

-- name: tidy_up
-- What autovacuum would do some time later.
vacuum (analyze) {table}
