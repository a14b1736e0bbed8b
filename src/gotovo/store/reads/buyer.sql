-- Reads of a buyer: only the orders of one customer, found through the customer's home.

-- name: list_of_session
-- The session and, if it is valid, everything its list shows, in one round trip: how many orders
-- there are in each status, the open ones, and a page after a cursor; filters may be null. The
-- search matches a number, a title, or the place (points by code).
with asker as (
    select customer, shown_as, began_at, expires_at, seen_at, orders_since, proved_at
      from session
     where token = $2
       and expires_at > $3
), fitting as not materialized (
    select number, status, placed_at, state
      from orders
     where home = $1
       and customer = (select customer from asker)
       and placed_at >= coalesce((select orders_since from asker), '-infinity')
       and ($6::text is null
            or strpos(number, $7::text) > 0
            or point = any($11::text[])
            or exists (select
                         from jsonb_array_elements(state::jsonb -> 'lines') as line
                        where strpos(translate(lower(normalize(line ->> 'title')),
                                               'ё«»„“”"', 'е'), $6) > 0))
)
select customer, shown_as, began_at, expires_at, seen_at, orders_since, proved_at,
       (select position from lane where home = 0) as cursor,
       (select json_object_agg(status, orders)
          from (select status, count(*) as orders
                  from fitting
                 group by status) as counted) as counts,
       array(select state
               from fitting
              where status <> 'closed'
              order by placed_at desc, number desc
              limit $4) as standing,
       array(select state
               from fitting
              where ($5::text is null or status = $5)
                and ($8::timestamptz is null or (placed_at, number) < ($8, $9::text))
              order by placed_at desc, number desc
              limit $10) as page
  from asker

-- name: order_of_session
-- The session and, if it is valid, one order with its events, if it is that customer's.
with asker as (
    select customer, shown_as, began_at, expires_at, seen_at, orders_since, proved_at
      from session
     where token = $2
       and expires_at > $3
), wanted as (
    select number, placed_at, state, contact ->> 'address' as address
      from orders
     where home = $1
       and number = $4
       and customer = (select customer from asker)
       and placed_at >= coalesce((select orders_since from asker), '-infinity')
)
select asker.customer, asker.shown_as, asker.began_at, asker.expires_at, asker.seen_at,
       asker.orders_since, asker.proved_at,
       (select position from lane where home = 0) as cursor,
       (select state from wanted) as state,
       (select address from wanted) as address,
       told.versions, told.types, told.ats, told.recorded_ats, told.actors, told.command_ids,
       told.bodies, told.hashes
  from asker
  left join lateral (
       select array_agg(version) as versions, array_agg(type) as types, array_agg(at) as ats,
              array_agg(recorded_at) as recorded_ats, array_agg(actor) as actors,
              array_agg(command_id::text) as command_ids, array_agg(body) as bodies,
              array_agg(hash) as hashes
         from (select version, type, at, recorded_at, actor, command_id, body, hash
                 from event
                where home = $1
                  and placed_at in ((select placed_at from wanted), '-infinity')
                  and number = (select number from wanted)
                order by version) as each) as told on true

-- name: order_of_customer
-- One order, if it is this customer's and was placed since an instant, if one is given.
select state
  from orders
 where home = $1
   and number = $2
   and customer = $3
   and ($4::timestamptz is null or placed_at >= $4)

-- name: orders_of_customer
-- A page of a customer's orders: those that are open first, newest first, and how many there are.
select state, count(*) over () as orders
  from orders
 where home = $1
   and customer = $2
   and placed_at >= coalesce($3, '-infinity'::timestamptz)
 order by status = 'closed', placed_at desc, number desc
offset $4
 limit $5

-- name: placed_since
-- Of a customer's orders those that were placed since an instant.
select number
  from orders
 where home = $1
   and number = any ($2::text[])
   and customer = $3
   and placed_at >= $4

-- name: is_order_of
-- Whether an order is this customer's.
select exists (select from orders where home = $1 and number = $2 and customer = $3)

-- name: history
-- All events of an order, oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from orders o
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 where o.home = $1
   and o.number = $2
 order by e.version

-- name: latest_contact
-- How to reach a customer: the contact of the latest order that still has one.
select contact
  from orders
 where home = $1
   and customer = $2
   and contact is not null
 order by placed_at desc, number desc
 limit 1

-- name: held_at
-- How many open orders are at some points or on their way there.
select point, count(*) as orders
  from orders
 where point = any($1::text[])
   and status in ('processing', 'ready_for_pickup')
   and closed_at is null
 group by point

-- name: contact
-- How to reach the buyer of an order; null once erased.
select contact
  from orders
 where home = $1
   and number = $2

-- name: reached
-- Which of these channels reach the buyers of some orders: $4 are those that are asked for. A chat
-- or a browser may still be closed to one order; what is sent there is asked again then.
select 'mail' as channel, o.number
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join orders as o on o.home = x.home and o.number = x.number
 where 'mail' = any($4::text[])
   and o.contact ->> 'email' <> ''
 union all
select 'telegram', x.number
  from unnest($2::text[], $3::text[]) as x (number, customer)
  join telegram_chat as t on t.customer = x.customer
 where 'telegram' = any($4::text[])
   and t.blocked_at is null
 union all
select distinct 'push', x.number
  from unnest($1::smallint[], $2::text[], $3::text[]) as x (home, number, customer)
  join push_subscription as s on s.home = x.home and s.customer = x.customer
 where 'push' = any($4::text[])
