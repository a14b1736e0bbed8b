-- Attempts to pay: what was asked of a provider for an order, and what became of it.

create table payment_attempt (
    home smallint not null,
    number text not null,
    attempt integer not null,
    shop text not null,
    provider text not null,
    method text not null,
    amount bigint not null,
    currency text not null,
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    reference text,
    payment_id text,
    url text,
    reason text,
    check_at timestamptz,
    checks integer not null default '0',
    settled_at timestamptz,
    constraint payment_attempt_pkey primary key (home, number, attempt),
    constraint payment_attempt_home_is_a_byte check (home between 0 and 255),
    constraint payment_attempt_is_counted_from_one check (attempt >= 1),
    constraint payment_attempt_asks_for_money check (amount > 0),
    constraint payment_attempt_state_is_known
        check (state in ('creating', 'pending', 'succeeded', 'cancelled', 'failed')),
    constraint payment_attempt_is_checked_while_it_is_open
        check ((check_at is not null) = (state in ('creating', 'pending'))),
    constraint payment_attempt_has_a_reference
        check (reference is not null or state in ('creating', 'failed'))
);

comment on table payment_attempt is
    'One row for each time that a buyer began to pay; the money itself is in the order''s events.';
comment on column payment_attempt.home is 'Home of the order.';
comment on column payment_attempt.attempt is 'Counted from 1; part of the idempotency key.';
comment on column payment_attempt.method is 'card · sbp.';
comment on column payment_attempt.amount is 'What is asked for, in minor units.';
comment on column payment_attempt.state is
    'creating: the provider has not answered yet · pending: it waits for the buyer or the bank · '
    'succeeded: the money was captured · cancelled: it never will be · failed: the provider '
    'refused to begin.';
comment on column payment_attempt.expires_at is 'Until when the provider''s page can be used.';
comment on column payment_attempt.reference is 'What the provider looks it up by.';
comment on column payment_attempt.payment_id is
    'What the provider calls the money; refunds name it.';
comment on column payment_attempt.url is 'Where the buyer pays, while it is pending.';
comment on column payment_attempt.reason is 'The provider''s word for why there was no money.';
comment on column payment_attempt.check_at is
    'When the provider is asked next if no notification comes; null at the end.';
comment on column payment_attempt.checks is 'How often it was asked.';
comment on column payment_attempt.settled_at is 'When the end became known.';

create index payment_attempt_open on payment_attempt (check_at) where check_at is not null;
create index payment_attempt_of_provider on payment_attempt (provider, reference)
    where reference is not null;
create index payment_attempt_of_money on payment_attempt (provider, payment_id)
    where payment_id is not null;
create index payment_attempt_by_time on payment_attempt (provider, created_at);
