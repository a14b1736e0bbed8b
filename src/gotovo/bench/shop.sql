-- name: settle
-- Statistics of every table, as a database has them a minute after its first orders: until then
-- the plans of statements are made for empty tables.
analyze
