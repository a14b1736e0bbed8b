-- Points and warehouses: small tables that every process has a copy of.

-- name: stamp
-- Two numbers that grow with every change: nothing has to be read while they are the same.
select (select coalesce(sum(version), 0) from point)::bigint as points,
       (select coalesce(sum(version), 0) from warehouse)::bigint as warehouses

-- name: points
-- The settings of every point.
select settings from point order by code

-- name: warehouses
-- The settings of every warehouse.
select settings from warehouse order by code

-- name: put_point
-- Open a point or change its settings, and return their version. With a version given, only that
-- version is replaced, and nothing is returned for another.
insert into point (code, settings, version, updated_at)
select $1, $2, 1, $3
 where coalesce($4::integer, 0) = 0 or exists (select from point where code = $1)
on conflict (code) do update
   set settings = excluded.settings,
       version = point.version + 1,
       updated_at = excluded.updated_at
 where $4::integer is null or point.version = $4
returning version

-- name: put_warehouse
-- Open a warehouse or change its settings, and return their version. With a version given, only
-- that version is replaced, and nothing is returned for another.
insert into warehouse (code, settings, version, updated_at)
select $1, $2, 1, $3
 where coalesce($4::integer, 0) = 0 or exists (select from warehouse where code = $1)
on conflict (code) do update
   set settings = excluded.settings,
       version = warehouse.version + 1,
       updated_at = excluded.updated_at
 where $4::integer is null or warehouse.version = $4
returning version

-- name: list_changed_place
-- The running orders of a place have to follow this version of its settings, from the first on.
insert into changed_place (kind, code, version, changed_at)
values ($1, $2, $3, $4)
on conflict (kind, code) do update
   set version = excluded.version,
       changed_at = excluded.changed_at,
       after_placed_at = null,
       after_number = null
