-- Manifests: what a van should bring to a point; and acceptances: what was scanned when it came.

create table manifest (
    code text not null,
    warehouse text not null,
    point text not null,
    state text not null,
    created_at timestamptz not null,
    created_by text not null,
    sealed_at timestamptz,
    dispatched_at timestamptz,
    arrived_at timestamptz,
    accepted_at timestamptz,
    closed_at timestamptz,
    constraint manifest_pkey primary key (code),
    constraint manifest_state_is_known
        check (state in ('open', 'sealed', 'dispatched', 'arrived', 'accepted_with_differences',
                         'closed')),
    constraint manifest_closed_at_belongs_to_closed
        check ((state = 'closed') = (closed_at is not null))
);

comment on table manifest is 'One run of a van from a warehouse to a point.';
comment on column manifest.state is
    'open: parcels are added · sealed · dispatched · arrived: nothing is accepted yet · '
    'accepted_with_differences: the sender has to look into it · closed.';
comment on column manifest.created_by is 'role:id, as in event.actor.';

create index manifest_of_point on manifest (point, created_at desc, code desc);
create index manifest_of_warehouse on manifest (warehouse, created_at desc, code desc);
create index manifest_closed on manifest (closed_at) where closed_at is not null;

create table manifest_parcel (
    home smallint not null,
    manifest text not null,
    barcode text not null,
    number text not null,
    box text not null,
    listed_at timestamptz not null,
    left_out text not null,
    released_at timestamptz,
    acceptance uuid,
    accepted_at timestamptz,
    accepted_by text,
    missing_since timestamptz,
    found_at timestamptz,
    constraint manifest_parcel_pkey primary key (home, manifest, barcode),
    constraint manifest_parcel_home_is_a_byte check (home between 0 and 255),
    constraint manifest_parcel_is_of_its_order check (barcode ~ ('^' || number || '[0-9]{2}$')),
    constraint manifest_parcel_is_accepted_as_a_whole
        check (num_nonnulls(acceptance, accepted_at, accepted_by) in (0, 3)),
    constraint manifest_parcel_found_was_missing
        check (found_at is null or missing_since is not null)
);

comment on table manifest_parcel is 'What a manifest lists: parcels, and the boxes they travel in.';
comment on column manifest_parcel.home is 'Home of the order.';
comment on column manifest_parcel.box is 'Empty where the parcel travels alone.';
comment on column manifest_parcel.left_out is
    'Why it did not leave with the van: a refusal''s code; else empty.';
comment on column manifest_parcel.released_at is
    'Since when it may be listed by another manifest: it was accepted, is missing or was left out.';
comment on column manifest_parcel.acceptance is 'The acceptance that took it in.';
comment on column manifest_parcel.missing_since is 'When its acceptance was closed without it.';
comment on column manifest_parcel.found_at is 'When it turned up afterwards.';

create unique index manifest_parcel_on_one_manifest on manifest_parcel (home, barcode)
    where released_at is null;
create index manifest_parcel_of_manifest on manifest_parcel (manifest, barcode);
create index manifest_parcel_released on manifest_parcel (released_at)
    where released_at is not null;
create index manifest_parcel_missing on manifest_parcel (home, barcode)
    where missing_since is not null and found_at is null;

create table acceptance (
    id uuid not null,
    point text not null,
    manifest text,
    opened_at timestamptz not null,
    opened_by text not null,
    closed_at timestamptz,
    closed_by text,
    report json,
    constraint acceptance_pkey primary key (id),
    constraint acceptance_is_closed_as_a_whole
        check (num_nonnulls(closed_at, closed_by, report) in (0, 3))
);

comment on table acceptance is 'One delivery being taken in at a point, by one clerk or several.';
comment on column acceptance.manifest is 'Null for a loose one: nothing certain is expected.';
comment on column acceptance.report is 'What came of what was expected, as it was told first.';

create unique index acceptance_of_manifest on acceptance (manifest) where manifest is not null;
create index acceptance_of_point on acceptance (point, opened_at desc, id);
create index acceptance_closed on acceptance (closed_at) where closed_at is not null;

create table acceptance_scan (
    home smallint not null,
    id uuid not null,
    acceptance uuid not null,
    point text not null,
    answer text not null,
    code text not null,
    barcode text not null,
    number text not null,
    box text not null,
    cell text not null,
    size text not null,
    reason text not null,
    belongs_to text not null,
    surplus boolean not null,
    told_by_box boolean not null,
    attachments uuid[] not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    actor text not null,
    constraint acceptance_scan_pkey primary key (home, id),
    constraint acceptance_scan_home_is_a_byte check (home between 0 and 255),
    constraint acceptance_scan_answer_is_known
        check (answer in ('accepted', 'already_here', 'wrong_point', 'surplus', 'unknown',
                          'unreadable', 'duplicate_code', 'damaged', 'no_order', 'to_return'))
);

comment on table acceptance_scan is 'Each scan of an acceptance, with what was answered.';
comment on column acceptance_scan.home is 'The first byte of the id, which is the command''s.';
comment on column acceptance_scan.code is 'What was read; empty where nothing could be.';
comment on column acceptance_scan.barcode is 'The parcel; empty where it is none of ours.';
comment on column acceptance_scan.cell is 'The cell that was proposed.';
comment on column acceptance_scan.belongs_to is 'The point or warehouse that it should go to.';
comment on column acceptance_scan.surplus is 'It is not on the manifest of its acceptance.';
comment on column acceptance_scan.told_by_box is 'Known by its box and product alone.';
comment on column acceptance_scan.actor is 'role:id, as in event.actor.';

create index acceptance_scan_of_acceptance on acceptance_scan (acceptance, recorded_at, id);
create index acceptance_scan_of_point on acceptance_scan (point, recorded_at)
    where cell <> '';
create index acceptance_scan_by_time on acceptance_scan (recorded_at);

create table accepted_parcel (
    home smallint not null,
    barcode text not null,
    arrival integer not null,
    scan uuid not null,
    acceptance uuid not null,
    point text not null,
    at timestamptz not null,
    actor text not null,
    constraint accepted_parcel_pkey primary key (home, barcode, arrival),
    constraint accepted_parcel_home_is_a_byte check (home between 0 and 255)
);

comment on table accepted_parcel is
    'Which scan took a parcel in, once for each time that it arrived: the key is the arbiter.';
comment on column accepted_parcel.home is 'Home of the order.';
comment on column accepted_parcel.arrival is
    'The version of the order''s event that says so; 0 for a parcel that its order has no more.';
comment on column accepted_parcel.actor is 'role:id, as in event.actor.';

create index accepted_parcel_by_time on accepted_parcel (at);
