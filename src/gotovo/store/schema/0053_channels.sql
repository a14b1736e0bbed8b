-- What the channels of messages cost in a day, and whether they work: shared by all processes.

create table channel_spending (
    channel text not null,
    country text not null,
    day date not null,
    unit text not null,
    spent numeric(16, 6) not null,
    messages integer not null,
    refused_at timestamptz,
    constraint channel_spending_pkey primary key (channel, day, country, unit),
    constraint channel_spending_is_not_negative check (spent >= 0 and messages >= 0)
);

comment on table channel_spending is
    'One row for each channel, day (UTC) and country that messages were sent to.';
comment on column channel_spending.country is 'The calling code, like 7.';
comment on column channel_spending.unit is
    'What is counted: a currency (ISO 4217), or segments where the price is not known.';
comment on column channel_spending.spent is
    'What messages are expected to cost, counted before they are sent; what the provider tells is '
    'put right afterwards.';
comment on column channel_spending.messages is 'How many messages.';
comment on column channel_spending.refused_at is
    'When a message was first refused because the day''s limit is used up; null until then.';

create table channel_health (
    channel text not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    reachable boolean,
    reason text not null default '',
    balance numeric(18, 6),
    currency text not null default '',
    failing_since timestamptz,
    constraint channel_health_pkey primary key (channel)
);

comment on table channel_health is 'One row for each channel: what it said when last asked.';
comment on column channel_health.asked_at is
    'When a process began to ask; the others leave it alone for a while.';
comment on column channel_health.answered_at is 'When what follows was found out; null at first.';
comment on column channel_health.reachable is 'Null: the provider can''t be asked.';
comment on column channel_health.reason is 'Why it can''t be reached; names no person.';
comment on column channel_health.balance is 'What is left on the account; null where untold.';
comment on column channel_health.currency is 'Its currency; empty where untold.';
comment on column channel_health.failing_since is 'Since when it was not reached; null: it is.';
