-- The audit reads every stored row once, in key order, and writes nothing.

-- name: count_orders
-- How much there is to do.
select count(*) from orders

-- name: orders_page
-- A page of orders with every stored column, after a key; the whole table is walked by key.
select *
  from orders
 where (home, number) > ($1::smallint, $2::text)
 order by home, number
 limit $3

-- name: events_of
-- The whole histories of a page of orders, each in order of version. Home and number together are
-- the key: by number alone every page would read the whole index.
select e.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join event e on e.home = x.home and e.number = x.number
 order by e.number, e.version

-- name: refunds_of
-- The stored refunds of a page of orders.
select r.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join refund r on r.home = x.home and r.number = x.number
 order by r.number, r.id

-- name: count_answers
-- How many answers to commands are kept.
select count(*) from command

-- name: answers_ahead
-- Answers that tell of a version which their order, found through its home, has not come to.
select c.id, c.home, c.number, c.version, coalesce(o.version, 0) as order_version
  from command c
  left join orders o on o.home = c.home and o.number = c.number
 where c.version > coalesce(o.version, 0)
 order by c.number, c.id
 limit $1

-- name: events_without_order
-- Histories whose order row is gone; a sound database has none.
select e.home, e.number, count(*) as events
  from event e
 where not exists (select from orders o where o.home = e.home and o.number = e.number)
 group by e.home, e.number
 order by e.home, e.number
 limit $1

-- name: refunds_without_order
-- Refunds whose order row is gone; a sound database has none.
select r.home, r.number, r.id
  from refund r
 where not exists (select from orders o where o.home = r.home and o.number = r.number)
 order by r.home, r.number, r.id
 limit $1

-- name: feed_lanes
-- Each lane's counter beside what its events say: positions run from 1 without a gap.
select l.home as lane,
       l.position as counter,
       count(e.position) as events,
       count(distinct e.position) as positions,
       coalesce(min(e.position), 1) as first,
       coalesce(max(e.position), 0) as last
  from lane l
  left join event e on e.lane = l.home
 group by l.home, l.position
 order by l.home

-- name: events_outside_lanes
-- Events in a lane that has no counter; a sound database has none.
select e.number, e.version, e.lane
  from event e
 where not exists (select from lane l where l.home = e.lane)
 order by e.number, e.version
 limit $1

-- name: stock_levels
-- Every stock row.
select home, warehouse, sku, title, on_hand, reserved
  from stock
 order by warehouse, sku

-- name: stock_entries
-- What was ever received or written off by hand, summed a sku.
select warehouse, sku, sum(delta)::bigint as delta
  from stock_entry
 group by warehouse, sku
 order by warehouse, sku
