-- What a buyer sees: only ever the orders of one customer, found through the customer's home.

-- name: open_orders
-- The customer's orders that are not closed, newest first.
select number, version, status, outcome, reason, state
  from orders
 where home = $1
   and customer = $2
   and status <> 'closed'
 order by placed_at desc, number desc
 limit $3

-- name: orders_page
-- A page of the customer's orders, newest first, after a cursor; the filters may be null.
select number, version, status, outcome, reason, state
  from orders
 where home = $1
   and customer = $2
   and ($3::text is null or status = $3)
   and ($4::text is null
        or number = $5
        or exists (select
                     from jsonb_array_elements(state::jsonb -> 'lines') as line
                    where strpos(lower(line ->> 'title'), lower($4)) > 0))
   and ($6::timestamptz is null or (placed_at, number) < ($6, $7::text))
 order by placed_at desc, number desc
 limit $8

-- name: count_by_status
-- How many orders the customer has in each status.
select status, count(*) as orders
  from orders
 where home = $1
   and customer = $2
 group by status

-- name: order_of_customer
-- One order, if it is this customer's.
select number, version, status, outcome, reason, state, contact
  from orders
 where home = $1
   and number = $2
   and customer = $3

-- name: history
-- All events of an order, oldest first.
select number, version, type, at, recorded_at, actor, command_id, body, hash
  from event
 where home = $1
   and number = $2
 order by version

-- name: contact
-- How to reach the buyer of an order; null once erased.
select contact
  from orders
 where home = $1
   and number = $2
