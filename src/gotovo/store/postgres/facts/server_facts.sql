-- What a server tells of itself, whatever schema it has.

-- name: server_facts
-- Its release, what its clock shows, and when it last archived its log.
select current_setting('server_version_num')::integer as version_number,
       current_setting('server_version') as shown_version,
       clock_timestamp() as shown_at,
       (select last_archived_time from pg_stat_archiver) as archived_at

-- name: has_schema
-- Whether a program of ours was here, and one that has a security log.
select to_regclass('schema_migration') is not null as is_installed,
       to_regclass('security_log') is not null as has_log

-- name: installed_at
-- When the first of them made its schema.
select min(applied_at) from schema_migration

-- name: backup_at
-- When the last `gotovo backup` was finished, as the security log has it.
select at from security_log where kind = 'backup.made' order by seq desc limit 1
