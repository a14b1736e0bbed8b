-- What the desk of a point reads beside single orders, which are read by number (`programs.sql`).
-- An order's document is searched as text, as it was written: a point has a thousand open orders at
-- most, and to look for a text in all of them takes a few milliseconds.

-- name: orders_here_with
-- A point's orders whose document has one of these texts: the open ones, and those closed ones that
-- were placed since an instant and still have to be turned round. The shop may be null.
select number, version, shop, placed_at, closed_at, state, contact
  from (select number, version, shop, placed_at, closed_at, state, contact
          from orders
         where point = $1
           and closed_at is null
           and ($2::text is null or shop = $2)
           and exists (select from unnest($4::text[]) as part where strpos(state::text, part) > 0)
        union all
        select number, version, shop, placed_at, closed_at, state, contact
          from orders
         where point = $1
           and closed_at is not null
           and placed_at >= $3
           and stage = 'turned_round'
           and ($2::text is null or shop = $2)
           and exists (select from unnest($4::text[]) as part where strpos(state::text, part) > 0)
       ) as here
 order by number
 limit $5
