-- What lies on the shelves of a point, what waits for one, and what somebody who looks for a parcel
-- wants to know. Closed orders are those placed since an instant: a storage term with its extension
-- and a month for the way back.

-- name: lying
-- Each parcel that lies at a point, on a shelf or on none: of open orders and of closed ones.
select o.number, p.barcode, coalesce(p.cell, '') as cell
  from (select number, state
          from orders
         where point = $1
           and closed_at is null
           and status in ('processing', 'ready_for_pickup')
           and stage not in ('paid', 'picking')
         union all
        (select number, state
           from (select number, state, stage
                   from orders
                  where point = $1
                    and closed_at is not null
                    and placed_at > $2
                  order by placed_at desc
                  limit $3) as lately
          where stage in ('turned_round', 'withdrawn'))) as o
 cross join lateral json_to_recordset(o.state -> 'parcels')
           as p (barcode text, cell text, stage text, at text)
 where p.stage in ('arrived_at_point', 'shelved')
   and p.at = $1
 order by p.barcode
 limit $4

-- name: unshelved
-- Parcels of a point's open orders that have arrived and are on no shelf, after a barcode.
select o.number, p.barcode
  from (select number, state
          from orders
         where point = $1
           and closed_at is null
           and status in ('processing', 'ready_for_pickup')
           and stage not in ('paid', 'picking', 'packed')
           and ($2::text is null or shop = $2)) as o
 cross join lateral json_to_recordset(o.state -> 'parcels')
           as p (barcode text, stage text, at text)
 where p.stage = 'arrived_at_point'
   and p.at = $1
   and p.barcode > $3
 order by p.barcode
 limit $4

-- name: of_buyer
-- Other open orders of a buyer at a point.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where home = $1
   and customer = $2
   and point = $3
   and closed_at is null
   and number <> $4
 order by placed_at desc, number desc
 limit $5

-- name: being_handed_over
-- Orders that are open at the desk of a point.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is null
   and status = 'ready_for_pickup'
   and stage = 'handing_over'
 order by number
 limit $2

-- name: left_lately
-- Orders of a point that ended since an instant: their parcels were issued, or put into a box.
select number, version, shop, placed_at, closed_at, state, contact
  from (select number, version, shop, placed_at, closed_at, state, contact
          from orders
         where point = $1
           and closed_at is not null
           and placed_at > $2
         order by placed_at desc
         limit $3) as lately
 where closed_at >= $4
 order by closed_at desc, number
 limit $5

-- name: scans_of_cell
-- Scans that took a parcel in, or that proposed its cell to another one, the latest first.
select barcode, number, cell, box, at, actor
  from acceptance_scan
 where point = $1
   and cell <> ''
   and recorded_at > $2
   and (barcode = $3 or cell = $4)
   and barcode <> ''
 order by recorded_at desc
 limit $5
