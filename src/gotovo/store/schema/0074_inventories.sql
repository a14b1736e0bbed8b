-- Inventories: what several people counted on the shelves of a point.

create table inventory (
    id uuid not null,
    point text not null,
    scope text not null,
    started_at timestamptz not null,
    started_by text not null,
    scans integer not null default '0',
    closed_at timestamptz,
    closed_by text,
    report json,
    constraint inventory_pkey primary key (id),
    constraint inventory_scans_are_counted check (scans >= 0),
    constraint inventory_is_closed_as_a_whole
        check (num_nonnulls(closed_at, closed_by, report) in (0, 3))
);

comment on table inventory is 'One count of a cell, of a rack or of a whole point.';
comment on column inventory.scope is 'A cell (54-35), a rack (54), or empty for the whole point.';
comment on column inventory.started_by is 'role:id, as in event.actor.';
comment on column inventory.scans is 'How many scans it has; with its closing it has no further.';
comment on column inventory.report is 'What differed, as it was told first.';

create unique index inventory_one_open on inventory (point, scope) where closed_at is null;
create index inventory_of_point on inventory (point, started_at desc, id desc);
create index inventory_open on inventory (started_at) where closed_at is null;
create index inventory_closed on inventory (closed_at) where closed_at is not null;

create table inventory_scan (
    home smallint not null,
    id uuid not null,
    inventory uuid not null,
    cell text not null,
    code text not null,
    barcode text not null,
    number text not null,
    typed boolean not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    actor text not null,
    constraint inventory_scan_pkey primary key (home, id),
    constraint inventory_scan_home_is_a_byte check (home between 0 and 255),
    constraint inventory_scan_names_its_order check ((barcode = '') = (number = ''))
);

comment on table inventory_scan is 'Each thing that somebody counted, in the cell where it lies.';
comment on column inventory_scan.home is 'The first byte of the id, which is the command''s.';
comment on column inventory_scan.code is 'What was read; empty where a cell was found empty.';
comment on column inventory_scan.barcode is 'The parcel; empty where it is none of ours.';
comment on column inventory_scan.typed is 'Typed by hand and not scanned.';
comment on column inventory_scan.actor is 'role:id, as in event.actor.';

create index inventory_scan_of_inventory on inventory_scan (inventory, recorded_at, id);
create index inventory_scan_by_time on inventory_scan (recorded_at);
