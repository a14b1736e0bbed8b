-- Fills a migrated database that has no orders. `{table}` is one of our tables, as a table can't be
-- a parameter.

-- name: is_migrated
-- Whether the database has our schema.
select to_regclass('public.orders') is not null as is_migrated

-- name: holds_orders
-- Whether filling would delete anything.
select exists (select from orders)
       or exists (select from event)
       or exists (select from command)
       or exists (select from refund)
       or exists (select from identity) as holds_orders

-- name: prepare
-- Truncate the table in this transaction, so that rows can be written frozen, and drop its indexes,
-- which are built after all rows are copied. Their definitions are kept in a temporary table.
set local maintenance_work_mem = '512MB';
set local max_parallel_maintenance_workers = 1;
truncate {table};
create temporary table dropped_index on commit drop as
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
    for each in select * from dropped_index loop
        if each.is_constraint then
            execute format('alter table {table} drop constraint %I', each.name);
        else
            execute format('drop index %s', each.name);
        end if;
    end loop;
end
$$

-- name: copy
-- Copy the rows; no other transaction sees the table before the commit.
copy {table} ({columns}) from stdin with (format binary, freeze)

-- name: restore
-- Create every index as it was.
do $$
declare
    each record;
begin
    for each in select * from dropped_index order by is_constraint desc, name loop
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
-- Set the end of the feed to the last event.
update lane set position = $1 where home = 0

-- name: change_stock
-- Apply the stock movements of all orders.
update stock s
   set on_hand = s.on_hand + x.on_hand,
       reserved = s.reserved + x.reserved
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
       as x (warehouse, sku, on_hand, reserved)
 where s.home = 0
   and s.warehouse = x.warehouse
   and s.sku = x.sku

-- name: vacuum
-- Do now what autovacuum would do some time later.
vacuum (analyze) {table}
