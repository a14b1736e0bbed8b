-- Days whose books were compared with a provider's.

-- name: take_day
-- Take a day that nobody has compared yet or compares now.
insert into reconciliation (provider, day, began_at, held_until)
values ($1, $2, $3, $4)
on conflict (provider, day) do update
   set began_at = excluded.began_at, held_until = excluded.held_until
 where reconciliation.held_until <= $3
returning day

-- name: day_failed
-- Say why a day could not be compared, and when it may be tried again.
update reconciliation
   set failure = $3, held_until = $4
 where provider = $1 and day = $2 and finished_at is null

-- name: finish_day
-- Store what the comparison of a day found.
update reconciliation
   set finished_at = $3, held_until = null, failure = null, payments = $4, refunds = $5,
       differences = $6
 where provider = $1 and day = $2

-- name: latest_days
-- The last day of each provider that was compared, or could not be.
select distinct on (provider) provider, day, payments, refunds, differences,
       coalesce(failure, '') as failure
  from reconciliation
 where provider = any($1::text[])
   and (finished_at is not null or failure is not null)
 order by provider, day desc

-- name: first_attempt
-- When a buyer first began to pay through a provider.
select created_at
  from payment_attempt
 where provider = $1
 order by created_at
 limit 1
