-- The storage may begin when the message that an order is ready has arrived.

alter table message
    add column settled_at timestamptz,
    add column starts_storage boolean not null default 'false',
    add column storage_at timestamptz;

comment on column message.settled_at is 'When it arrived, or failed for good.';
comment on column message.starts_storage is
    'Whether the storage of its order begins when it arrives.';
comment on column message.storage_at is
    'When the storage deadline of its order has to follow what became of it by then; null when '
    'there is nothing to follow.';
