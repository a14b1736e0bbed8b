-- Searches for parcels that do not lie where they should.

create table parcel_search (
    home smallint not null,
    id uuid not null,
    barcode text not null,
    number text not null,
    point text not null,
    cell text not null,
    started_at timestamptz not null,
    started_by text not null,
    due_at timestamptz not null,
    told_at timestamptz,
    closed_at timestamptz,
    closed_by text,
    result text,
    seen_in text not null default '',
    seen_by text not null default '',
    turned_up_at timestamptz,
    turned_up_by text,
    constraint parcel_search_pkey primary key (home, id),
    constraint parcel_search_home_is_a_byte check (home between 0 and 255),
    constraint parcel_search_is_of_its_order check (barcode ~ ('^' || number || '[0-9]{2}$')),
    constraint parcel_search_is_closed_as_a_whole
        check (num_nonnulls(closed_at, closed_by, result) in (0, 3)),
    constraint parcel_search_result_is_known check (result in ('found', 'lost')),
    constraint parcel_search_lost_turns_up
        check (num_nonnulls(turned_up_at, turned_up_by) in (0, 2)
               and (turned_up_at is null or result is not distinct from 'lost'))
);

comment on table parcel_search is 'A parcel of a point that was not where it should lie.';
comment on column parcel_search.home is 'Home of the order.';
comment on column parcel_search.cell is 'Where it should lie; empty where it had no cell.';
comment on column parcel_search.started_by is 'role:id, as in event.actor.';
comment on column parcel_search.due_at is 'When the buyer is told, unless it is found before.';
comment on column parcel_search.told_at is 'When time ran out, and the order got its flag.';
comment on column parcel_search.result is 'found · lost: somebody in charge gave it up.';
comment on column parcel_search.seen_in is 'The cell that it was found in, where one is known.';
comment on column parcel_search.seen_by is
    'Which scan found it: scan, shelving, acceptance, handover, inventory, box; history: its order '
    'moved on.';
comment on column parcel_search.turned_up_at is 'When it was seen after it had been given up.';

create unique index parcel_search_one_open on parcel_search (home, barcode)
    where closed_at is null;
create index parcel_search_of_parcel on parcel_search (home, barcode, started_at desc);
create index parcel_search_of_point on parcel_search (point, started_at desc, id desc);
create index parcel_search_open on parcel_search (due_at, id) where closed_at is null;
create index parcel_search_closed on parcel_search (closed_at) where closed_at is not null;
