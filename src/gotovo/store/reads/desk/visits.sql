-- What the hand-over at a desk reads beside single orders and lists (`programs.sql`).

-- name: ready_with_phone
-- A point's orders on their shelves, or being handed over, whose buyer's phone ends in these four
-- digits. The shop may be null. A point has a thousand such orders at most.
select number, version, shop, placed_at, closed_at, state, contact
  from orders
 where point = $1
   and closed_at is null
   and status = 'ready_for_pickup'
   and ($2::text is null or shop = $2)
   and right(contact ->> 'phone', 4) = $3
 order by number
 limit $4
