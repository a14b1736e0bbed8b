-- Ratings of hand-overs. Each statement names the home, so that it runs on one shard.

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
