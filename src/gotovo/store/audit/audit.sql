-- The audit reads every stored row once, and writes nothing.

-- name: share_snapshot
-- Export the snapshot of this transaction, valid until it ends.
select pg_export_snapshot()

-- name: join_snapshot
-- Import the snapshot of another transaction; the server takes no parameter here, only a literal.
set transaction snapshot '{name}'

-- name: blocks_of_orders
-- How many blocks the table has; they include all that an older snapshot shows.
select pg_relation_size('orders') / current_setting('block_size')::int

-- name: orders_between
-- The orders between two positions on the disk, with every stored column.
select *
  from orders
 where ctid >= $1 and ctid < $2

-- name: events_of
-- The whole histories of a page of orders, each in order of version, found by the whole key: by
-- number alone every page would read the whole index.
select e.*
  from unnest($1::smallint[], $2::timestamptz[], $3::text[]) as x (home, placed_at, number)
  join event e
    on e.home = x.home
   and e.placed_at in (x.placed_at, '-infinity')
   and e.number = x.number
 order by e.number, e.version

-- name: refunds_of
-- The stored refunds of a page of orders.
select r.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join refund r on r.home = x.home and r.number = x.number
 order by r.number, r.id

-- name: texts_of
-- The stored texts of a page of orders.
select t.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join order_text t on t.home = x.home and t.number = x.number
 order by t.number, t.digest

-- name: attachments_of
-- The ids and digests of the photos and files of a page of orders.
select a.home, a.number, a.id, a.digest
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join attachment a on a.home = x.home and a.number = x.number
 where a.number <> ''
 order by a.number, a.id

-- name: read_at
-- When the snapshot was taken.
select now()

-- name: changed_attachments
-- Photos and files whose bytes do not match their digest, that lie under another home than their id
-- says, or whose order is gone; a sound database has none.
select a.id, a.number,
       case
           when get_byte(uuid_send(a.id), 0) <> a.home then 'home'
           when o.number is null and a.number <> '' then 'number'
           else 'content'
       end as what,
       encode(a.digest, 'hex') as digest
  from attachment a
  left join orders o on o.home = a.home and o.number = a.number
 where sha256(a.content) <> a.digest
    or get_byte(uuid_send(a.id), 0) <> a.home
    or (o.number is null and a.number <> '')
 order by a.home, a.id
 limit $1

-- name: ledger_positions
-- How far the ledger of money was written, by lane.
select lane, position from follower where name = 'money'

-- name: entries_of
-- The ledger of a page of orders.
select m.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join money_entry m on m.home = x.home and m.number = x.number
 order by m.number, m.version, m.currency

-- name: attempts_of
-- The attempts to pay of a page of orders.
select a.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join payment_attempt a on a.home = x.home and a.number = x.number
 order by a.number, a.attempt

-- name: transfers_of
-- The refunds of a page of orders that are sent, or are to be.
select t.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join refund_transfer t on t.home = x.home and t.number = x.number
 order by t.number, t.refund, t.source

-- name: receipts_of
-- The fiscal receipts of a page of orders.
select r.*
  from unnest($1::smallint[], $2::text[]) as x (home, number)
  join fiscal_receipt r on r.home = x.home and r.number = x.number
 order by r.number, r.version

-- name: money_without_order
-- Rows about money without an order; a sound database has none.
select 'money_entry' as held_in, m.number, m.version::text as name
  from money_entry m
 where not exists (select from orders o where o.home = m.home and o.number = m.number)
 union all
select 'payment_attempt', a.number, a.attempt::text
  from payment_attempt a
 where not exists (select from orders o where o.home = a.home and o.number = a.number)
 union all
select 'refund_transfer', t.number, t.refund
  from refund_transfer t
 where t.number <> ''
   and not exists (select from orders o where o.home = t.home and o.number = t.number)
 union all
select 'fiscal_receipt', r.number, r.version::text
  from fiscal_receipt r
 where not exists (select from orders o where o.home = r.home and o.number = r.number)
 limit $1

-- name: count_money
-- How many rows about money belong to orders.
select (select count(*) from money_entry)
       + (select count(*) from payment_attempt)
       + (select count(*) from refund_transfer where number <> '')
       + (select count(*) from fiscal_receipt)

