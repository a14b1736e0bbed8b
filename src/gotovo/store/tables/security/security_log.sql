-- The security log. Whoever appends holds the row of its head from then on until the commit, so
-- that entries form one chain; in a transaction with other writes this comes last.

-- name: take_head
-- Reserve the next numbers, and wait for whoever appends at the same time; none only waits.
insert into security_log_head as head (log, seq, hash, anchor_seq, anchor_hash)
values (1, $1, $2, 0, $2)
on conflict (log) do update
   set seq = head.seq + excluded.seq
returning seq - $1 as seq, hash

-- name: append
-- Store entries with the numbers that were reserved, and the last one's hash.
with entries as (
    insert into security_log (seq, at, kind, actor, shop, subject, network, outcome, state, details,
                              hash)
    select seq, at, kind, actor, shop, subject, network, outcome, state, details::json, hash
      from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                  $7::text[], $8::text[], $9::bytea[], $10::text[], $11::bytea[])
           as new (seq, at, kind, actor, shop, subject, network, outcome, state, details, hash)
)
update security_log_head
   set hash = $12
 where log = 1

-- name: entries_after
-- Entries after a number, in their order, as far as they are of this kind, actor and time.
select seq, at, kind, actor, shop, subject, network, outcome, state, details, hash
  from security_log
 where seq > $1
   and ($2::text = '' or kind = $2)
   and ($3::text = '' or actor = $3)
   and ($4::timestamptz is null or at >= $4)
 order by seq
 limit $5

-- name: shop_entries_after
-- The same of one shop.
select seq, at, kind, actor, shop, subject, network, outcome, state, details, hash
  from security_log
 where shop = $6
   and seq > $1
   and ($2::text = '' or kind = $2)
   and ($3::text = '' or actor = $3)
   and ($4::timestamptz is null or at >= $4)
 order by seq
 limit $5

-- name: last_entries
-- The latest entries of a kind and an actor since an instant, the latest first.
select seq, at, kind, actor, shop, subject, network, outcome, state, details, hash
  from security_log
 where ($1::text = '' or kind = $1)
   and ($2::text = '' or actor = $2)
   and ($3::timestamptz is null or at >= $3)
 order by seq desc
 limit $4

-- name: last_of_kind
-- The latest entry of a kind.
select seq, at, kind, actor, shop, subject, network, outcome, state, details, hash
  from security_log
 where kind = $1
 order by seq desc
 limit 1

-- name: head
-- The ends of the log.
select seq, hash, anchor_seq, anchor_hash
  from security_log_head
 where log = 1

-- name: states
-- The latest recorded state of every row that has one.
select distinct on (subject) subject, seq, kind, state
  from security_log
 where state is not null
 order by subject, seq desc

-- name: expired
-- The last entry of the oldest ones that may go, a bounded number; null when the oldest stays.
select seq, hash
  from security_log
 where seq < (select coalesce(min(seq) filter (where at >= $1), max(seq))
                from (select seq, at from security_log order by seq limit $2) as oldest)
 order by seq desc
 limit 1

-- name: states_until
-- The states that only entries up to a number record.
select distinct on (subject) subject, shop, state
  from security_log as old
 where state is not null
   and seq <= $1
   and not exists (select from security_log as new
                    where new.subject = old.subject and new.state is not null and new.seq > $1)
 order by subject, seq desc

-- name: move_anchor
-- Record up to which entry the log is deleted.
update security_log_head
   set anchor_seq = $1,
       anchor_hash = $2
 where log = 1

-- name: delete_until
-- Delete the entries up to the anchor.
delete from security_log
 where seq <= $1
