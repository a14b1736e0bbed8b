-- Reads of the growth measures besides the program's own statements.

-- name: active_orders
-- Orders from all over the table, sampled by page, about $1 per cent of it.
select number, customer
  from orders tablesample system ($1) repeatable (1)
 limit $2

-- name: open_orders
-- Open orders, sorted by their numbers, which are random. Measured timers may have run with a clock
-- ahead of ours; an order that they changed can't take a step now.
select number
  from orders
 where status in ('awaiting_payment', 'processing', 'ready_for_pickup')
   and (state ->> 'last_at')::timestamptz <= $2
 order by number
 limit $1

-- name: orders_about
-- The number of orders as estimated by the statistics of the table.
select greatest(reltuples, 1)::bigint as orders from pg_class where oid = 'public.orders'::regclass

-- name: flush_counts
-- Flush the counters of this connection.
select pg_stat_force_next_flush()

-- name: counts
-- Blocks found in memory and blocks read since the beginning; updates of orders, and how many of
-- them changed no index.
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
-- The instant by which $1 orders are due, or the last due instant.
select max(due_at) as at
  from (select due_at from orders where due_at is not null order by due_at limit $1) as first

-- name: count_due
-- The number of orders that are due by an instant.
select count(*) as due from orders where due_at <= $1