-- name: count_texts
-- How many texts have their words.
select count(*) from order_text

-- name: texts_without_order
-- Texts without an order row; a sound database has none.
select t.number, t.digest
  from order_text t
 where not exists (select from orders o where o.home = t.home and o.number = t.number)
 order by t.number, t.digest
 limit $1

-- name: identities_of
-- The orders that have the identities of a page of orders, and whether another order really has it.
select i.kind as identity_kind, i.scope, i.name, i.number as holder,
       i.kind = 'external_id'
       and exists (
               select
                 from orders o
                where o.external_id = i.name and o.shop = i.scope and o.number = i.number)
           as is_shared
  from unnest($1::smallint[], $2::text[], $3::text[], $4::text[]) as x (home, kind, scope, name)
  join identity i on i.home = x.home and i.kind = x.kind and i.scope = x.scope and i.name = x.name

-- name: count_identities
-- How many identities belong to an order.
select count(*) from identity

-- name: identities_without_order
-- Identities whose order row is gone; a sound database has none.
select i.kind, i.scope, i.name
  from identity i
 where not exists (select from orders o where o.number = i.number)
 order by i.kind, i.scope, i.name
 limit $1

-- name: messages_astray
-- Messages whose order is gone, about an event that it has not, or to somebody else than its buyer;
-- a sound database has none. Those about an account name no order.
select m.number, m.version, m.customer, o.version as order_version, o.customer as buyer
  from message m
  left join orders o on o.home = m.home and o.number = m.number
 where m.number <> ''
   and (o.number is null
        or m.version not between 1 and o.version
        or m.customer <> o.customer)
 order by m.number, m.version
 limit $1

-- name: count_answers
-- How many idempotency records are stored.
select count(*) from command

-- name: answers_ahead
-- Idempotency records with a version that their order has not reached.
select c.id, c.home, c.number, c.version, coalesce(o.version, 0) as order_version
  from command c
  left join orders o on o.number = c.number
 where c.version > coalesce(o.version, 0)
 order by c.number, c.id
 limit $1

-- name: events_without_order
-- Events without an order that was placed when they say, and whether one of the number is there; a
-- sound database has none.
select e.home, e.number, count(*) as events,
       exists (select from orders o where o.home = e.home and o.number = e.number) as has_order
  from event e
 where not exists (
           select
             from orders o
            where o.home = e.home
              and o.number = e.number
              and e.placed_at in (o.placed_at, '-infinity'))
 group by e.home, e.number
 order by e.home, e.number
 limit $1

-- name: refunds_without_order
-- Refunds without an order row; a sound database has none.
select r.home, r.number, r.id
  from refund r
 where not exists (select from orders o where o.home = r.home and o.number = r.number)
 order by r.home, r.number, r.id
 limit $1

-- name: count_refunds
-- How many refunds are stored.
select count(*) from refund

-- name: feed_lanes
-- Each lane's counter, none where there is no such lane, beside what its events say: positions run
-- from 1 without a gap.
  with told as (
         select lane,
                count(*) as events,
                count(distinct position) as positions,
                min(position) as first,
                max(position) as last
           from event
          group by lane
       )
select coalesce(l.home, t.lane) as lane,
       l.position as counter,
       coalesce(t.events, 0) as events,
       coalesce(t.positions, 0) as positions,
       coalesce(t.first, 1) as first,
       coalesce(t.last, 0) as last
  from lane l
  full join told t on t.lane = l.home
 order by 1

-- name: events_outside_lanes
-- Events in a lane that has no counter; a sound database has none.
select e.number, e.version, e.lane
  from event e
 where not exists (select from lane l where l.home = e.lane)
 order by e.number, e.version
 limit $1

-- name: stock_levels
-- Every stock row.
select home, warehouse, sku, title, on_hand, reserved
  from stock
 order by warehouse, sku

-- name: stock_entries
-- Everything received or written off by hand, summed per sku.
select warehouse, sku, sum(delta)::bigint as delta
  from stock_entry
 group by warehouse, sku
 order by warehouse, sku
