-- The ledger of money: what each event changed, for reports by shop and day and for reconciliation.

create table money_entry (
    home smallint not null,
    number text not null,
    version integer not null,
    currency text not null,
    shop text not null,
    at timestamptz not null,
    captured bigint not null,
    issued bigint not null,
    refunded bigint not null,
    owed bigint not null,
    paid_back bigint not null,
    provider text,
    payment_id text,
    constraint money_entry_pkey primary key (home, number, version, currency),
    constraint money_entry_home_is_a_byte check (home between 0 and 255),
    constraint money_entry_adds_up check (captured = issued + refunded + owed),
    constraint money_entry_names_its_payment
        check ((provider is null) = (payment_id is null) and (provider is null or captured <> 0))
);

comment on table money_entry is
    'What an event changed in the balance of its order; made from the events, which decide.';
comment on column money_entry.home is 'Home of the order.';
comment on column money_entry.version is 'The event.';
comment on column money_entry.at is 'When it happened, as the event says.';
comment on column money_entry.captured is 'Differences in minor units, this one and the next four.';
comment on column money_entry.paid_back is 'The part of refunded that was confirmed.';
comment on column money_entry.provider is 'Whose payment was captured; null where none was.';

create index money_entry_by_time on money_entry (at);
create index money_entry_of_payment on money_entry (provider, payment_id)
    where provider is not null;

create table reconciliation (
    provider text not null,
    day date not null,
    began_at timestamptz not null,
    held_until timestamptz,
    finished_at timestamptz,
    payments integer not null default '0',
    refunds integer not null default '0',
    differences integer not null default '0',
    failure text,
    constraint reconciliation_pkey primary key (provider, day),
    constraint reconciliation_counts check (payments >= 0 and refunds >= 0 and differences >= 0),
    constraint reconciliation_is_held_until_it_ends
        check ((held_until is null) = (finished_at is not null))
);

comment on table reconciliation is
    'One row for each provider and day whose books were compared with the provider''s list.';
comment on column reconciliation.day is 'The day in UTC whose payments and refunds were compared.';
comment on column reconciliation.held_until is
    'Until then a process compares; after it another may. Null at the end.';
comment on column reconciliation.failure is 'Why the last try failed; null where it did not.';
