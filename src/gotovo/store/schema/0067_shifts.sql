-- Who works at which point on which device, and the steps for which somebody else had to say yes.

create table desk_device (
    id uuid not null,
    point text not null,
    name text not null,
    kind text not null,
    digest bytea not null,
    registered_at timestamptz not null,
    registered_by text not null,
    seen_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text,
    constraint desk_device_pkey primary key (id),
    constraint desk_device_kind_is_known check (kind in ('browser', 'handheld')),
    constraint desk_device_digest_is_sha256 check (octet_length(digest) = 32),
    constraint desk_device_is_revoked_by_somebody
        check ((revoked_at is null) = (revoked_by is null))
);

comment on table desk_device is
    'Tablets, computers and handhelds of a point. What each sends to be recognised is stored '
    'nowhere.';
comment on column desk_device.name is 'What people call it: a place or a colour.';
comment on column desk_device.kind is
    'browser: recognised by a cookie · handheld: by a header of its program.';
comment on column desk_device.digest is 'SHA-256 of its token.';
comment on column desk_device.registered_by is 'role:id, as in event.actor.';
comment on column desk_device.seen_at is 'When a shift last began on it.';
comment on column desk_device.revoked_at is 'Since when it is no device of the point; null before.';

create unique index desk_device_by_digest on desk_device (digest);
create index desk_device_of_point on desk_device (point, registered_at, id);

create table shift (
    id uuid not null,
    person uuid not null,
    point text not null,
    device uuid not null,
    begun_at timestamptz not null,
    ends_by timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    ended_by text,
    constraint shift_pkey primary key (id),
    constraint shift_ends_after_it_began check (ends_by > begun_at and ended_at >= begun_at),
    constraint shift_end_reason_is_known
        check (end_reason in ('person', 'manager', 'time_limit', 'device_revoked')),
    constraint shift_is_ended_as_a_whole
        check (num_nonnulls(ended_at, end_reason, ended_by) in (0, 3))
);

comment on table shift is 'When who worked at which point, on which device.';
comment on column shift.person is 'The member of staff, as in their actor id.';
comment on column shift.device is 'The device that it was begun on.';
comment on column shift.ends_by is 'It ends then unless somebody ends it before.';
comment on column shift.ended_at is 'Null while it is open; a time limit ends it at ends_by.';
comment on column shift.end_reason is
    'person: who worked ended it · manager: somebody in charge did · time_limit: it went on for '
    'too long · device_revoked: its device is none of the point any more.';
comment on column shift.ended_by is 'role:id of whoever ended it.';

create unique index shift_open on shift (person) where ended_at is null;
create index shift_overdue on shift (ends_by) where ended_at is null;
create index shift_on_device on shift (device) where ended_at is null;
create index shift_of_point on shift (point, begun_at, id);
create index shift_by_time on shift (ended_at) where ended_at is not null;

create table approval (
    id uuid not null,
    point text not null,
    kind text not null,
    about text not null,
    note text,
    asked_by text not null,
    asked_person uuid,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    decision text,
    decided_by text,
    decided_person uuid,
    decided_at timestamptz,
    taken_by text,
    taken_at timestamptz,
    constraint approval_pkey primary key (id),
    constraint approval_decision_is_known check (decision in ('granted', 'denied')),
    constraint approval_is_decided_as_a_whole
        check (num_nonnulls(decision, decided_by, decided_person, decided_at) in (0, 4)),
    constraint approval_is_taken_once_granted
        check (num_nonnulls(taken_by, taken_at) = 0
               or (num_nonnulls(taken_by, taken_at) = 2
                   and decision is not distinct from 'granted')),
    constraint approval_is_of_two_people check (decided_person <> asked_person)
);

comment on table approval is
    'Steps above a limit, for which a second person was asked, and what that person said.';
comment on column approval.kind is
    'handover_without_code · handover_correction · return_without_claim · write_off · '
    'point_closure.';
comment on column approval.about is 'The order''s number, or the code of the box or point.';
comment on column approval.note is 'Why it is needed. It can name a buyer: null once it is old.';
comment on column approval.asked_by is 'role:id of whoever asked, and takes it.';
comment on column approval.asked_person is 'The member of staff who asked; null for a program.';
comment on column approval.expires_at is
    'Until when it waits for a decision; once it is granted, until when it can be taken.';
comment on column approval.decision is 'granted · denied; null while it waits.';
comment on column approval.decided_person is 'The second person, never the one who asked.';
comment on column approval.taken_by is 'The command that took it; the same one may do so again.';

create index approval_waiting on approval (point, expires_at) where decision is null;
create index approval_by_asker on approval (asked_person, asked_at);
create index approval_by_decider on approval (decided_person, decided_at)
    where decided_person is not null;
create index approval_by_time on approval (asked_at) where note is not null;
create index approval_by_age on approval (asked_at);
