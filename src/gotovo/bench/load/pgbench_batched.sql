-- Two hundred steps of two hundred orders in one statement and one commit, positions without gaps
-- from the lane's counter as the real journal takes them. The orders are spread over the table.
\set stride :orders / 200
\set first random(0, :stride - 1)
\set id random(1000000000000000000, 9000000000000000000)
with chosen as materialized (
    select cast((:first + j * :stride) % 256 as smallint) as home,
           cast(100000000000 + :first + j * :stride as text) as number,
           cast(rpad(cast(cast(:id as bigint) + j as text), 32, '0') as uuid) as id
      from generate_series(0, 199) as j
),
changed as (
    update orders o
       set version = o.version + 1, status = 'processing', stage = 'picking', attention = '{}',
           head = cast(:hash as bytea), state = cast(:state as json)
      from chosen
     where o.home = chosen.home and o.number = chosen.number
    returning o.home, o.placed_at, o.number, o.version, chosen.id
),
answered as (
    insert into command (id, home, number, fingerprint, kind, version, recorded_at)
    select id, home, number, cast(:fingerprint as bytea), 'done', version,
           cast(:at as timestamptz)
      from changed
    returning 1
),
counted as (
    update lane l
       set position = l.position + 200
      from (select count(*) as answers from answered) as a
     where l.home = 0 and a.answers = 200
    returning l.position - 200 as before
)
insert into event (home, placed_at, number, version, lane, position, type, at, recorded_at, actor,
                   command_id, body, hash, customer, shop)
select changed.home, changed.placed_at, changed.number, changed.version, 0,
       counted.before + row_number() over (), 'order.picking_started',
       cast(:at as timestamptz), cast(:at as timestamptz), 'admin-bench', changed.id,
       cast(:body as json), cast(:hash as bytea), cast(:customer as text), ''
  from changed, counted;
