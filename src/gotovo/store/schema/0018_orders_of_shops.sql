-- The lists of a shop: an index for each, which holds nothing where there is only one shop.

-- No order has a code of a shop yet: the indexes are made in one look at the table.
-- squawk-ignore require-concurrent-index-creation
create index orders_by_shop on orders (shop, placed_at desc, number desc) where shop <> '';

-- squawk-ignore require-concurrent-index-creation
create index orders_by_shop_status on orders (shop, status, placed_at desc, number desc)
 where shop <> '';
