-- The bank of the demo. A refund's end is known when it is made: it only comes later.

-- name: put_payment
-- Store a payment, unless this attempt of the order has one.
insert into demo_payment (reference, number, attempt, shop, amount, currency, method, description,
                          return_url, state, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10)
on conflict (number, attempt) do nothing

-- name: payment_of_attempt
-- Read the payment of one attempt to pay an order, with what was given back by an instant.
select demo_payment.*,
       (select coalesce(sum(amount), 0)::bigint from demo_refund
         where demo_refund.reference = demo_payment.reference
           and not fails and ends_at <= $3) as refunded
  from demo_payment
 where number = $1 and attempt = $2

-- name: payment
-- Read a payment, with what was given back by an instant.
select demo_payment.*,
       (select coalesce(sum(amount), 0)::bigint from demo_refund
         where demo_refund.reference = demo_payment.reference
           and not fails and ends_at <= $2) as refunded
  from demo_payment
 where reference = $1

-- name: capture
-- Let a payment that was begun after an instant succeed with a sum, unless it has ended.
update demo_payment
   set state = 'succeeded', captured = $2, closes_card = $3, ended_at = $4
 where reference = $1 and state = 'pending' and created_at > $5

-- name: call_off
-- Let a payment end without money, unless it has ended.
update demo_payment
   set state = 'cancelled', reason = $2, ended_at = $3
 where reference = $1 and state = 'pending'

-- name: payments
-- Read payments of a period in order of time, from after one of them.
select demo_payment.*,
       (select coalesce(sum(amount), 0)::bigint from demo_refund
         where demo_refund.reference = demo_payment.reference
           and not fails and ends_at <= $6) as refunded
  from demo_payment
 where created_at >= $1 and created_at < $2 and (created_at, reference) > ($3, $4)
 order by created_at, reference
 limit $5

-- name: lock_payment
-- Read a payment, and let nobody else give any of it back meanwhile: a change that changes nothing
-- holds the row, on a cluster too.
update demo_payment
   set captured = captured
 where reference = $1
returning captured, currency, closes_card

-- name: refund_of_key
-- Read the refund that has an idempotency key.
select refund_id, key, reference, amount, currency, fails, created_at, ends_at
  from demo_refund
 where key = $1

-- name: given_back
-- Add up what of a payment was given back, or is about to be.
select coalesce(sum(amount), 0)::bigint from demo_refund where reference = $1 and not fails

-- name: put_refund
-- Store a refund.
insert into demo_refund (refund_id, key, reference, amount, currency, fails, created_at, ends_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: refund
-- Read a refund.
select refund_id, key, reference, amount, currency, fails, created_at, ends_at
  from demo_refund
 where refund_id = $1

-- name: refunds
-- Read refunds of a period in order of time, from after one of them.
select refund_id, key, reference, amount, currency, fails, created_at, ends_at
  from demo_refund
 where created_at >= $1 and created_at < $2 and (created_at, refund_id) > ($3, $4)
 order by created_at, refund_id
 limit $5
