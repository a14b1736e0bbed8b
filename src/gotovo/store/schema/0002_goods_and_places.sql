-- Goods are distributed by sku on a cluster; points and warehouses are small and everywhere.

create table stock (
    home smallint not null,
    warehouse text not null,
    sku text not null,
    title text not null,
    on_hand bigint not null,
    reserved bigint not null,
    constraint stock_pkey primary key (home, warehouse, sku),
    constraint stock_is_never_oversold check (reserved between 0 and on_hand)
) with (fillfactor = 50);

comment on table stock is
    'Units of a sku in a warehouse; what is reserved is part of what is on hand.';
comment on column stock.home is 'Always 0: goods belong to no customer.';

create table stock_entry (
    home smallint not null,
    id uuid not null,
    warehouse text not null,
    sku text not null,
    delta bigint not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint stock_entry_pkey primary key (home, id)
);

comment on table stock_entry is
    'Receipts and corrections by hand, append only; orders move stock by their events.';
comment on column stock_entry.delta is 'Units that came, or went where negative.';
comment on column stock_entry.actor is 'role:id of whoever did it.';

create index stock_entry_by_sku on stock_entry (warehouse, sku);

create table point (
    code text not null,
    settings json not null,
    version integer not null,
    updated_at timestamptz not null,
    constraint point_pkey primary key (code)
);

comment on table point is 'Pick-up points: everything that differs between them is in settings.';

create table warehouse (
    code text not null,
    settings json not null,
    version integer not null,
    updated_at timestamptz not null,
    constraint warehouse_pkey primary key (code)
);

comment on table warehouse is 'Warehouses: timetable and cut-off are in settings.';
