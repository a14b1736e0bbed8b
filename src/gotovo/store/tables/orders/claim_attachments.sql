-- What a buyer adds to a return claim. Each statement names the home, so that it runs on one shard.

-- name: put_claim_comment
-- Store the comment of a claim; it replaces that of an earlier claim.
insert into claim_comment (home, number, said, written_at)
values ($1, $2, $3, $4)
on conflict (home, number) do update
   set said = excluded.said,
       written_at = excluded.written_at

-- name: claim_comment
-- The comment of the newest claim.
select said
  from claim_comment
 where home = $1
   and number = $2

-- name: put_photo
-- Store a picture once, unless the order has the maximum.
insert into claim_photo (home, number, id, added_at, picture)
select $1, $2, $3, $4, $5
 where (select count(*) from claim_photo where home = $1 and number = $2) < $6
on conflict do nothing

-- name: photo_ids
-- The ids of an order's pictures, oldest first.
select id
  from claim_photo
 where home = $1
   and number = $2
 order by added_at, id

-- name: photo
-- One picture.
select picture
  from claim_photo
 where home = $1
   and number = $2
   and id = $3
