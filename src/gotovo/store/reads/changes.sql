-- Which orders have changed, and whose they are: for the change reader of each process.

-- name: changes_after
-- The head of a lane, and the orders and customers of the events after a position, oldest first;
-- one row without an order where nothing happened.
select l.position as head, e.position, e.number,
       coalesce(e.customer, (select o.customer from orders o
                              where o.home = e.home and o.number = e.number)) as customer
  from lane l
  left join lateral (
           select position, home, number, customer
             from event
            where lane = l.home
              and position > $2
            order by position
            limit $3) as e on true
 where l.home = $1
 order by e.position

-- name: changed_orders
-- A customer's orders whose newest event is after a position, and the newest position of all. A
-- position that the feed has not reached belongs to another journal: then all have changed.
with newest as (
    select position
      from lane
     where home = $1
)
select (select position from newest) as head,
       array(select o.number
               from orders o
               join event e
                 on e.home = o.home
                and e.placed_at in (o.placed_at, '-infinity')
                and e.number = o.number
                and e.version = o.version
              where o.home = $2
                and o.customer = $3
                and e.position > case when $4::bigint > (select position from newest) then 0
                                      else $4 end
              limit $5) as numbers
