-- Which history the feed tells: a restore begins another one, and cursors of before are told apart.

create table feed_epoch (
    number integer not null,
    id text not null,
    positions bigint[] not null,
    began_at timestamptz not null,
    server text not null,
    constraint feed_epoch_pkey primary key (number),
    constraint feed_epoch_counts_from_one check (number >= 1),
    constraint feed_epoch_id_is_eight_digits check (id ~ '^[0-9a-f]{8}$'),
    constraint feed_epoch_has_lanes check (cardinality(positions) >= 1)
);

comment on table feed_epoch is
    'The histories of this journal, oldest first; each restore, copy or recovery begins one.';
comment on column feed_epoch.id is 'Random; every cursor of the feed begins with it.';
comment on column feed_epoch.positions is
    'Where each lane ended when it began, in their order: what was told beyond that is gone.';
comment on column feed_epoch.began_at is 'When the program noticed, or was told.';
comment on column feed_epoch.server is
    'The cluster, its timeline, the database and this table: another one is another history.';
