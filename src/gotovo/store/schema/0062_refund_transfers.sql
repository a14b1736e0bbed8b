-- squawk-ignore-file ban-drop-constraint
-- Refunds are sent by the program itself: what is asked of which provider, and what came of it.

create table refund_transfer (
    home smallint not null,
    refund text not null,
    source smallint not null,
    number text not null,
    provider text not null,
    payment_id text not null,
    amount bigint not null,
    currency text not null,
    state text not null,
    round integer not null default '0',
    created_at timestamptz not null,
    next_at timestamptz,
    asked_at timestamptz,
    attempts integer not null default '0',
    provider_id text,
    reason text,
    settled_at timestamptz,
    constraint refund_transfer_pkey primary key (home, refund, source),
    constraint refund_transfer_home_is_a_byte check (home between 0 and 255),
    constraint refund_transfer_source_is_counted_from_zero check (source >= 0),
    constraint refund_transfer_gives_money_back check (amount > 0),
    constraint refund_transfer_state_is_known
        check (state in ('waiting', 'sending', 'pending', 'succeeded', 'failed', 'cancelled')),
    constraint refund_transfer_goes_on_while_it_is_open
        check (next_at is not null or state in ('succeeded', 'failed', 'cancelled')),
    constraint refund_transfer_settled_at_its_end
        check ((settled_at is not null) = (state in ('succeeded', 'failed', 'cancelled'))),
    constraint refund_transfer_was_asked_for
        check (asked_at is not null or state in ('waiting', 'cancelled'))
);

comment on table refund_transfer is
    'One row for each payment that a refund goes back to: what its provider was asked for.';
comment on column refund_transfer.home is
    'Home of the order; without one, the first byte of the case.';
comment on column refund_transfer.refund is
    'The refund''s id; case-… where money that fits no order is given back.';
comment on column refund_transfer.source is
    'The place of the payment among those of the refund, from 0; part of the idempotency key.';
comment on column refund_transfer.number is 'The order; empty where there is none.';
comment on column refund_transfer.amount is 'What goes back to this payment, in minor units.';
comment on column refund_transfer.state is
    'waiting: nobody was asked · sending: the provider is being asked, its answer is not known · '
    'pending: the provider is at it · succeeded: it was paid out · failed: it never will be · '
    'cancelled: it was not sent.';
comment on column refund_transfer.round is
    'How often a person sent the refund the same way again; part of the idempotency key.';
comment on column refund_transfer.next_at is
    'When the next thing is due; null once the end has been told to the order.';
comment on column refund_transfer.asked_at is
    'When the provider was first asked with this key; later than that only after a search.';
comment on column refund_transfer.attempts is 'How often the provider was asked in this round.';
comment on column refund_transfer.provider_id is 'What the provider calls the refund.';
comment on column refund_transfer.reason is
    'The last word of the provider, or why it was not sent.';
comment on column refund_transfer.settled_at is 'When the end became known.';

create index refund_transfer_due on refund_transfer (next_at) where next_at is not null;
create index refund_transfer_of_provider on refund_transfer (provider, provider_id)
    where provider_id is not null;
create index refund_transfer_of_order on refund_transfer (home, number) where number <> '';
create index refund_transfer_by_time on refund_transfer (provider, asked_at)
    where provider_id is not null;
create index refund_transfer_open on refund_transfer (created_at) where settled_at is null;

alter table refund
    drop constraint refund_state_is_known,
    add constraint refund_state_is_known
        check (state in ('started', 'sent', 'failed', 'rerouted', 'completed', 'cancelled'))
        not valid;

comment on column refund.state is
    'started: owed to the buyer · sent: the provider is asked, or about to be · failed: it did not '
    'reach the buyer · rerouted: another way was named · completed: the provider has paid · '
    'cancelled: its order was reinstated before it was sent.';
