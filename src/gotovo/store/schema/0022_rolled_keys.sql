-- A key can get a new token while the earlier ones go on for some hours.

alter table api_key add column old_digests bytea[];
alter table api_key add column old_until timestamptz;

comment on column api_key.old_digests is 'Digests of the tokens before the last roll.';
comment on column api_key.old_until is 'Until when those tokens are valid; null before any roll.';
