-- name: begin_attempt
-- Store a new attempt to pay after the last one of its order; return its number. Two that begin at
-- once would have the same one: the second is not stored.
insert into payment_attempt (home, number, attempt, shop, provider, method, amount, currency, state,
                             created_at, expires_at, check_at)
select $1, $2,
       1 + coalesce((select max(attempt) from payment_attempt where home = $1 and number = $2), 0),
       $3, $4, $5, $6, $7, 'creating', $8, $9, $10
on conflict (home, number, attempt) do nothing
returning attempt

-- name: begin_next_attempt
-- Store a new attempt to pay if the last one of its order is still the one that was read.
insert into payment_attempt (home, number, attempt, shop, provider, method, amount, currency, state,
                             created_at, expires_at, check_at)
values ($1, $2, 1 + $11, $3, $4, $5, $6, $7, 'creating', $8, $9, $10)
on conflict (home, number, attempt) do nothing
returning attempt

-- name: attempt_created
-- Store what the provider answered to the creation of an attempt, unless its end is known already.
update payment_attempt
   set state = 'pending', reference = $4, payment_id = nullif($5, ''), url = nullif($6, ''),
       check_at = $7
 where home = $1 and number = $2 and attempt = $3 and state = 'creating'

-- name: settle_attempt
-- Store the end of an attempt. Money that was captured stays captured, whatever is told later.
update payment_attempt
   set state = $4, reference = coalesce(nullif($5, ''), reference),
       payment_id = coalesce(nullif($6, ''), payment_id), reason = nullif($7, ''),
       url = null, check_at = null, settled_at = $8
 where home = $1 and number = $2 and attempt = $3
   and state <> 'succeeded' and state <> $4
   and (state in ('creating', 'pending') or $4 = 'succeeded')
returning attempt

-- name: attempt
-- Read one attempt of an order.
select number, attempt, shop, provider, method, amount, currency, state, created_at, expires_at,
       reference, payment_id, url, reason, checks, settled_at
  from payment_attempt
 where home = $1 and number = $2 and attempt = $3

-- name: attempts_of_order
-- Read the attempts of an order, the newest first.
select number, attempt, shop, provider, method, amount, currency, state, created_at, expires_at,
       reference, payment_id, url, reason, checks, settled_at
  from payment_attempt
 where home = $1 and number = $2
 order by attempt desc
 limit $3

-- name: attempt_of_provider
-- Find the attempt that a provider calls by this reference, or whose money it calls by this id.
-- Homes are not known here, so each of them is asked.
select number, attempt, shop, provider, method, amount, currency, state, created_at, expires_at,
       reference, payment_id, url, reason, checks, settled_at
  from payment_attempt
 where provider = $1 and (reference = $2 or payment_id = $2)
 limit 1

-- name: take_attempts_to_check
-- Take some of the open attempts whose provider is to be asked by $1, the longest waiting first,
-- until $2.
update payment_attempt a
   set check_at = $2, checks = a.checks + 1
  from (select home, number, attempt
          from payment_attempt
         where check_at <= $1
         order by check_at
         limit $3) as due
 where a.home = due.home
   and a.number = due.number
   and a.attempt = due.attempt
   and a.check_at <= $1
returning a.number, a.attempt, a.shop, a.provider, a.method, a.amount, a.currency, a.state,
          a.created_at, a.expires_at, a.reference, a.payment_id, a.url, a.reason, a.checks,
          a.settled_at

-- name: check_attempt_at
-- Say when the provider of an open attempt is asked next.
update payment_attempt
   set check_at = $4
 where home = $1 and number = $2 and attempt = $3 and check_at is not null
