-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- Lists of open orders have small indexes of their own, in which nothing moves while an order goes
-- from step to step: the row is then changed in its own page, and no index is written.

drop index concurrently if exists orders_open_by_time;
create index concurrently orders_open_by_time on orders (placed_at desc, number desc)
 where closed_at is null;

drop index concurrently if exists orders_open_by_point;
create index concurrently orders_open_by_point on orders (point, placed_at desc, number desc)
 where closed_at is null and point is not null;

drop index concurrently if exists orders_closed_by_point;
create index concurrently orders_closed_by_point on orders (point, placed_at desc, number desc)
 where closed_at is not null and point is not null;

drop index concurrently if exists orders_open_by_warehouse;
create index concurrently orders_open_by_warehouse on orders
       (warehouse, placed_at desc, number desc)
 where closed_at is null;

drop index concurrently if exists orders_closed_by_warehouse;
create index concurrently orders_closed_by_warehouse on orders
       (warehouse, placed_at desc, number desc)
 where closed_at is not null;

drop index concurrently if exists orders_open_by_shop;
create index concurrently orders_open_by_shop on orders (shop, placed_at desc, number desc)
 where closed_at is null and shop <> '';

drop index concurrently if exists orders_by_point;
drop index concurrently if exists orders_by_status;
drop index concurrently if exists orders_by_warehouse;
drop index concurrently if exists orders_by_shop_status;

comment on column orders.due_at is
    'A timer has to act then, or later: a step that puts it off may leave the instant as it is, '
    'and the timer that finds the order sets it right. Exact for storage-expiry; null when nothing '
    'is due.';
