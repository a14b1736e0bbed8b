-- Ratings of hand-overs. Each statement names the home, so that it runs on one shard.

-- name: put_rating
-- Store a rating, or change it while it is recent enough.
insert into rating as given (home, number, stars, said, rated_at, changed_at)
values ($1, $2, $3, $4, $5, $5)
on conflict (home, number) do update
   set stars = excluded.stars,
       said = excluded.said,
       changed_at = greatest(excluded.changed_at, given.rated_at)
 where given.rated_at > $6
returning stars

-- name: rating
-- The rating of a hand-over.
select stars, said, rated_at, changed_at
  from rating
 where home = $1
   and number = $2
