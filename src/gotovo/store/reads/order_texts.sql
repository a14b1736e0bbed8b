-- The words of texts whose digests stand in events.

-- name: words
-- The words of some texts; those that were erased have no row.
select t.number, t.digest, t.said
  from unnest($1::smallint[], $2::text[], $3::text[]) as x (home, number, digest)
  join order_text t on t.home = x.home and t.number = x.number and t.digest = x.digest
