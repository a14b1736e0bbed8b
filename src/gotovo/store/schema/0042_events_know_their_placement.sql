-- An event has the instant at which its order was placed. The default is what an earlier version
-- writes, and what the events have that it wrote.

alter table event add column placed_at timestamptz not null default '-infinity';

comment on column event.placed_at is
    'When its order was placed, as in the order: events of one time lie side by side in the key. '
    '-infinity where an earlier version wrote it.';
