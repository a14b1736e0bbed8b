-- Closures of points: who entered which days, why, and who took them back.

create table point_closure (
    id uuid not null,
    point text not null,
    kind text not null,
    starts_on date not null,
    starts_at time,
    ends_on date,
    reason text,
    entered_by text not null,
    entered_at timestamptz not null,
    approved_by text,
    lifted_at timestamptz,
    lifted_by text,
    constraint point_closure_pkey primary key (id),
    constraint point_closure_kind_is_known check (kind in ('closure', 'outage')),
    constraint point_closure_ends_after_it_starts check (ends_on >= starts_on),
    constraint point_closure_of_outage_is_of_whole_days
        check (kind <> 'outage' or (starts_at is null and ends_on is not null)),
    constraint point_closure_is_lifted_by_somebody
        check ((lifted_at is null) = (lifted_by is null))
);

comment on table point_closure is
    'One row a closure of a point; those that count are in its timetable as well.';
comment on column point_closure.kind is
    'closure: it stays shut · outage: it could not work; that was entered afterwards.';
comment on column point_closure.starts_on is 'The first day, by the calendar of the point.';
comment on column point_closure.starts_at is
    'From this hour of the first day on; null: the whole day.';
comment on column point_closure.ends_on is 'The last day; null: until further notice.';
comment on column point_closure.reason is
    'Why, for those who work here, not for buyers. It can name a person: null once it is old.';
comment on column point_closure.entered_by is 'role:id as in event.actor.';
comment on column point_closure.approved_by is 'The second person, where one was needed.';
comment on column point_closure.lifted_at is 'When it was taken back; null: it was not.';
comment on column point_closure.lifted_by is 'role:id of whoever took it back.';

create index point_closure_of_point on point_closure (point, entered_at desc, id desc);
create index point_closure_by_time on point_closure (entered_at);
create index point_closure_with_reason on point_closure (entered_at) where reason is not null;
