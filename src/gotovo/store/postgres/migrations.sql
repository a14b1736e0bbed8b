-- Statements of the migration runner. Only here is a session lock allowed.

-- name: lock_migrations
-- Wait for another program that is migrating.
select pg_advisory_lock($1)

-- name: unlock_migrations
-- Release the lock.
select pg_advisory_unlock($1)

-- name: create_migration_table
-- The table of applied migrations.
create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null
)

-- name: migration_table_exists
-- Whether the database was migrated before.
select to_regclass('schema_migration') is not null

-- name: migrations
-- The applied migrations.
select number, name, checksum, applied_at from schema_migration order by number

-- name: limit_waiting
-- Fail soon, so that a schema change does not block a shop.
select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '10min', true)

-- name: remember_migration
-- Record an applied migration.
insert into schema_migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)
