-- The same writes as one statement, which is its own transaction: one round trip per command.
\set i random(0, :orders - 1)
\set home :i % 256
\set number 100000000000 + :i
\set id random(1000000000000000000, 9000000000000000000)
with changed as (
    update orders
       set version = version + 1, status = 'processing', stage = 'picking', attention = '{}',
           head = cast(:hash as bytea), state = cast(:state as json)
     where home = :home and number = cast(:number as text)
    returning home, placed_at, number, version, state, contact
),
recorded as (
    insert into event (home, placed_at, number, version, lane, position, type, at, recorded_at,
                       actor, command_id, body, hash, customer, shop)
    select home, placed_at, number, version, 0, nextval('bench_position'), 'order.picking_started',
           cast(:at as timestamptz), cast(:at as timestamptz), 'admin-bench',
           cast(rpad(cast(:id as text), 32, '0') as uuid), cast(:body as json),
           cast(:hash as bytea), cast(:customer as text), ''
      from changed
),
answered as (
    insert into command (id, home, number, fingerprint, kind, version, recorded_at)
    select cast(rpad(cast(:id as text), 32, '0') as uuid), home, number,
           cast(:fingerprint as bytea), 'done', version, cast(:at as timestamptz)
      from changed
)
select state, contact from changed;
