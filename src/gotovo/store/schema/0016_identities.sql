-- Names that one order alone may have in the whole network, over all homes.

create table identity (
    home smallint not null,
    kind text not null,
    scope text not null,
    name text not null,
    number text not null,
    constraint identity_pkey primary key (home, kind, scope, name),
    constraint identity_home_is_a_byte check (home between 0 and 255),
    constraint identity_kind_is_known check (kind in ('payment')),
    constraint identity_number_has_twelve_digits check (number ~ '^[0-9]{12}$')
);

comment on table identity is
    'Which order bears a name that is unique in the network; written in the order''s own commit.';
comment on column identity.home is
    'Hash of kind, scope and name: the shard on a cluster, not that of the order.';
comment on column identity.kind is 'payment: a captured payment.';
comment on column identity.scope is 'Where the name is unique: the provider of a payment.';
comment on column identity.name is 'The name itself: the provider''s id of a payment.';
comment on column identity.number is 'The order that bears it.';

comment on column orders.attention is
    'Flags beside the status, never a status. late · lost · damaged · dispute · '
    'contradiction: the times told can''t all be true · money: a person looks into a payment.';
