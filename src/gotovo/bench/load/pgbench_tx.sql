-- One step of one order in a transaction of several statements, as most programs do it: read the
-- order and the command id, then write the state, the event and the idempotency record. It changes
-- no indexed column, as picking does: the cheapest step there is.
\set i random(0, :orders - 1)
\set home :i % 256
\set number 100000000000 + :i
\set id random(1000000000000000000, 9000000000000000000)
begin;
select state, contact from orders where home = :home and number = cast(:number as text);
select kind, version from command where id = cast(rpad(cast(:id as text), 32, '0') as uuid);
update orders
   set version = version + 1, status = 'processing', stage = 'picking', attention = '{}',
       head = cast(:hash as bytea), state = cast(:state as json)
 where home = :home and number = cast(:number as text)
returning version, placed_at \gset
insert into event (home, placed_at, number, version, lane, position, type, at, recorded_at, actor,
                   command_id, body, hash, customer, shop)
values (:home, cast(:placed_at as timestamptz), cast(:number as text), :version, 0,
        nextval('bench_position'), 'order.picking_started', cast(:at as timestamptz),
        cast(:at as timestamptz), 'admin-bench',
        cast(rpad(cast(:id as text), 32, '0') as uuid), cast(:body as json),
        cast(:hash as bytea), cast(:customer as text), '');
insert into command (id, home, number, fingerprint, kind, version, recorded_at)
values (cast(rpad(cast(:id as text), 32, '0') as uuid), :home, cast(:number as text),
        cast(:fingerprint as bytea), 'done', :version, cast(:at as timestamptz));
commit;
