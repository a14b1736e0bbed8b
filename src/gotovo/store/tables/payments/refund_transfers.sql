-- name: put_transfers
-- Store what is to be given back, each once. A refund in the currency of its order names none.
insert into refund_transfer (home, refund, source, number, provider, payment_id, amount, currency,
                             state, round, created_at, next_at)
select x.home, x.refund, x.source, x.number, x.provider, x.payment_id, x.amount,
       coalesce(nullif(x.currency, ''), o.currency), 'waiting', x.round, x.created_at, x.next_at
  from json_to_recordset($1) as x (
           home smallint, refund text, source smallint, number text, provider text,
           payment_id text, amount bigint, currency text, round integer, created_at timestamptz,
           next_at timestamptz)
  join orders o on o.home = x.home and o.number = x.number
on conflict (home, refund, source) do nothing

-- name: put_unmatched
-- Store that money of no order is to be given back, once; return its id if it is new.
insert into refund_transfer (home, refund, source, number, provider, payment_id, amount, currency,
                             state, created_at, next_at)
values ($1, $2, 0, '', $3, $4, $5, $6, 'waiting', $7, $7)
on conflict (home, refund, source) do nothing
returning refund

-- name: cancel_waiting
-- Call off what was not sent yet of a refund.
update refund_transfer
   set state = 'cancelled', reason = $3, next_at = null, settled_at = $4
 where home = $1 and refund = $2 and state = 'waiting'

-- name: send_again
-- Let wait once more what has failed or was called off, for the next round.
update refund_transfer
   set state = 'waiting', round = $3, next_at = $4, asked_at = null, attempts = 0,
       provider_id = null, reason = null, settled_at = null
 where home = $1 and refund = $2 and state in ('failed', 'cancelled') and round < $3

-- name: take_due
-- Take some of what is due by $1, the longest waiting first, until $2.
update refund_transfer t
   set next_at = $2
  from (select home, refund, source
          from refund_transfer
         where next_at <= $1
         order by next_at
         limit $3) as due
 where t.home = due.home
   and t.refund = due.refund
   and t.source = due.source
   and t.next_at <= $1
returning t.refund, t.source, t.number, t.provider, t.payment_id, t.amount, t.currency, t.state,
          t.round, t.created_at, t.asked_at, t.attempts, t.provider_id, t.reason, t.settled_at,
          t.home

-- name: asking
-- Store that the provider is being asked now, and since when with this key.
update refund_transfer
   set state = 'sending', asked_at = $5, attempts = attempts + 1
 where home = $1 and refund = $2 and source = $3 and round = $4 and state in ('waiting', 'sending')
returning attempts

-- name: later
-- Say when the next thing is due, and why nothing came of this one.
update refund_transfer
   set next_at = $5, reason = nullif($6, '')
 where home = $1 and refund = $2 and source = $3 and round = $4 and settled_at is null

-- name: pending
-- Store that the provider is at it, and when it is asked again how far it is.
update refund_transfer
   set state = 'pending', provider_id = $5, next_at = $6, reason = null
 where home = $1 and refund = $2 and source = $3 and round = $4
   and state in ('sending', 'pending')

-- name: settle
-- Store the end. Late news changes nothing, save that what was paid out may come back.
update refund_transfer
   set state = $5, provider_id = coalesce(nullif($6, ''), provider_id), reason = nullif($7, ''),
       settled_at = $8, next_at = $8, asked_at = coalesce(asked_at, $8)
 where home = $1 and refund = $2 and source = $3 and round = $4
   and (settled_at is null or (state = 'succeeded' and $5 = 'failed'))
returning refund

-- name: told
-- Store that the order knows the end.
update refund_transfer
   set next_at = null
 where home = $1 and refund = $2 and source = $3 and round = $4 and settled_at is not null

-- name: of_refund
-- Read all that a refund consists of.
select refund, source, number, provider, payment_id, amount, currency, state, round, created_at,
       asked_at, attempts, provider_id, reason, settled_at, home
  from refund_transfer
 where home = $1 and refund = $2
 order by source

-- name: of_provider
-- Find the transfer that a provider calls by this id. Homes are not known, so each is asked.
select refund, source, number, provider, payment_id, amount, currency, state, round, created_at,
       asked_at, attempts, provider_id, reason, settled_at, home
  from refund_transfer
 where provider = $1 and provider_id = $2
 limit 1

-- name: count_open
-- How many transfers are open, how many of them are older than an instant, and how many refunds
-- have failed and wait for a person.
select (select count(*) from refund_transfer where settled_at is null) as open,
       (select count(*) from refund_transfer where settled_at is null and created_at < $1) as old,
       (select count(*) from refund where state = 'failed') as failed
