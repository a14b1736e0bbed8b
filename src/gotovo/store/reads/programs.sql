-- What programs read: orders by number, by search, and the buyers behind them. Each search names
-- what it is found by, so that each has its own index and stays fast at ten million orders. Those
-- of a status are two, of open and of closed orders: the status of an open one is in no index.
-- Pages are cut by (placed_at, number), newest first.

-- name: orders_by_number
-- Orders with how to reach their buyers.
select o.number, o.version, o.shop, o.placed_at, o.closed_at, o.state, o.contact
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join orders o on o.home = x.home and o.number = x.number

-- name: orders_by_external_id
-- Orders that a storefront knows by one of these ids; two storefronts may use the
-- same. The shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where external_id = any($1::text[])
   and ($2::text is null or shop = $2)
   and ($3::text is null or warehouse = $3)
   and (placed_at, number) < ($4, $5::text)
 order by placed_at desc, number desc
 limit $6

-- name: orders_of_customer
-- One buyer's orders; status, stage, point and shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where home = $1
   and customer = $2
   and ($3::text is null or status = $3)
   and ($4::text is null or stage = $4)
   and ($5::text is null or point = $5)
   and ($6::text is null or shop = $6)
   and ($7::text is null or warehouse = $7)
   and (placed_at, number) < ($8, $9::text)
 order by placed_at desc, number desc
 limit $10

-- name: newest_of_customers
-- The newest orders of some buyers, up to a number of each; the shop may be null.
select x.customer, x.wanted, x.only_shop, o.number, o.version, o.shop, o.placed_at,
       o.closed_at, o.state, o.contact
  from unnest($1::smallint[], $2::text[], $3::integer[], $4::text[])
           as x (home, customer, wanted, only_shop)
 cross join lateral (
           select number, version, shop, placed_at, closed_at, state, contact
             from orders
            where home = x.home
              and customer = x.customer
              and (x.only_shop is null or shop = x.only_shop)
            order by placed_at desc, number desc
            limit x.wanted) as o
 order by x.customer, x.wanted, x.only_shop, o.placed_at desc, o.number desc

-- name: open_orders_at_point
-- One point's open orders of one status; stage, shop and warehouse may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is null
   and status = $2
   and ($3::text is null or stage = $3)
   and ($4::text is null or shop = $4)
   and ($5::text is null or warehouse = $5)
   and (placed_at, number) < ($6, $7::text)
 order by placed_at desc, number desc
 limit $8

-- name: closed_orders_at_point
-- One point's closed orders.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is not null
   and ($2::text is null or stage = $2)
   and ($3::text is null or shop = $3)
   and ($4::text is null or warehouse = $4)
   and (placed_at, number) < ($5, $6::text)
 order by placed_at desc, number desc
 limit $7

-- name: orders_of_courier
-- What a courier carries, and what waits for one; stage, customer, point and shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where courier = any($1::text[])
   and courier <> ''
   and status = any($2::text[])
   and ($3::text is null or stage = $3)
   and ($4::text is null or customer = $4)
   and ($5::text is null or point = $5)
   and ($6::text is null or shop = $6)
   and (placed_at, number) < ($7, $8::text)
 order by placed_at desc, number desc
 limit $9

-- name: open_orders_in_status
-- Open orders of one status anywhere; the stage may be null, and the shop where it is the default
-- one or all are wanted.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where closed_at is null
   and status = $1
   and ($2::text is null or stage = $2)
   and ($3::text is null or shop = $3)
   and (placed_at, number) < ($4, $5::text)
 order by placed_at desc, number desc
 limit $6

-- name: closed_orders
-- Closed orders anywhere, found among all of them: those that are open are few, and new.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where closed_at is not null
   and ($1::text is null or stage = $1)
   and ($2::text is null or shop = $2)
   and (placed_at, number) < ($3, $4::text)
 order by placed_at desc, number desc
 limit $5

-- name: open_orders_in_status_of_warehouse
-- Open orders of one status that a warehouse serves.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where warehouse = $4
   and closed_at is null
   and status = $1
   and ($2::text is null or stage = $2)
   and ($3::text is null or shop = $3)
   and (placed_at, number) < ($5, $6::text)
 order by placed_at desc, number desc
 limit $7

-- name: closed_orders_of_warehouse
-- Closed orders that a warehouse served.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where warehouse = $3
   and closed_at is not null
   and ($1::text is null or stage = $1)
   and ($2::text is null or shop = $2)
   and (placed_at, number) < ($4, $5::text)
 order by placed_at desc, number desc
 limit $6

-- name: open_orders_in_status_of_shop
-- Open orders of one status of a shop that has a code.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where shop = $3
   and shop <> ''
   and closed_at is null
   and status = $1
   and ($2::text is null or stage = $2)
   and (placed_at, number) < ($4, $5::text)
 order by placed_at desc, number desc
 limit $6

-- name: closed_orders_of_shop
-- Closed orders of a shop that has a code, found among all of its orders.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where shop = $2
   and shop <> ''
   and closed_at is not null
   and ($1::text is null or stage = $1)
   and (placed_at, number) < ($3, $4::text)
 order by placed_at desc, number desc
 limit $5

-- name: newest_orders
-- All orders, newest first; the shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where ($1::text is null or shop = $1)
   and (placed_at, number) < ($2, $3::text)
 order by placed_at desc, number desc
 limit $4

-- name: newest_orders_of_shop
-- All orders of a shop that has a code.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where shop = $1
   and shop <> ''
   and (placed_at, number) < ($2, $3::text)
 order by placed_at desc, number desc
 limit $4

-- name: customer
-- How many orders a buyer has, and since when; the shop may be null.
select count(*) as orders,
       min(placed_at) as first_placed_at,
       max(placed_at) as last_placed_at
  from orders
 where home = $1
   and customer = $2
   and ($3::text is null or shop = $3)

-- name: contact_of_customer
-- How the buyer was last reached; no row once every order is erased; the shop may be
-- null.
select contact
  from orders
 where home = $1
   and customer = $2
   and ($3::text is null or shop = $3)
   and contact is not null
 order by placed_at desc, number desc
 limit 1

-- name: histories
-- All events of some orders, oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join orders o on o.home = x.home and o.number = x.number
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 order by e.home, e.number, e.version

-- name: stored_points
-- The settings of these points, how often they were changed, and when last.
select code, settings, version, updated_at
  from point
 where code = any($1::text[])

-- name: stored_warehouses
-- The settings of these warehouses, how often they were changed, and when last.
select code, settings, version, updated_at
  from warehouse
 where code = any($1::text[])

-- name: levels
-- The stock of these skus of one warehouse.
select warehouse, sku, title, on_hand, reserved
  from stock
 where home = $1
   and warehouse = $2
   and sku = any($3::text[])
 order by sku

-- name: open_orders
-- How many orders of each open status there are; closed ones would be most of the table.
select status, count(*) as orders
  from orders
 where closed_at is null
 group by status
