-- Inventories: what was counted on the shelves of a point. A scan lies by its own id.

-- name: start_inventory
-- Start an inventory, unless one of the same shelves is open.
insert into inventory (id, point, scope, started_at, started_by)
values ($1, $2, $3, $4, $5)
on conflict do nothing

-- name: inventory_by_id
-- One inventory.
select id, point, scope, started_at, started_by, closed_at, closed_by, report,
       scans
  from inventory
 where id = $1

-- name: open_inventory
-- The open inventory of these shelves.
select id, point, scope, started_at, started_by, closed_at, closed_by, report,
       scans
  from inventory
 where point = $1
   and scope = $2
   and closed_at is null

-- name: inventories_of_point
-- Inventories of a point, the latest first: all, or those that are open.
select id, point, scope, started_at, started_by, closed_at, closed_by, null::json as report,
       scans
  from inventory
 where point = $1
   and (not $2::boolean or closed_at is null)
   and (started_at, id) < ($3::timestamptz, $4::uuid)
 order by started_at desc, id desc
 limit $5

-- name: forgotten_inventories
-- Open inventories that were begun before an instant, the earliest first.
select id, point, scope, started_at, started_by, closed_at, closed_by, report,
       scans
  from inventory
 where closed_at is null
   and started_at < $1
 order by started_at, id
 limit $2

-- name: close_inventory
-- Close an inventory with its report, once, unless it has got further scans.
update inventory
   set closed_at = $2,
       closed_by = $3,
       report = $4
 where id = $1
   and closed_at is null
   and scans = $5

-- name: take_count
-- Count a scan, unless the inventory is closed or full.
update inventory
   set scans = scans + 1
 where id = $1
   and closed_at is null
   and scans < $2

-- name: put_count
-- Store what somebody counted, once.
insert into inventory_scan (home, id, inventory, cell, code, barcode, number, typed, at,
                            recorded_at, actor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (home, id) do nothing

-- name: counts
-- What was counted in an inventory, the earliest first.
select id, cell, code, barcode, number, typed, at, recorded_at, actor as by
  from inventory_scan
 where inventory = $1
 order by recorded_at, id
 limit $2
