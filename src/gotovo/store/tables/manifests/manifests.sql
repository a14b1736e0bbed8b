-- Manifests and what they list. A manifest is small and everywhere; each of its parcels lies with
-- its order.

-- name: create_manifest
-- Create a manifest; return its code unless there is one already.
insert into manifest (code, warehouse, point, state, created_at, created_by)
values ($1, $2, $3, 'open', $4, $5)
on conflict (code) do nothing
returning code

-- name: manifest_by_code
-- One manifest.
select code, warehouse, point, state, created_at, created_by, sealed_at, dispatched_at, arrived_at,
       accepted_at, closed_at
  from manifest
 where code = $1

-- name: manifests_page
-- Manifests, the newest first, a page after a cursor. Warehouse, point and state may be null.
select code, warehouse, point, state, created_at, created_by, sealed_at, dispatched_at, arrived_at,
       accepted_at, closed_at
  from manifest
 where ($1::text is null or warehouse = $1)
   and ($2::text is null or point = $2)
   and ($3::text is null or state = $3)
   and (created_at, code) < ($4::timestamptz, $5::text)
 order by created_at desc, code desc
 limit $6

-- name: move_manifest
-- Move a manifest from the state that it was read in; return the new one. An instant that is set is
-- kept.
update manifest
   set state = $3,
       sealed_at = coalesce(sealed_at, $4),
       dispatched_at = coalesce(dispatched_at, $5),
       arrived_at = coalesce(arrived_at, $6),
       accepted_at = coalesce(accepted_at, $7),
       closed_at = coalesce(closed_at, $8)
 where code = $1
   and state = $2
returning state

-- name: list_parcels
-- List parcels on a manifest; one that another manifest has already is left out.
insert into manifest_parcel (home, manifest, barcode, number, box, listed_at, left_out)
select x.home, $1, x.barcode, x.number, x.box, $6, ''
  from unnest($2::smallint[], $3::text[], $4::text[], $5::text[]) as x (home, barcode, number, box)
on conflict do nothing

-- name: parcels_of_manifest
-- What a manifest lists, by barcode.
select home, barcode, number, box, left_out, released_at, acceptance, accepted_at, accepted_by,
       missing_since, found_at
  from manifest_parcel
 where manifest = $1
 order by barcode

-- name: parcel_of_manifest
-- One parcel of a manifest.
select home, barcode, number, box, left_out, released_at, acceptance, accepted_at, accepted_by,
       missing_since, found_at
  from manifest_parcel
 where home = $1
   and manifest = $2
   and barcode = $3

-- name: manifests_of_parcels
-- The manifests that have these parcels now.
select m.barcode, m.manifest
  from unnest($1::smallint[], $2::text[]) as x (home, barcode)
  join manifest_parcel m
    on m.home = x.home
   and m.barcode = x.barcode
   and m.released_at is null

-- name: count_parcels
-- How many parcels manifests list, and how many of those were accepted and are missing.
select manifest, count(*) filter (where left_out = '') as parcels,
       count(distinct box) filter (where box <> '' and left_out = '') as boxes,
       count(*) filter (where accepted_at is not null) as accepted,
       count(*) filter (where missing_since is not null and found_at is null) as missing
  from manifest_parcel
 where manifest = any($1::text[])
 group by manifest

-- name: leave_out
-- Note which parcels did not leave with the van, and why.
update manifest_parcel m
   set left_out = x.left_out,
       released_at = $5
  from unnest($2::smallint[], $3::text[], $4::text[]) as x (home, barcode, left_out)
 where m.manifest = $1
   and m.home = x.home
   and m.barcode = x.barcode
   and m.released_at is null

-- name: accept_parcel
-- Note that an acceptance took a parcel in, on whatever manifest has it or misses it.
update manifest_parcel m
   set acceptance = $3,
       accepted_at = $4,
       accepted_by = $5,
       released_at = coalesce(m.released_at, $4),
       found_at = case when m.missing_since is null then null else coalesce(m.found_at, $4) end
 where m.home = $1
   and m.barcode = $2
   and m.acceptance is null
   and (m.released_at is null or (m.missing_since is not null and m.found_at is null))

-- name: found_by_acceptance
-- Manifests that had missed a parcel which this acceptance took in.
select manifest
  from manifest_parcel
 where home = $1
   and barcode = $2
   and acceptance = $3
   and found_at is not null

-- name: miss_parcels
-- Note which parcels were not there when the acceptance was closed.
update manifest_parcel m
   set missing_since = $4,
       released_at = $4
  from unnest($2::smallint[], $3::text[]) as x (home, barcode)
 where m.manifest = $1
   and m.home = x.home
   and m.barcode = x.barcode
   and m.released_at is null
   and m.acceptance is null

-- name: infer_parcels
-- Note which parcels an acceptance had without a scan.
update manifest_parcel m
   set acceptance = $4,
       accepted_at = $5,
       accepted_by = $6,
       released_at = $5
  from unnest($2::smallint[], $3::text[]) as x (home, barcode)
 where m.manifest = $1
   and m.home = x.home
   and m.barcode = x.barcode
   and m.released_at is null
   and m.acceptance is null
