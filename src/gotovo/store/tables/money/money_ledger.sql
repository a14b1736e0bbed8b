-- The ledger of money, made from the journal by a follower.

-- name: histories
-- All events of the orders of a page, each order's oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from unnest($1::smallint[], $2::text[]) as wanted (home, number)
  join orders o on o.home = wanted.home and o.number = wanted.number
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 order by e.number, e.version

-- name: put_entries
-- Write entries; those that are there stay.
insert into money_entry (home, number, version, currency, shop, at, captured, issued, refunded,
                         owed, paid_back, provider, payment_id)
select x.home, x.number, x.version, x.currency, x.shop, x.at, x.captured, x.issued, x.refunded,
       x.owed, x.paid_back, nullif(x.provider, ''), nullif(x.payment_id, '')
  from unnest($1::smallint[], $2::text[], $3::integer[], $4::text[], $5::text[],
              $6::timestamptz[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
              $11::bigint[], $12::text[], $13::text[])
       as x (home, number, version, currency, shop, at, captured, issued, refunded, owed,
             paid_back, provider, payment_id)
on conflict (home, number, version, currency) do nothing

-- name: sums_by_day
-- The sums of each shop, day and currency in a period; days are those of a time zone.
select shop, (at at time zone $3)::date as day, currency,
       sum(captured)::bigint as captured, sum(issued)::bigint as issued,
       sum(refunded)::bigint as refunded, sum(owed)::bigint as owed,
       sum(paid_back)::bigint as paid_back
  from money_entry
 where at >= $1
   and at < $2
   and ($4::text is null or shop = $4)
 group by shop, day, currency
 order by day, shop, currency

-- name: captured_under
-- What was captured under some payment ids of a provider.
select number, version, currency, captured, provider, payment_id, at
  from money_entry
 where provider = $1
   and payment_id = any($2::text[])

-- name: captured_between
-- What was captured through a provider in a period, a page in order of time.
select number, version, currency, captured, provider, payment_id, at
  from money_entry
 where at >= $2
   and at < $3
   and provider = $1
   and (at, number, version) > ($4, $5, $6)
 order by at, number, version
 limit $7
