-- What open pages are told: which orders of whom have news. One machine has lane 0.

-- name: head
-- The position of the newest event.
select position
  from lane
 where home = 0

-- name: after
-- Whose orders the events after a position are about, in order.
select e.position, e.number, o.customer
  from (
           select position, home, number
             from event
            where lane = 0
              and position > $1
            order by position
            limit $2) as e
  join orders o on o.home = e.home and o.number = e.number
 order by e.position

-- name: since
-- A customer's orders whose newest event stands after a position, and the newest position of all.
-- A position that the feed has not reached was told by another journal: then all have news.
with newest as (
    select position
      from lane
     where home = 0
)
select (select position from newest) as head,
       array(select o.number
               from orders o
               join event e on e.home = o.home and e.number = o.number and e.version = o.version
              where o.home = $1
                and o.customer = $2
                and e.position > case when $3::bigint > (select position from newest) then 0
                                      else $3 end
              limit $4) as numbers
