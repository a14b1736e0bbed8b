-- Refunds that a provider has given an id, for the comparison with its list.

-- name: sent_under
-- Refunds that a provider calls by these ids.
select number, amount, currency, state, provider_id, asked_at, refund, source
  from refund_transfer
 where provider = $1
   and provider_id = any($2::text[])

-- name: sent_between
-- Refunds that a provider was asked for in a period, a page in order of time.
select number, amount, currency, state, provider_id, asked_at, refund, source
  from refund_transfer
 where provider = $1
   and asked_at >= $2
   and asked_at < $3
   and provider_id is not null
   and (asked_at, refund, source) > ($4, $5, $6)
 order by asked_at, refund, source
 limit $7
