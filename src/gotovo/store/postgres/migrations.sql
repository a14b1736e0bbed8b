-- What the runner of schema files asks. Only here is a session lock allowed.

-- name: lock_migrations
-- Wait for another program that is migrating.
select pg_advisory_lock($1)

-- name: unlock_migrations
-- Let the next one in.
select pg_advisory_unlock($1)

-- name: create_migration_table
-- The list of schema files applied.
create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null
)

-- name: migration_table_exists
-- Tell a new database from one that was migrated before.
select to_regclass('schema_migration') is not null

-- name: migrations
-- What was applied.
select number, name, checksum, applied_at from schema_migration order by number

-- name: limit_waiting
-- Give up soon rather than let a shop queue up behind a schema change.
select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '10min', true)

-- name: remember_migration
-- A schema file was applied.
insert into schema_migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)
