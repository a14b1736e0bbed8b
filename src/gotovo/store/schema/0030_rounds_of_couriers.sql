-- The lists of a courier: what it carries, and what waits for a courier.

alter table orders add column courier text not null default '';

comment on column orders.courier is
    'Who carries it; a dash while it waits for a courier, empty while no courier is to have it.';

update orders
   set courier = coalesce(nullif(state ->> 'courier', ''), '-')
 where status = 'processing'
   and method = 'courier'
   and stage in ('with_courier', 'slot_agreed', 'out_for_delivery', 'attempt_failed');

-- Few orders are on a round at a time: the index is made in one look at the table.
-- squawk-ignore require-concurrent-index-creation
create index orders_by_courier on orders (courier, placed_at desc, number desc)
 where courier <> '';
