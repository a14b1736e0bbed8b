-- The journal on one node: one lane, batches that mix homes, one statement per commit.

-- name: load
-- The orders of a batch, the records of its repeated commands and the holders of its identities,
-- in one round trip: three lists side by side, the shorter ones filled up with nulls, so that a
-- row has one order, one record and one identity that are unrelated. A holder is looked up row by
-- row: joined, a table that the planner knows nothing of yet would be read as a whole for every
-- batch.
select o.number, o.state, o.contact,
       c.id, c.number as record_number, c.fingerprint, c.kind, c.refusal, c.version, c.recorded_at,
       x.kind as identity_kind, x.scope, x.name,
       (select i.number
          from identity i
         where i.home = x.identity_home and i.kind = x.kind and i.scope = x.scope
           and i.name = x.name
       ) as holder
  from unnest($1::smallint[], $2::text[], $3::uuid[], $4::smallint[], $5::text[], $6::text[],
              $7::text[]) as x (home, number, id, identity_home, kind, scope, name)
  left join orders o on o.home = x.home and o.number = x.number
  left join command c on c.id = x.id

-- name: levels
-- The stock of the skus of a batch, looked up row by row.
select x.warehouse, x.sku, s.on_hand, s.reserved
  from unnest($1::text[], $2::text[]) as x (warehouse, sku)
 cross join lateral (
           select on_hand, reserved
             from stock
            where home = 0 and warehouse = x.warehouse and sku = x.sku
            limit 1) as s

-- name: held_at
-- How many open orders lie at some points or are on their way there.
select point, count(*) as orders
  from orders
 where point = any($1::text[])
   and status in ('processing', 'ready_for_pickup')
   and closed_at is null
 group by point

-- name: write_placed
-- New orders. The write of a batch is composed of the parts that it has (`write_statement.py`), and
-- each part returns one row for every row that it has written. Its rows come as one JSON document,
-- which costs the program a fifth of what array parameters do, and the states beside it, so that
-- the server parses each of them once.
insert into orders (home, number, version, customer, shop, origin, external_id, status,
                    outcome, reason, stage, method, point, warehouse, attention, total,
                    currency, placed_at, paid_at, ready_at, closed_at, promised_until, due_at,
                    due_what, courier, head, contact, state)
select home, number, version, customer, shop, origin, external_id, status, outcome, reason,
       stage, method, point, warehouse, attention, total, currency, placed_at, paid_at,
       ready_at, closed_at, promised_until, due_at, due_what, courier, head, contact, state
  from rows from (
           json_to_recordset($1) as (
               home smallint, number text, version integer, customer text, shop text,
               origin text, external_id text, status text, outcome text, reason text,
               stage text, method text, point text, warehouse text, attention text[],
               total bigint, currency text, placed_at timestamptz, paid_at timestamptz,
               ready_at timestamptz, closed_at timestamptz, promised_until timestamptz,
               due_at timestamptz, due_what text, courier text, head bytea, contact json),
           unnest($2::json[])) as x (
           home, number, version, customer, shop, origin, external_id, status, outcome,
           reason, stage, method, point, warehouse, attention, total, currency, placed_at,
           paid_at, ready_at, closed_at, promised_until, due_at, due_what, courier, head,
           contact, state)
returning 1

-- name: write_changed
-- The new states of known orders; one that another commit changed first is not written. The hash
-- of the last event tells versions apart that had the same number before and after a restore.
update orders o
   set version = x.version,
       status = x.status,
       outcome = x.outcome,
       reason = x.reason,
       stage = x.stage,
       method = x.method,
       point = x.point,
       warehouse = x.warehouse,
       attention = x.attention,
       paid_at = x.paid_at,
       ready_at = x.ready_at,
       closed_at = x.closed_at,
       promised_until = x.promised_until,
       due_at = case
                    when o.due_at > x.due_kept_after and o.due_at <= x.due_at then o.due_at
                    else x.due_at
                end,
       due_what = x.due_what,
       courier = x.courier,
       head = x.head,
       state = x.state,
       contact = case when x.erased then null else coalesce(x.contact, o.contact) end
  from rows from (
           json_to_recordset($1) as (
               home smallint, number text, expected integer, expected_head bytea,
               version integer, status text, outcome text, reason text, stage text, method text,
               point text, warehouse text, attention text[], paid_at timestamptz,
               ready_at timestamptz, closed_at timestamptz, promised_until timestamptz,
               due_at timestamptz, due_kept_after timestamptz, due_what text, courier text,
               head bytea, erased boolean, contact json),
           unnest($2::json[])) as x (
           home, number, expected, expected_head, version, status, outcome, reason, stage, method,
           point, warehouse, attention, paid_at, ready_at, closed_at, promised_until, due_at,
           due_kept_after, due_what, courier, head, erased, contact, state)
 where o.home = x.home
   and o.number = x.number
   and o.version = x.expected
   and o.head = x.expected_head
returning 1

-- name: write_records
-- The records of commands.
insert into command (id, home, number, fingerprint, kind, refusal, version, recorded_at)
select id, home, number, fingerprint, kind, refusal, version, recorded_at
  from json_to_recordset($1) as x (
           id uuid, home smallint, number text, fingerprint bytea, kind text, refusal json,
           version integer, recorded_at timestamptz)
returning 1

-- name: write_refunded
-- Refunds, as they are now.
insert into refund (home, number, id, amount, currency, state, route, promised_for,
                    provider_id, started_at, completed_at)
