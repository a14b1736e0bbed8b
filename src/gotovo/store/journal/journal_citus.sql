-- The journal on a cluster: one lane per home, and every write says `home = $1`, so that each
-- statement goes to one shard. One transaction per batch; it spans the shards of the command ids,
-- other identities and stock as well, and then the cluster commits in two phases. Statements over
-- all homes and on tables without one are those of journal.sql; the audit proves that both forms
-- write the same columns.

-- name: load_orders
-- The orders of a batch.
select home, number, state, contact
  from orders
 where home = $1
   and number = any ($2::text[])

-- name: load_records
-- The idempotency records of a batch's command ids, of those that share a home.
select id, number as record_number, fingerprint, kind, refusal, version, recorded_at
  from command
 where home = $1
   and id = any ($2::uuid[])

-- name: load_identities
-- The orders that have the identities of a batch, of those that share a home; a name of another
-- kind or scope that is equal does no harm.
select number as holder, kind as identity_kind, scope, name
  from identity
 where home = $1
   and kind = any ($2::text[])
   and scope = any ($3::text[])
   and name = any ($4::text[])

-- name: levels
-- The stock of the skus of a batch.
select s.warehouse, s.sku, s.on_hand, s.reserved
  from stock s
  join unnest($2::text[], $3::text[]) as x (warehouse, sku)
    on s.warehouse = x.warehouse and s.sku = x.sku
 where s.home = $1

-- name: place_orders
-- New orders; a number that is taken leaves its order out.
insert into orders (home, number, version, customer, shop, origin, external_id, status, outcome,
                    reason, stage, method, point, warehouse, attention, total, currency,
                    placed_at, paid_at, ready_at, closed_at, promised_until, due_at, due_what,
                    courier, head, state, contact)
select $1, number, version, customer, shop, origin, external_id, status, outcome, reason, stage,
       method, point, warehouse, attention, total, currency, placed_at, paid_at, ready_at,
       closed_at, promised_until, due_at, due_what, courier, head, state, contact
  from json_to_recordset($2) as x (
           number text, version integer, customer text, shop text, origin text,
           external_id text, status text, outcome text, reason text, stage text, method text,
           point text, warehouse text, attention text[], total bigint, currency text,
           placed_at timestamptz, paid_at timestamptz, ready_at timestamptz,
           closed_at timestamptz, promised_until timestamptz, due_at timestamptz, due_what text,
           courier text, head bytea, state json, contact json)
    on conflict do nothing

-- name: change_orders
-- Orders that still have the version, of the same history, that their change was decided on.
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
  from json_to_recordset($2) as x (
           number text, expected integer, expected_head bytea, version integer, status text,
           outcome text, reason text, stage text, method text, point text, warehouse text,
           attention text[], paid_at timestamptz, ready_at timestamptz, closed_at timestamptz,
           promised_until timestamptz, due_at timestamptz, due_kept_after timestamptz,
           due_what text, courier text, head bytea, state json, erased boolean, contact json)
 where o.home = $1
   and o.number = x.number
   and o.version = x.expected
   and o.head = x.expected_head

-- name: postpone
-- Orders that were found before they are due, and have not changed: when they are.
update orders o
   set due_at = x.due_at
  from unnest($2::text[], $3::integer[], $4::timestamptz[]) as x (number, version, due_at)
 where o.home = $1
   and o.number = x.number
   and o.version = x.version
returning 1

-- name: insert_records
-- Idempotency records; an id that was used meanwhile is left out.
insert into command (home, id, number, fingerprint, kind, refusal, version, recorded_at)
select $1, id, number, fingerprint, kind, refusal, version, recorded_at
  from json_to_recordset($2) as x (
           id uuid, number text, fingerprint bytea, kind text, refusal json, version integer,
           recorded_at timestamptz)
    on conflict do nothing

-- name: upsert_refunds
-- The refunds of orders whose refunds changed.
insert into refund (home, number, id, amount, currency, state, route, promised_for, provider_id,
                    started_at, completed_at)
select $1, number, id, amount, currency, state, route, promised_for, provider_id, started_at,
       completed_at
  from json_to_recordset($2) as x (
           number text, id text, amount bigint, currency text, state text, route text,
           promised_for date, provider_id text, started_at timestamptz, completed_at timestamptz)
    on conflict (home, number, id) do update
   set state = excluded.state,
       route = excluded.route,
       promised_for = excluded.promised_for,
       provider_id = excluded.provider_id,
       completed_at = excluded.completed_at

-- name: move_stock
-- One change per sku; one that the stock does not cover is left out.
update stock s
   set on_hand = s.on_hand + x.on_hand,
       reserved = s.reserved + x.reserved
  from json_to_recordset($2) as x (warehouse text, sku text, on_hand bigint, reserved bigint)
 where s.home = $1
   and s.warehouse = x.warehouse
   and s.sku = x.sku
   and s.reserved + x.reserved between 0 and s.on_hand + x.on_hand

-- name: claim_identities
-- The payments of a batch whose identities share a home; one that another order has is left out.
insert into identity (home, kind, scope, name, number)
select $1, kind, scope, name, number
  from json_to_recordset($2) as x (kind text, scope text, name text, number text)
    on conflict do nothing

-- name: count_events
-- The lane's counter: its lock is held to the end of the commit, so that positions have no gaps
-- and follow the order of commits.
insert into lane (home, position)
values ($1, $2)
on conflict (home) do update
   set position = lane.position + excluded.position
returning position

-- name: record_events
-- The events, numbered on from the lane's counter.
insert into event (home, placed_at, number, version, lane, position, type, at, recorded_at, actor,
                   command_id, body, hash, customer, shop)
select $1, placed_at, number, version, $1, $3::bigint + place, type, at, recorded_at, actor,
       command_id, body, hash, customer, shop
  from json_to_recordset($2) as x (
           place integer, placed_at timestamptz, number text, version integer, type text,
           at timestamptz, recorded_at timestamptz, actor text, command_id uuid, body json,
           hash bytea, customer text, shop text)
    on conflict do nothing

-- name: forget_texts
-- The words of all texts of some orders, before their buyer is erased in the same commit.
delete from order_text
 where home = $1
   and number = any ($2::text[])

-- name: insert_texts
-- The words whose digests the events of a batch have; they are committed with the events.
insert into order_text (home, number, digest, salt, said)
select $1, number, digest, salt, said
  from json_to_recordset($2) as x (number text, digest text, salt bytea, said text)
    on conflict do nothing

-- name: texts
-- All texts of some orders.
select number, digest, salt, said
  from order_text
 where home = $1
   and number = any ($2::text[])

-- name: histories
-- All events of some orders, oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from orders o
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 where o.home = $1
   and o.number = any ($2::text[])
 order by e.number, e.version

-- name: feed
-- Events of a lane after a position, in order, each with the customer and the shop it is about;
-- what earlier versions wrote has them in its order alone.
select e.position, e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id,
       e.body, e.hash,
       coalesce(e.customer, (select o.customer from orders o
                              where o.home = $1 and o.number = e.number)) as customer,
       coalesce(e.shop, (select o.shop from orders o
                          where o.home = $1 and o.number = e.number)) as shop
  from event e
 where e.home = $1
   and e.lane = $1
   and e.position > $2
 order by e.position
 limit $3

-- name: old_records
-- Old idempotency records of all homes, read without a lock.
select home, id
  from command
 where recorded_at < $1
 limit $2

-- name: delete_records
-- Delete old idempotency records of one home.
delete from command
 where home = $1
   and id = any ($2::uuid[])
