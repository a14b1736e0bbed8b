-- The replication slot that keeps the log until the archive has it. Its name ends in its series.

-- name: slots
-- Our slots: whether the server still has the log that each needs, and how far it is behind.
select slot_name::text as name,
       wal_status is distinct from 'lost' and restart_lsn is not null as is_whole
  from pg_replication_slots
 where slot_name like 'gotovo\_archive\_%'
 order by slot_name

-- name: make_slot
-- Keep the log from now on.
select pg_create_physical_replication_slot($1, true)

-- name: drop_slot
-- Keep the log no more.
select pg_drop_replication_slot(slot_name)
  from pg_replication_slots
 where slot_name = $1
   and not active

-- name: kept_at_most
-- The limit of what slots keep, in megabytes; -1 is none.
select setting::bigint from pg_settings where name = 'max_slot_wal_keep_size'

-- name: progress
-- Where the log is, when that was, and up to where the receiver has written it.
select pg_current_wal_lsn()::text as reached,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as reached_bytes,
       (select pg_wal_lsn_diff(write_lsn, '0/0')::bigint
          from pg_stat_replication r
          join pg_replication_slots s on s.active_pid = r.pid
         where s.slot_name = $1) as written_bytes
