-- The lists of a warehouse's key: each status of what it serves is read from its newest order on.

-- No key is limited to a warehouse yet: the index is made in one look at the table.
-- squawk-ignore require-concurrent-index-creation
create index orders_by_warehouse on orders (warehouse, status, placed_at desc, number desc);
