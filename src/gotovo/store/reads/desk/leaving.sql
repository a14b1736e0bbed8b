-- What must leave a point, in one bounded read.

-- name: leaving_point
-- Parcels that lie at a point and have to go back: of closed orders of this point that were placed
-- lately, and what was brought back here of orders of any point; none that is in a box. An issued
-- order is looked into only where its document has goods on the way back.
select p.barcode, o.number, coalesce(p.cell, '') as cell, o.closed_at as since,
       coalesce(o.reason, '') as reason, coalesce(p.back, false) as back,
       coalesce(p.returned, false) as returned, coalesce(p.defective, false) as defective
  from (select home, number, closed_at, reason, state
          from (select home, number, closed_at, reason, stage, state
                  from orders
                 where point = $1
                   and closed_at is not null
                   and placed_at > $2
                 order by placed_at desc
                 limit $3) as lately
         where stage in ('turned_round', 'withdrawn')
            or position('"back":true' in state::text) > 0
         union all
        select o.home, o.number, o.closed_at, o.reason, o.state
          from (select distinct home, number
                  from (select home, number
                          from event
                         where type = 'order.returned'
                           and body ->> 'point' = $1
                           and at > $2
                         order by at desc
                         limit $3) as brought) as e
          join orders o
            on o.home = e.home
           and o.number = e.number
         where o.point is distinct from $1
            or o.placed_at <= $2) as o
 cross join lateral json_to_recordset(o.state -> 'parcels')
           as p (barcode text, cell text, stage text, at text, back boolean, returned boolean,
                 defective boolean)
 where p.at = $1
   and p.stage in ('arrived_at_point', 'shelved', 'withdrawn')
   and not exists (select
                     from return_box_item i
                    where i.home = o.home
                      and i.barcode = p.barcode
                      and i.taken_out_at is null)