select home, number, id, amount, currency, state, route, promised_for, provider_id,
       started_at, completed_at
  from json_to_recordset($1) as x (
           home smallint, number text, id text, amount bigint, currency text, state text,
           route text, promised_for date, provider_id text, started_at timestamptz,
           completed_at timestamptz)
    on conflict (home, number, id) do update
   set state = excluded.state,
       route = excluded.route,
       promised_for = excluded.promised_for,
       provider_id = excluded.provider_id,
       completed_at = excluded.completed_at
returning 1

-- name: write_moved
-- Stock, one row per sku; one that would be oversold is not written. `offset 0` hides from the
-- planner that all stock has one home: it would begin with that, and read the stock as a whole.
update stock s
   set on_hand = s.on_hand + x.on_hand,
       reserved = s.reserved + x.reserved
  from (select 0::smallint as home, warehouse, sku, on_hand, reserved
          from json_to_recordset($1) as moved (
                   warehouse text, sku text, on_hand bigint, reserved bigint)
        offset 0) as x
 where s.home = x.home
   and s.warehouse = x.warehouse
   and s.sku = x.sku
   and s.reserved + x.reserved between 0 and s.on_hand + x.on_hand
returning 1

-- name: write_claimed
-- Identities; one that another order has is not written.
insert into identity (home, kind, scope, name, number)
select home, kind, scope, name, number
  from json_to_recordset($1) as x (
           home smallint, kind text, scope text, name text, number text)
    on conflict do nothing
returning 1

-- name: write_counted
-- The lane's counter, moved by the events of the batch if all other parts have `fitted`. It is
-- locked after everything else: from there to the end of the commit other batches wait for it, and
-- so positions have no gaps and follow the order of commits.
update lane l
   set position = l.position + $2::integer
  from fitted
 where l.home = $1::smallint
   and fitted.all_of_it
returning l.position - $2::integer as before

-- name: write_recorded
-- The events, at the positions that were `counted`; its first two parameters are those above.
insert into event (home, placed_at, number, version, lane, position, type, at, recorded_at, actor,
                   command_id, body, hash, customer, shop)
select x.home, x.placed_at, x.number, x.version, $1::smallint, counted.before + x.place, x.type,
       x.at, x.recorded_at, x.actor, x.command_id, x.body, x.hash, x.customer, x.shop
  from counted,
       json_to_recordset($3) as x (
           place integer, home smallint, placed_at timestamptz, number text, version integer,
           type text, at timestamptz, recorded_at timestamptz, actor text, command_id uuid,
           body json, hash bytea, customer text, shop text)
returning 1

-- name: forget_texts
-- The words of all texts of some orders, before their buyer is erased in the same commit.
delete from order_text t
 using unnest($1::smallint[], $2::text[]) as x (home, number)
 where t.home = x.home
   and t.number = x.number

-- name: insert_texts
-- The words whose digests the events of a batch have; they are committed with the events.
insert into order_text (home, number, digest, salt, said)
select home, number, digest, salt, said
  from json_to_recordset($1) as x (
           home smallint, number text, digest text, salt bytea, said text)

-- name: texts
-- All texts of some orders.
select t.number, t.digest, t.salt, t.said
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join order_text t on t.home = x.home and t.number = x.number

-- name: histories
-- All events of some orders, oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join orders o on o.home = x.home and o.number = x.number
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 order by e.home, e.number, e.version

-- name: due
-- A page of orders for which something may be due, the longest overdue first. The state says
-- when it is really due.
select home, number, due_at, due_what, version, state
  from orders
 where due_at <= $1
   and (due_at, number) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::text, ''))
   and due_what <> all ($4::text[])
 order by due_at, number
 limit $5

-- name: postpone
-- Orders that were found before they are due, and have not changed: when they are.
update orders o
   set due_at = x.due_at
  from unnest($1::smallint[], $2::text[], $3::integer[], $4::timestamptz[])
           as x (home, number, version, due_at)
 where o.home = x.home
   and o.number = x.number
   and o.version = x.version
returning 1

-- name: count_due
-- How many orders are due for a step, counted up to a limit.
select count(*)
  from (select 1 from orders where due_at <= $1 and due_what = $2 limit $3) as found

-- name: count_ready
-- How many orders lie on the shelves.
select count(*)
  from orders
 where status = 'ready_for_pickup'
   and closed_at is null

-- name: add_to_tally
-- Add to the tally of a timer's step on a day.
insert into timer_tally (what, day, count)
values ($1, $2, $3)
on conflict (what, day) do update
   set count = timer_tally.count + excluded.count

-- name: tallies
-- The tallies of a timer's step, by day.
select day, count
  from timer_tally
 where what = $1
   and day >= $2

-- name: feed
-- Events of a lane after a position, in order, each with the customer and the shop it is about;
-- what earlier versions wrote has them in its order alone.
select e.position, e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id,
       e.body, e.hash,
       coalesce(e.customer, (select o.customer from orders o
                              where o.home = e.home and o.number = e.number)) as customer,
       coalesce(e.shop, (select o.shop from orders o
                          where o.home = e.home and o.number = e.number)) as shop
  from event e
 where e.lane = $1
   and e.position > $2
 order by e.position
 limit $3

-- name: behind
-- Lanes that hold events a follower has not finished.
select l.home as lane, coalesce(f.position, 0) as after, l.position as head
  from lane l
  left join follower f on f.name = $1 and f.lane = l.home
 where l.position > coalesce(f.position, 0)
 order by l.home
 limit $2

-- name: advance
-- Advance a follower, unless its position has changed.
insert into follower (name, lane, position)
values ($1, $2, $4)
on conflict (name, lane) do update
   set position = excluded.position
 where follower.position = $3
returning 1

-- name: delete_records
-- Delete old idempotency records, a bounded number at once.
delete from command
 where (id, home) in (
           select id, home from command where recorded_at < $1 order by recorded_at limit $2)
returning 1
