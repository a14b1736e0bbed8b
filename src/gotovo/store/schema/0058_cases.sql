-- Cases: what no rule can decide, with what is known of it, until when, and who decides.

create table case_file (
    home smallint not null,
    id uuid not null,
    kind text not null,
    about text not null,
    shop text not null,
    number text not null,
    proofs json not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    owner text,
    owned_at timestamptz,
    resolution text,
    resolved_by text,
    resolved_at timestamptz,
    constraint case_file_pkey primary key (home, id),
    constraint case_file_home_is_a_byte check (home between 0 and 255),
    constraint case_file_owner_came_at_a_time check ((owner is null) = (owned_at is null)),
    constraint case_file_is_resolved_as_a_whole
        check ((resolution is null) = (resolved_at is null)
               and (resolved_by is null) = (resolved_at is null))
);

comment on table case_file is
    'One row for each thing that a person has to decide: money that fits no order, contradictions.';
comment on column case_file.home is
    'Home of the order; of one without an order, the first byte of the id.';
comment on column case_file.id is 'Made from kind and subject: told again, it is the same case.';
comment on column case_file.about is 'What it is about, unique within its kind.';
comment on column case_file.shop is 'Empty where no order is known: the office decides.';
comment on column case_file.number is 'The order; empty where none is known.';
comment on column case_file.proofs is 'What is known, by name; no names and phones.';
comment on column case_file.due_at is 'Until when somebody should have decided.';
comment on column case_file.owner is 'role:id of who decides, as in event.actor.';
comment on column case_file.resolution is 'What was decided.';
comment on column case_file.resolved_by is 'role:id, as in event.actor.';

create index case_file_open on case_file (due_at, id) where resolved_at is null;
create index case_file_of_order on case_file (home, number) where number <> '';
create index case_file_resolved on case_file (resolved_at) where resolved_at is not null;
