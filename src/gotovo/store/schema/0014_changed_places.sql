-- Places whose settings were changed and whose running orders do not follow them yet.

create table changed_place (
    kind text not null,
    code text not null,
    version integer not null,
    changed_at timestamptz not null,
    after_placed_at timestamptz,
    after_number text,
    constraint changed_place_pkey primary key (kind, code),
    constraint kind_is_known check (kind in ('point', 'warehouse')),
    constraint after_is_whole check ((after_placed_at is null) = (after_number is null))
);

comment on table changed_place is
    'One row a place whose running orders still have to be recalculated; deleted when they are.';
comment on column changed_place.version is
    'The version of the settings that is followed; a further change begins again.';
comment on column changed_place.after_placed_at is
    'With after_number: the last order that was recalculated, newest first; null before the first.';
