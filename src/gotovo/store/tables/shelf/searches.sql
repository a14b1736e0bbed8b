-- Searches for parcels; each lies with its order.

-- name: start_search
-- Start a search, unless one for this parcel is open.
insert into parcel_search (home, id, barcode, number, point, cell, started_at, started_by, due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing

-- name: search_by_id
-- One search.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where home = $1
   and id = $2

-- name: search_of_parcel
-- The search for a parcel that is open, otherwise the latest.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where home = $1
   and barcode = $2
 order by closed_at is null desc, started_at desc, id
 limit 1

-- name: searches_of_order
-- The searches for parcels of an order, the latest first.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where home = $1
   and barcode between $2 || '00' and $2 || '99'
 order by started_at desc
 limit $3

-- name: open_searches_of_point
-- Open searches at a point, the one that is due first before the others.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where point = $1
   and closed_at is null
   and (due_at, id) > ($2::timestamptz, $3::uuid)
 order by due_at, id
 limit $4

-- name: searches_of_point
-- Searches at a point, the latest first.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where point = $1
   and (started_at, id) < ($2::timestamptz, $3::uuid)
 order by started_at desc, id desc
 limit $4

-- name: open_searches
-- Open searches of all points, the one that is due first before the others.
select id, barcode, number, point, cell, started_at, started_by, due_at, told_at, closed_at,
       closed_by, result, seen_in, seen_by, turned_up_at, turned_up_by
  from parcel_search
 where closed_at is null
   and (due_at, id) > ($1::timestamptz, $2::uuid)
 order by due_at, id
 limit $3

-- name: tell_search
-- Note that time ran out.
update parcel_search
   set told_at = $3
 where home = $1
   and id = $2
   and told_at is null
   and closed_at is null

-- name: close_search
-- Close a search, once.
update parcel_search
   set closed_at = $3,
       closed_by = $4,
       result = $5,
       seen_in = $6,
       seen_by = $7
 where home = $1
   and id = $2
   and closed_at is null

-- name: turn_up
-- Note that a parcel was seen that had been given up.
update parcel_search
   set turned_up_at = $3,
       turned_up_by = $4,
       seen_in = $5,
       seen_by = $6
 where home = $1
   and id = $2
   and result = 'lost'
   and turned_up_at is null

-- name: count_searches
-- How many searches are open, and for how many of them time has run out.
select count(*) as open, count(*) filter (where due_at <= $1) as overdue
  from (select due_at
          from parcel_search
         where closed_at is null
         order by due_at
         limit $2) as waiting
