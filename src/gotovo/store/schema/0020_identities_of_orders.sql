-- External ids are unique within a shop, whatever the key that placed the order and the home of its
-- buyer, and command ids within the network. Of two orders of one shop that had the same external
-- id under different keys, the older one keeps it.

-- The new rule allows what the old one did, and looks at new rows alone.
-- squawk-ignore ban-drop-constraint
alter table identity drop constraint identity_kind_is_known;
alter table identity add constraint identity_kind_is_known
    check (kind in ('external_id', 'payment')) not valid;

insert into identity (home, kind, scope, name, number)
select get_byte(sha256(convert_to(concat_ws(e'\n', 'external_id', shop, external_id), 'UTF8')), 0),
       'external_id', shop, external_id, number
  from (select distinct on (shop, external_id) shop, external_id, number
          from orders
         where external_id is not null
         order by shop, external_id, placed_at, number) as first
    on conflict do nothing;

-- squawk-ignore require-concurrent-index-deletion
drop index orders_by_external_id;

comment on column identity.kind is
    'external_id: a shop''s own id of an order · payment: a captured payment.';
comment on column identity.scope is
    'Where the name is unique: the shop of an external id, the provider of a payment.';
comment on column identity.name is
    'The name itself: the shop''s id of the order, or the provider''s id of the payment.';
comment on column orders.origin is 'The API key or the import that placed the order.';
comment on column orders.external_id is
    'The shop''s own id of the order, unique within the shop; null when it gave none.';
comment on column command.home is
    'The first byte of the id: the shard on a cluster. Records of the first versions have the home '
    'of their order; they last 30 days.';
