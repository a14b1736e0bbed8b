-- The demo's bank: what it was asked for, and what its visitors decided. No money is behind it.

create table demo_payment (
    reference text not null,
    number text not null,
    attempt integer not null,
    shop text not null,
    amount bigint not null,
    currency text not null,
    method text not null,
    description text not null,
    return_url text not null,
    state text not null,
    captured bigint not null default '0',
    closes_card boolean not null default 'false',
    reason text,
    created_at timestamptz not null,
    ended_at timestamptz,
    constraint demo_payment_pkey primary key (reference),
    constraint demo_payment_is_asked_for_once unique (number, attempt),
    constraint demo_payment_asks_for_money check (amount > 0),
    constraint demo_payment_state_is_known check (state in ('pending', 'succeeded', 'cancelled')),
    constraint demo_payment_captures_when_it_succeeds
        check ((captured > 0) = (state = 'succeeded')),
    constraint demo_payment_ends_once check ((ended_at is null) = (state = 'pending'))
);

comment on table demo_payment is 'Payments at the bank of the demo, which moves no money.';
comment on column demo_payment.reference is 'Random; whoever has it can pay.';
comment on column demo_payment.attempt is 'Which attempt to pay the order.';
comment on column demo_payment.amount is 'What is asked for, in minor units.';
comment on column demo_payment.return_url is 'Where the buyer''s browser goes afterwards.';
comment on column demo_payment.state is
    'pending: it waits for the visitor · succeeded: it was paid · cancelled: it never will be.';
comment on column demo_payment.captured is 'What was paid; the visitor may pay another sum.';
comment on column demo_payment.closes_card is 'Refunds fail: the card was closed meanwhile.';
comment on column demo_payment.reason is 'Why it was cancelled.';

create index demo_payment_by_time on demo_payment (created_at, reference);

create table demo_refund (
    refund_id text not null,
    key text not null,
    reference text not null,
    amount bigint not null,
    currency text not null,
    fails boolean not null,
    created_at timestamptz not null,
    ends_at timestamptz not null,
    constraint demo_refund_pkey primary key (refund_id),
    constraint demo_refund_is_made_once unique (key),
    constraint demo_refund_gives_money check (amount > 0),
    constraint demo_refund_ends_later check (ends_at >= created_at)
);

comment on table demo_refund is 'Refunds at the bank of the demo.';
comment on column demo_refund.key is 'Idempotency key: who asks twice gets the same refund.';
comment on column demo_refund.reference is 'The payment it gives back.';
comment on column demo_refund.fails is 'Whether it fails when it ends; otherwise it succeeds.';
comment on column demo_refund.ends_at is 'When it ends; before, it is pending.';

create index demo_refund_of_payment on demo_refund (reference);
create index demo_refund_by_time on demo_refund (created_at, refund_id);
