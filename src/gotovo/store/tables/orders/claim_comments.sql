-- What a buyer writes with a return claim. Each statement names the home: it runs on one shard.

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
