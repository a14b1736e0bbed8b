-- What a buyer adds beside an order. Each statement names the home, so that one shard is asked.

-- name: put_claim_comment
-- The words of a claim; those of a newer claim take their place.
insert into claim_comment (home, number, said, written_at)
values ($1, $2, $3, $4)
on conflict (home, number) do update
   set said = excluded.said,
       written_at = excluded.written_at

-- name: claim_comment
-- The words of the newest claim.
select said
  from claim_comment
 where home = $1
   and number = $2

-- name: put_photo
-- Keep a picture once, while the order does not have too many.
insert into claim_photo (home, number, id, added_at, picture)
select $1, $2, $3, $4, $5
 where (select count(*) from claim_photo where home = $1 and number = $2) < $6
on conflict do nothing

-- name: photo_ids
-- Which pictures an order has, oldest first.
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

-- name: put_rating
-- Rate once; the same row changes while it is fresh enough, and stays as it is afterwards.
insert into rating as given (home, number, stars, said, rated_at, changed_at)
values ($1, $2, $3, $4, $5, $5)
on conflict (home, number) do update
   set stars = excluded.stars,
       said = excluded.said,
       changed_at = greatest(excluded.changed_at, given.rated_at)
 where given.rated_at > $6
returning stars

-- name: rating
-- How the hand-over was rated.
select stars, said, rated_at, changed_at
  from rating
 where home = $1
   and number = $2

-- name: messages_told
-- What was sent about an order and what became of it, oldest first; each channel adds its part.
select 'phone' as channel, purpose, sent_at, 'delivered' as state, text
  from phone_message
 where number = $1
   and phone = $2
 order by sent_at, key
 limit $3
