-- Statements of the migration runner. Only here is a session lock allowed.

-- name: lock_migrations
-- Whether no other program is migrating; then it is this program's turn.
select pg_try_advisory_lock($1)

-- name: unlock_migrations
-- Release the lock.
select pg_advisory_unlock($1)

-- name: create_migration_table
-- The table of applied migrations.
create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null,
    runs_from integer
)

-- name: migration_table_has_runs_from
-- Whether the table is of a version that wrote down which programs run on a schema.
select exists (
    select
      from pg_attribute
     where attrelid = to_regclass('schema_migration')
       and attname = 'runs_from'
)

-- name: add_runs_from
-- What the table of an earlier version lacks.
alter table schema_migration add column if not exists runs_from integer

-- name: migration_table_exists
-- Whether the database was migrated before.
select to_regclass('schema_migration') is not null

-- name: migrations
-- The applied migrations, also where the table is of an earlier version.
select number, name, checksum, (to_jsonb(m) ->> 'runs_from')::integer as runs_from
  from schema_migration m
 order by number

-- name: limit_waiting
-- Fail soon: whoever comes after a schema change that waits for a lock waits behind it.
select set_config('lock_timeout', $1, true), set_config('statement_timeout', '10min', true)

-- name: open_transactions
-- Who may hold a lock that a schema change waits for: the oldest transactions of others.
select pid, application_name, extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
  from pg_stat_activity
 where datname = current_database()
   and pid <> pg_backend_pid()
   and xact_start is not null
 order by xact_start
 limit 3

-- name: remember_migration
-- Record an applied migration.
insert into schema_migration (number, name, checksum, applied_at, runs_from)
values ($1, $2, $3, $4, $5)

-- name: table_sizes
-- Rows, as the planner estimates them, and bytes of tables with their indexes.
select c.relname as name, c.reltuples::bigint as rows, pg_total_relation_size(c.oid) as bytes
  from pg_class c
 where c.relnamespace = current_schema()::regnamespace
   and c.relkind = 'r'
   and c.relname = any($1::text[])
