-- Notifications of payment providers, from their receipt to what they ended as; and when the list
-- of each provider is read next.

create table payment_notification (
    home smallint not null,
    provider text not null,
    id bytea not null,
    about text not null,
    kind text not null,
    reference text not null,
    received_at timestamptz not null,
    outcome text not null,
    replays integer not null default '0',
    attempts integer not null default '0',
    next_at timestamptz,
    settled_at timestamptz,
    constraint payment_notification_pkey primary key (home, provider, id),
    constraint payment_notification_home_is_of_its_id
        check (home between 0 and 255 and home = get_byte(id, 0)),
    constraint payment_notification_id_is_a_digest check (octet_length(id) = 32),
    constraint payment_notification_is_about_something check (about in ('payment', 'refund')),
    constraint payment_notification_outcome_is_known
        check (outcome in ('waiting', 'credited', 'nothing_new', 'pending', 'cancelled',
                           'conflict', 'unmatched', 'refund')),
    constraint payment_notification_waits_until_it_is_settled
        check ((next_at is not null) = (outcome = 'waiting')
               and (settled_at is null) = (outcome = 'waiting'))
);

comment on table payment_notification is
    'One row for each notification of a payment or a refund; its body is not stored.';
comment on column payment_notification.home is 'First byte of the id.';
comment on column payment_notification.id is 'SHA-256 of what identifies it at its provider.';
comment on column payment_notification.kind is 'The provider''s word for what has happened.';
comment on column payment_notification.reference is 'What is looked up: a payment or a refund.';
comment on column payment_notification.outcome is
    'waiting: it is looked up at next_at · credited: an order got the money · nothing_new: it '
    'was known · pending: the bank has not finished; told again, it is looked up again · '
    'cancelled: the payment never will be captured · conflict, unmatched: a case tells what '
    'does not fit · refund: the refund was looked up.';
comment on column payment_notification.replays is 'How often it came once more.';
comment on column payment_notification.attempts is 'How often it was looked up.';
comment on column payment_notification.next_at is 'When it is looked up next; null at the end.';
comment on column payment_notification.settled_at is 'When the outcome became known.';

create index payment_notification_waiting on payment_notification (next_at)
    where next_at is not null;
create index payment_notification_settled on payment_notification (settled_at)
    where settled_at is not null;

create table payment_sweep (
    provider text not null,
    next_at timestamptz not null,
    constraint payment_sweep_pkey primary key (provider)
);

comment on table payment_sweep is
    'One row for each provider whose list of payments is compared with ours now and then.';
comment on column payment_sweep.next_at is
    'When its list is read next; whichever process moves it on reads it.';
