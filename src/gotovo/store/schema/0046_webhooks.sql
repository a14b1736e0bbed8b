-- Webhooks of shops, how far each has come in the feed, and what became of each message.

create table webhook (
    id text not null,
    shop text not null,
    url text not null,
    title text not null,
    types text[],
    secrets bytea[] not null,
    secret_ends timestamptz[] not null,
    is_on boolean not null,
    off_reason text not null,
    off_at timestamptz,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by text not null,
    constraint webhook_pkey primary key (id),
    constraint webhook_has_a_secret check (cardinality(secrets) >= 1),
    constraint webhook_secrets_have_ends check (cardinality(secret_ends) = cardinality(secrets)),
    constraint webhook_off_has_a_reason check (is_on = (off_reason = ''))
);

comment on table webhook is 'Where a shop wants its events sent.';
comment on column webhook.types is 'Types of events that are sent; null for all of them.';
comment on column webhook.secrets is
    'Signing secrets, sealed under the secret of the installation, the newest first.';
comment on column webhook.secret_ends is
    'Until when each secret signs; null for the newest, which has no end.';
comment on column webhook.off_reason is
    'Why nothing is sent: owner, gone (410), failing (for three days) or secret; empty while on.';
comment on column webhook.version is 'Counts changes by people; use changes nothing of it.';
comment on column webhook.created_by is 'role:id as in event.actor, or cli:.';

create index webhook_by_shop on webhook (shop, created_at, id);

create table webhook_progress (
    webhook text not null,
    holder text not null,
    held_until timestamptz not null,
    failing_since timestamptz,
    constraint webhook_progress_pkey primary key (webhook)
);

comment on table webhook_progress is 'Which process sends for a webhook now.';
comment on column webhook_progress.holder is 'The process that holds the lease.';
comment on column webhook_progress.held_until is 'From then on another one may take the lease.';
comment on column webhook_progress.failing_since is
    'The first failure since the last success; null after a success.';

create table webhook_cursor (
    webhook text not null,
    lane smallint not null,
    position bigint not null,
    constraint webhook_cursor_pkey primary key (webhook, lane)
);

comment on table webhook_cursor is
    'How far a webhook has come: what it wants up to there is a row of webhook_delivery.';

create table webhook_delivery (
    webhook text not null,
    position bigint not null,
    lane smallint not null,
    number text not null,
    type text not null,
    message text not null,
    state text not null,
    attempts integer not null,
    last_at timestamptz,
    next_at timestamptz,
    status integer,
    error text not null,
    constraint webhook_delivery_pkey primary key (webhook, position, lane),
    constraint webhook_delivery_state_is_known
        check (state in ('waiting', 'behind', 'delivered', 'resending', 'failed'))
);

comment on table webhook_delivery is
    'What became of each message; the event itself is read from the journal by its position.';
comment on column webhook_delivery.message is 'The webhook-id that every attempt carries.';
comment on column webhook_delivery.state is
    'waiting: for next_at; behind: until an earlier event of the order has arrived; delivered; '
    'resending: by request, in no order; failed: re-sent in vain.';
comment on column webhook_delivery.last_at is 'When the last attempt began.';
comment on column webhook_delivery.status is 'What the receiver answered to the last attempt.';
comment on column webhook_delivery.error is
    'Why the last attempt failed, one of a closed list; empty after a success.';

create index webhook_delivery_due on webhook_delivery (webhook, next_at)
    where state in ('waiting', 'resending');
create index webhook_delivery_open on webhook_delivery (webhook, number, position)
    where state in ('waiting', 'behind');
create index webhook_delivery_by_message on webhook_delivery (webhook, message);
create index webhook_delivery_by_time on webhook_delivery (last_at)
    where state in ('delivered', 'failed');
