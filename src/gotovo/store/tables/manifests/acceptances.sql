-- Acceptances at points: what was scanned, and what was answered. Which scan took a parcel in lies
-- with the parcel's order; a scan lies by its own id, for not everything that comes is an order.

-- name: open_acceptance
-- Open an acceptance, once; a manifest has one at most.
insert into acceptance (id, point, manifest, opened_at, opened_by)
values ($1, $2, $3, $4, $5)
on conflict do nothing

-- name: acceptance_by_id
-- One acceptance.
select id, point, manifest, opened_at, opened_by, closed_at, closed_by, report
  from acceptance
 where id = $1

-- name: acceptance_of_manifest
-- The acceptance of a manifest.
select id, point, manifest, opened_at, opened_by, closed_at, closed_by, report
  from acceptance
 where manifest = $1

-- name: acceptances_of_point
-- Acceptances of a point, the newest first, a page after a cursor: all, or those that are open.
select id, point, manifest, opened_at, opened_by, closed_at, closed_by, null::json as report
  from acceptance
 where point = $1
   and (not $2::boolean or closed_at is null)
   and (opened_at, id) < ($3::timestamptz, $4::uuid)
 order by opened_at desc, id desc
 limit $5

-- name: close_acceptance
-- Close an acceptance with its report, once.
update acceptance
   set closed_at = $2,
       closed_by = $3,
       report = $4
 where id = $1
   and closed_at is null

-- name: take_in
-- Note which scan took a parcel in, once for each arrival of it.
insert into accepted_parcel (home, barcode, arrival, scan, acceptance, point, at, actor)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (home, barcode, arrival) do nothing

-- name: taken_in
-- Which scan took a parcel in when it arrived.
select scan, acceptance, at, actor
  from accepted_parcel
 where home = $1
   and barcode = $2
   and arrival = $3

-- name: taken_in_by
-- Whether a scan is one that took this parcel in.
select scan, acceptance, at, actor
  from accepted_parcel
 where home = $1
   and barcode = $2
   and scan = $3

-- name: latest_arrival
-- The version of the last event that says that a parcel came to a point.
select max(version)
  from event
 where home = $1
   and placed_at in ($2, '-infinity')
   and number = $3
   and type = 'parcel.arrived'
   and (body::jsonb -> 'parcels') @> to_jsonb(array[$4::text])

-- name: put_scan
-- Store a scan with its answer, once.
insert into acceptance_scan (home, id, acceptance, point, answer, code, barcode, number, box, cell,
                             size, reason, belongs_to, surplus, told_by_box, attachments, at,
                             recorded_at, actor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
on conflict (home, id) do nothing

-- name: scan_by_id
-- One scan.
select id, answer, code, barcode, number, box, cell, size, reason, belongs_to, surplus, told_by_box,
       attachments, at, actor as by
  from acceptance_scan
 where home = $1
   and id = $2

-- name: scans_of_acceptance
-- The scans of an acceptance, the earliest first.
select id, answer, code, barcode, number, box, cell, size, reason, belongs_to, surplus, told_by_box,
       attachments, at, actor as by
  from acceptance_scan
 where acceptance = $1
 order by recorded_at, id

-- name: is_damage_told
-- Whether an acceptance has heard that a parcel is damaged.
select exists (
    select
      from acceptance_scan
     where acceptance = $1
       and barcode = $2
       and answer = 'damaged'
       and id <> $3)

-- name: shelf_of_point
-- What lies in the cells of a point, and what has arrived and has none: of open orders, and of
-- closed ones that were placed lately, whose parcels wait to be sent back; and the cells that were
-- proposed a short while ago.
select 'lies' as kind, o.number, o.customer, p.barcode, coalesce(p.cell, '') as cell, p.stage
  from (select number, customer, state
          from orders
         where point = $1
           and closed_at is null
           and status in ('processing', 'ready_for_pickup')
           and stage not in ('paid', 'picking')
         union all
        (select number, customer, state
           from (select number, customer, state, stage
                   from orders
                  where point = $1
                    and closed_at is not null
                    and placed_at > $2
                  order by placed_at desc
                  limit $3) as lately
          where stage in ('turned_round', 'withdrawn'))) as o
 cross join lateral json_to_recordset(o.state -> 'parcels')
           as p (barcode text, cell text, stage text)
 where p.stage in ('arrived_at_point', 'shelved')
 union all
select 'proposed', number, '', barcode, cell, ''
  from (select number, barcode, cell
          from acceptance_scan
         where point = $1
           and cell <> ''
           and recorded_at > $4
         order by recorded_at desc
         limit $5) as lately
