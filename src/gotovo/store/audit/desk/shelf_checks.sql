-- Searches and inventories against the journal. A sound database has no row of any of these.

-- name: searched_without_order
-- Searches for parcels of no order, or with the home of another one.
select s.id, s.barcode
  from parcel_search s
 where not exists (select
                     from orders o
                    where o.home = s.home
                      and o.number = s.number)
 order by s.id
 limit $1

-- name: lost_untold
-- Parcels that were given up, of whose orders no event says that something is lost.
select s.id, s.barcode
  from parcel_search s
  join orders o
    on o.home = s.home
   and o.number = s.number
 where s.result = 'lost'
   and o.closed_at is null
   and not exists (select
                     from event e
                    where e.home = s.home
                      and e.placed_at in (o.placed_at, '-infinity')
                      and e.number = s.number
                      and e.type = 'order.attention_raised'
                      and e.body ->> 'flag' = 'lost')
 order by s.id
 limit $1

-- name: scans
-- Inventories that say that they have another number of scans than they do.
select i.id, i.scans as told, count(s.id) as found
  from inventory i
  left join inventory_scan s
    on s.inventory = i.id
 group by i.id
having count(s.id) <> i.scans
 order by i.id
 limit $1

-- name: reports
-- The figures of reports that differ from what was counted.
select x.id, x.told, x.found
  from (select i.id,
               concat_ws(' ', i.report -> 'figures' ->> 'cells',
                         i.report -> 'figures' ->> 'people',
                         i.report -> 'figures' ->> 'typed') as told,
               concat_ws(' ', count(distinct s.cell),
                         count(distinct s.actor),
                         count(distinct coalesce(nullif(s.barcode, ''), s.code)) filter (
                             where s.typed and s.code <> '')) as found
          from inventory i
          left join inventory_scan s
            on s.inventory = i.id
         where i.closed_at is not null
         group by i.id) as x
 where x.told <> x.found
 order by x.id
 limit $1
