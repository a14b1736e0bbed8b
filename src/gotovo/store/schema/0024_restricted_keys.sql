-- A key can be restricted to some of what its role may do, and says who made it.

alter table api_key add column scopes text[];
alter table api_key add column created_by text;

comment on column api_key.scopes is
    'What the key may do of what its role may, like orders:read; null for all of it.';
comment on column api_key.created_by is
    'The id of the key that made it, cli for the command line; null for keys of before.';
