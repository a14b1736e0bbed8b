-- What is deleted of manifests and acceptances, in bounded rounds: `rules.py` says when.

-- name: scans
-- Delete scans made before an instant.
with due as (
    select home, id
      from acceptance_scan
     where recorded_at < $1
     limit $2)
delete from acceptance_scan
 where (home, id) in (select home, id from due)

-- name: scans_due
-- Count scans made before an instant.
select count(*)
  from (select
          from acceptance_scan
         where recorded_at < $1
         limit $2) as due

-- name: accepted_parcels
-- Delete what took parcels in before an instant.
with due as (
    select home, barcode, arrival
      from accepted_parcel
     where at < $1
     limit $2)
delete from accepted_parcel
 where (home, barcode, arrival) in (select home, barcode, arrival from due)

-- name: accepted_parcels_due
-- Count what took parcels in before an instant.
select count(*)
  from (select
          from accepted_parcel
         where at < $1
         limit $2) as due

-- name: acceptances
-- Delete acceptances closed before an instant.
with due as (
    select id
      from acceptance
     where closed_at < $1
     limit $2)
delete from acceptance
 where id in (select id from due)

-- name: acceptances_due
-- Count acceptances closed before an instant.
select count(*)
  from (select
          from acceptance
         where closed_at < $1
         limit $2) as due

-- name: listed_parcels
-- Delete parcels that vans brought before an instant.
with due as (
    select home, manifest, barcode
      from manifest_parcel
     where released_at < $1
     limit $2)
delete from manifest_parcel
 where (home, manifest, barcode) in (select home, manifest, barcode from due)

-- name: listed_parcels_due
-- Count parcels that vans brought before an instant.
select count(*)
  from (select
          from manifest_parcel
         where released_at < $1
         limit $2) as due

-- name: manifests
-- Delete manifests closed before an instant.
with due as (
    select code
      from manifest
     where closed_at < $1
     limit $2)
delete from manifest
 where code in (select code from due)

-- name: manifests_due
-- Count manifests closed before an instant.
select count(*)
  from (select
          from manifest
         where closed_at < $1
         limit $2) as due
