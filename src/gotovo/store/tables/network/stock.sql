-- Stock entries by hand: receipts and corrections. Orders move stock through the journal alone.

-- name: enter
-- Append entries and change the rows they are about, all or nothing; an entry whose id was used
-- before changes nothing again. `stock_is_never_oversold` refuses what would take away reserved
-- units.
with told as materialized (
    select *
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[])
           as x (id, warehouse, sku, title, delta, reason)
),
entered as (
    insert into stock_entry (home, id, warehouse, sku, delta, reason, actor, recorded_at)
    select $1::smallint, id, warehouse, sku, delta, reason, $8, $9
      from told
        on conflict (home, id) do nothing
    returning id, warehouse, sku, delta
),
summed as (
    select e.warehouse, e.sku, max(t.title) as title, sum(e.delta)::bigint as delta
      from entered e
      join told t on t.id = e.id
     group by e.warehouse, e.sku
),
locked as (
    select s.warehouse, s.sku
      from stock s
      join summed x on s.warehouse = x.warehouse and s.sku = x.sku
     where s.home = $1
     order by s.warehouse, s.sku
       for update of s
),
changed as (
    update stock s
       set on_hand = s.on_hand + x.delta,
           title = coalesce(nullif(x.title, ''), s.title)
      from summed x
      join locked l on l.warehouse = x.warehouse and l.sku = x.sku
     where s.home = $1
       and s.warehouse = x.warehouse
       and s.sku = x.sku
    returning s.warehouse, s.sku
),
listed as (
    insert into stock (home, warehouse, sku, title, on_hand, reserved)
    select $1, x.warehouse, x.sku, x.title, x.delta, 0
      from summed x
     where not exists (
               select from changed c where c.warehouse = x.warehouse and c.sku = x.sku)
     order by x.warehouse, x.sku
        on conflict (home, warehouse, sku) do update
       set on_hand = stock.on_hand + excluded.on_hand
    returning 1
)
select (select count(*) from entered) as entered,
       (select count(*) from changed) + (select count(*) from listed) as skus

-- name: list_levels
-- A page of one warehouse's stock, or of all, in order of warehouse and sku.
select warehouse, sku, title, on_hand, reserved
  from stock
 where home = $1
   and ($2::text is null or warehouse = $2)
   and (warehouse, sku) > ($3::text, $4::text)
 order by warehouse, sku
 limit $5

-- name: list_entries
-- The latest entries of a sku.
select id, warehouse, sku, delta, reason, actor, recorded_at
  from stock_entry
 where home = $1
   and warehouse = $2
   and sku = $3
 order by recorded_at desc, id
 limit $4
