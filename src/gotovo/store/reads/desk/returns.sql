-- What returns at a desk read beside single orders (`programs.sql`).

-- name: claimed
-- A point's issued orders that a claim waits for, the last placed first, after an instant and a
-- number. They were placed since another instant; the shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is not null
   and placed_at >= $3
   and (placed_at, number) < ($4, $5)
   and stage = 'issued'
   and ($2::text is null or shop = $2)
   and state -> 'claim' is not null
 order by placed_at desc, number desc
 limit $6

-- name: issued_with_phone
-- A point's orders that were placed since an instant, are issued, and whose buyer's phone ends in
-- these four digits. The shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is not null
   and placed_at >= $4
   and stage = 'issued'
   and ($2::text is null or shop = $2)
   and right(contact ->> 'phone', 4) = $3
 order by placed_at desc, number desc
 limit $5
