-- Who may ask: keys of programs, sign-in of buyers, and the answers given to requests.

create table api_key (
    id text not null,
    name text not null,
    role text not null,
    point text not null,
    digest bytea not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    constraint api_key_pkey primary key (id)
);

comment on table api_key is 'Keys of programs; only the digest of a key is kept.';
comment on column api_key.point is 'The one point this key may act at; empty for any.';

create index api_key_by_time on api_key (created_at desc, id desc);

create table idempotency (
    id uuid not null,
    fingerprint bytea not null,
    status smallint not null,
    body bytea not null,
    recorded_at timestamptz not null,
    constraint idempotency_pkey primary key (id)
);

comment on table idempotency is 'Answers to requests that name no order, kept 30 days.';

create index idempotency_by_time on idempotency (recorded_at);

create table sign_in_code (
    browser bytea not null,
    customer text not null,
    shown_as text not null,
    digest bytea not null,
    expires_at timestamptz not null,
    tries_left smallint not null,
    constraint sign_in_code_pkey primary key (browser)
);

comment on table sign_in_code is
    'One-time codes for signing in: hashed, bound to the browser that asked.';

create index sign_in_code_by_time on sign_in_code (expires_at);

create table session (
    token bytea not null,
    customer text not null,
    shown_as text not null,
    began_at timestamptz not null,
    expires_at timestamptz not null,
    constraint session_pkey primary key (token)
);

comment on table session is 'Signed-in browsers; token is a digest of the cookie.';

create index session_by_time on session (expires_at);
create index session_by_customer on session (customer);

create table rate_limit (
    name text not null,
    subject bytea not null,
    free_at timestamptz not null,
    constraint rate_limit_pkey primary key (name, subject)
);

comment on table rate_limit is 'Leaky buckets: the instant at which a bucket is empty again.';

create index rate_limit_by_time on rate_limit (free_at);

create table phone_message (
    key text not null,
    phone text not null,
    purpose text not null,
    number text,
    sent_at timestamptz not null,
    text text not null,
    constraint phone_message_pkey primary key (key)
);

comment on table phone_message is 'Demo only: what buyers'' phones would show, one row a fact.';

create index phone_message_by_phone on phone_message (phone, sent_at desc);
create index phone_message_by_time on phone_message (sent_at desc);
