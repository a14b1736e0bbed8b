-- Places whose running orders do not follow their settings yet. `directory.sql` adds the rows.

-- name: changed_places
-- The longest waiting first; what was changed a moment ago is not known to every process yet.
select kind, code, version, after_placed_at, after_number
  from changed_place
 where changed_at <= $1
 order by changed_at, kind, code
 limit $2

-- name: running_orders_point
-- A page of one point's orders that a change of its settings may concern, newest first.
select number, placed_at, stage
  from orders
 where point = $1
   and status in ('processing', 'ready_for_pickup')
   and closed_at is null
   and ($2::timestamptz is null or (placed_at, number) < ($2, $3::text))
 order by placed_at desc, number desc
 limit $4

-- name: running_orders_warehouse
-- A page of the orders that one warehouse still has to deliver, newest first.
select number, placed_at, stage
  from orders
 where warehouse = $1
   and status = 'processing'
   and closed_at is null
   and ($2::timestamptz is null or (placed_at, number) < ($2, $3::text))
 order by placed_at desc, number desc
 limit $4

-- name: advance_place
-- Remember the last order of a page, unless the settings were changed once more.
update changed_place
   set after_placed_at = $4,
       after_number = $5
 where kind = $1
   and code = $2
   and version = $3

-- name: finish_place
-- All orders follow this version of the settings.
delete from changed_place
 where kind = $1
   and code = $2
   and version = $3
