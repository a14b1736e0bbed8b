-- Manifests and acceptances against the journal. A sound database has no row of any of these.

-- name: listed_twice
-- Parcels that two manifests have at a time.
select home, barcode, count(*) as manifests
  from manifest_parcel
 where released_at is null
 group by home, barcode
having count(*) > 1
 order by barcode
 limit $1

-- name: listed_without_order
-- Parcels of manifests without an order, or with the home of another one.
select m.manifest, m.barcode
  from manifest_parcel m
 where not exists (select
                     from orders o
                    where o.home = m.home
                      and o.number = m.number)
 order by m.barcode
 limit $1

-- name: taken_in_without_arrival
-- Parcels that were taken in, of which no event says that they arrived.
select a.barcode, a.arrival
  from accepted_parcel a
  left join orders o
    on o.home = a.home
   and o.number = left(a.barcode, 12)
  left join event e
    on e.home = a.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = left(a.barcode, 12)
   and e.version = a.arrival
 where a.arrival > 0
   and (e.type is distinct from 'parcel.arrived'
        or not (e.body::jsonb -> 'parcels') @> to_jsonb(array[a.barcode]))
 order by a.barcode
 limit $1

-- name: taken_in_by_no_scan
-- Parcels that were taken in, without the scan that did.
select a.barcode, a.scan
  from accepted_parcel a
  left join acceptance_scan s
    on s.home = get_byte(uuid_send(a.scan), 0)
   and s.id = a.scan
 where s.barcode is distinct from a.barcode
    or s.acceptance is distinct from a.acceptance
 order by a.barcode
 limit $1

-- name: reports
-- The figures of reports that differ from what was listed and scanned. A scan that was stored after
-- the closing is in no report.
select x.id, x.told, x.found
  from (select a.id,
               concat_ws(' ', a.report -> 'counts' ->> 'expected',
                         a.report -> 'counts' ->> 'put_aside',
                         a.report -> 'counts' ->> 'no_order',
                         (select count(*)
                            from json_array_elements(a.report -> 'items') as i
                           where i ->> 'answer' in ('accepted', 'surplus', 'damaged',
                                                    'to_return'))) as told,
               concat_ws(' ', (select count(*)
                                 from manifest_parcel m
                                where m.manifest = a.manifest
                                  and m.left_out = ''),
                         count(s.id) filter (where s.answer in ('wrong_point', 'unknown',
                                                                'unreadable', 'duplicate_code')),
                         count(s.id) filter (where s.answer = 'no_order'),
                         count(distinct s.barcode) filter (
                             where s.answer in ('accepted', 'surplus', 'damaged', 'to_return'))
                        ) as found
          from acceptance a
          left join acceptance_scan s
            on s.acceptance = a.id
           and s.recorded_at <= a.closed_at
         where a.closed_at is not null
         group by a.id) as x
 where x.told <> x.found
 order by x.id
 limit $1
