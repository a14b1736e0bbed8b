-- Links for following an order: each statement names the home, so that one shard is asked.

-- name: put_link
-- Keep a new link, unless the order has one that works.
insert into track_link (home, digest, number, made_at)
values ($1, $2, $3, $4)
on conflict do nothing

-- name: living_link
-- When the link that works was made.
select made_at
  from track_link
 where home = $1
   and number = $2
   and revoked_at is null

-- name: linked_number
-- Which order a link leads to, while it works.
select number
  from track_link
 where home = $1
   and digest = $2
   and revoked_at is null

-- name: revoke_link
-- Let the order's link lead nowhere.
update track_link
   set revoked_at = greatest($3, made_at)
 where home = $1
   and number = $2
   and revoked_at is null

-- name: sweep_links
-- Forget links that were closed long ago, a bounded number at once.
delete from track_link
 where (home, digest) in (select home, digest from track_link where revoked_at < $1 limit $2)
