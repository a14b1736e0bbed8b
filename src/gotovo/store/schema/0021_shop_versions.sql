-- Settings of a shop are replaced by the version that was read, like those of a point.

alter table shop add column version integer not null default '1';

comment on column shop.version is 'How often its settings were written.';
