-- What a shop needs to take an order, carry it and hand it over.

create table api_key (
    token_sha256 bytea primary key,
    name text not null,
    role text not null
);

create table point (
    code text primary key,
    title text not null
);

create table stock (
    sku text primary key,
    on_hand bigint not null,
    reserved bigint not null default 0,
    check (reserved between 0 and on_hand)
);

create table orders (
    id bigint generated always as identity primary key,
    number text not null unique,
    version integer not null,
    status text not null,
    stage text not null,
    phone text not null,
    name text not null,
    email text not null,
    point text not null references point,
    lines jsonb not null,
    total bigint not null,
    paid bigint not null default 0,
    currency text not null,
    pickup_code text not null,
    wrong_codes integer not null default 0,
    manifest text,
    cell text,
    placed_at timestamptz not null,
    paid_at timestamptz,
    ready_at timestamptz,
    closed_at timestamptz
) with (fillfactor = 80);

create index on orders (phone, id desc);

create table order_event (
    order_id bigint not null references orders,
    version integer not null,
    type text not null,
    at timestamptz not null,
    actor text not null,
    details jsonb not null,
    primary key (order_id, version)
);

create table idempotency_key (
    key text primary key,
    fingerprint bytea not null,
    answer bytea not null,
    created_at timestamptz not null
);
