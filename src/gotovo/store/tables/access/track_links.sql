-- Tracking links of orders: each statement names the home, so that it runs on one shard.

-- name: put_link
-- Store a new link, unless the order has a valid one.
insert into track_link (home, digest, number, made_at)
values ($1, $2, $3, $4)
on conflict do nothing

-- name: living_link
-- The digest of the valid link, and when it was made.
select digest, made_at
  from track_link
 where home = $1
   and number = $2
   and revoked_at is null

-- name: linked_number
-- The order of a valid link.
select number
  from track_link
 where home = $1
   and digest = $2
   and revoked_at is null

-- name: revoke_link
-- Revoke the order's link.
update track_link
   set revoked_at = greatest($3, made_at)
 where home = $1
   and number = $2
   and revoked_at is null
