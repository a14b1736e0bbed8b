-- What is deleted of searches and inventories, in bounded rounds: `rules.py` says when.

-- name: searches
-- Delete searches that ended before an instant.
with due as (
    select home, id
      from parcel_search
     where closed_at < $1
     limit $2)
delete from parcel_search
 where (home, id) in (select home, id from due)

-- name: searches_due
-- Count searches that ended before an instant.
select count(*)
  from (select
          from parcel_search
         where closed_at < $1
         limit $2) as due

-- name: counts
-- Delete scans of inventories made before an instant.
with due as (
    select home, id
      from inventory_scan
     where recorded_at < $1
     limit $2)
delete from inventory_scan
 where (home, id) in (select home, id from due)

-- name: counts_due
-- Count scans of inventories made before an instant.
select count(*)
  from (select
          from inventory_scan
         where recorded_at < $1
         limit $2) as due

-- name: inventories
-- Delete inventories closed before an instant.
with due as (
    select id
      from inventory
     where closed_at < $1
     limit $2)
delete from inventory
 where id in (select id from due)

-- name: inventories_due
-- Count inventories closed before an instant.
select count(*)
  from (select
          from inventory
         where closed_at < $1
         limit $2) as due
