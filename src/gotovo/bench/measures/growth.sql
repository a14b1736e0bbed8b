-- What growth looks at besides the program's own statements.

-- name: active_orders
-- Orders from all over the table, page by page, about so many per cent of it.
select number, customer
  from orders tablesample system ($1) repeatable (1)
 limit $2

-- name: open_orders
-- Open orders, in the order of their numbers, which is none. Timers that were measured here may
-- have been ahead of their time; what they did to an order can't be followed by a step of today.
select number
  from orders
 where status in ('awaiting_payment', 'processing', 'ready_for_pickup')
   and (state ->> 'last_at')::timestamptz <= $2
 order by number
 limit $1

-- name: orders_about
-- How many orders there are, as the last count of the table has it.
select greatest(reltuples, 1)::bigint as orders from pg_class where oid = 'public.orders'::regclass

-- name: flush_counts
-- Let this connection add what it has counted to what everybody sees.
select pg_stat_force_next_flush()

-- name: counts
-- Blocks found in memory and blocks that were not, since the beginning; changes of orders, and
-- how many of them touched no index.
select d.blks_hit as hit,
       d.blks_read as read,
       t.n_tup_upd as updated,
       t.n_tup_hot_upd as updated_hot
  from pg_stat_database d, pg_stat_user_tables t
 where d.datname = current_database()
   and t.relname = 'orders'

-- name: sizes
-- Bytes of the tables and of their indexes.
select sum(pg_table_size(oid))::bigint as tables, sum(pg_indexes_size(oid))::bigint as indexes
  from pg_class
 where relname in ('orders', 'event', 'command', 'refund')
   and relkind = 'r'

-- name: due_after
-- The instant by which so many orders are due, or the last one there is.
select max(due_at) as at
  from (select due_at from orders where due_at is not null order by due_at limit $1) as first

-- name: count_due
-- How many orders are due by an instant.
select count(*) as due from orders where due_at <= $1
