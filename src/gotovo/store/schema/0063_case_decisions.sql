-- Decisions on cases, from the moment that they are made until what they say has been done; and the
-- notes on them, which are deleted before the cases are.

alter table case_file
    add column decision text,
    add column decided_by text,
    add column decided_at timestamptz,
    add column decided_with json;

-- The rows that are there have none of them.
alter table case_file
    add constraint case_file_is_decided_as_a_whole
        check (num_nonnulls(decision, decided_by, decided_at, decided_with) in (0, 4)) not valid;

comment on column case_file.home is
    'Home of the order, or a byte of the digest; the id begins with it.';
comment on column case_file.decision is
    'What is being done since decided_at; it is resolved when that has happened.';
comment on column case_file.decided_by is
    'role:id, as in event.actor.';
comment on column case_file.decided_with is
    'What the decision names: the order that gets the money, the route of a refund.';
comment on column case_file.resolution is
    'What was decided, or cleared: its order lost the flag.';

create table case_note (
    home smallint not null,
    id uuid not null,
    number text not null,
    said text not null,
    written_at timestamptz not null,
    constraint case_note_pkey primary key (home, id),
    constraint case_note_home_is_a_byte check (home between 0 and 255)
);

comment on table case_note is
    'What somebody noted when they decided a case. It can name a person: it goes with the contact.';
comment on column case_note.id is
    'The case.';
comment on column case_note.number is
    'The order; empty where none is known.';

create index case_note_of_order on case_note (home, number, written_at) where number <> '';
create index case_note_alone on case_note (written_at) where number = '';
