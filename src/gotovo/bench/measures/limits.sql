-- Orders for pgbench: copies of one real order, made by the engine.

-- name: make_positions
-- Positions for the yardsticks with one transaction per command: a lock on the lane's counter,
-- held until the commit, would make them slower than they have to be.
create sequence bench_position cache 100

-- name: multiply
-- Copies of an order under numbers that a script can count: 100000000000, 100000000001, …
insert into orders
select (i % 256)::smallint, (100000000000 + i)::text, o.version, o.customer, o.origin, null,
       o.status, o.outcome, o.reason, o.stage, o.method, o.point, o.warehouse, o.attention,
       o.total, o.currency, o.placed_at + i * interval '1 second', o.paid_at, o.ready_at,
       o.closed_at, o.promised_until, o.due_at, o.due_what, o.state, o.contact, o.head
  from orders o, generate_series(0, $2::integer - 1) as i
 where o.number = $1

-- name: settle
-- Vacuum as autovacuum would after a while, so that statistics are known.
vacuum (analyze) orders

-- name: sizes
-- The documents that a step of this order writes, so that the yardsticks write as much.
select o.state::text as state, e.body::text as body
  from orders o
  join event e
    on e.home = o.home
   and e.placed_at = o.placed_at
   and e.number = o.number
   and e.version = o.version
 where o.number = $1

-- name: counts
-- How much was written, to be compared with the output of pgbench.
select (select count(*) from event) as events, (select count(*) from command) as commands
