-- Epochs of the feed: which history the database tells.

-- name: epochs
-- Every epoch, oldest first.
select number, id, positions, began_at, server
  from feed_epoch
 order by number

-- name: server
-- Names the history that the server continues: its cluster, timeline, database and table. A restore
-- changes at least one of them: files that are recovered the timeline, a dump one of the others.
-- Null on a standby, which continues nothing by itself.
select case when pg_is_in_recovery() then null
            else concat_ws(':', (select system_identifier from pg_control_system()),
                           left(pg_walfile_name(pg_current_wal_lsn()), 8),
                           (select oid from pg_database where datname = current_database()),
                           'feed_epoch'::regclass::oid)
       end

-- name: add_epoch
-- Begin an epoch where the lanes stand, unless another process was quicker.
insert into feed_epoch (number, id, positions, began_at, server)
select $1, $2, $3::bigint[], $4, $5
on conflict (number) do nothing

-- name: positions
-- Where the lanes stand, in their order.
select array_agg(position order by home) from lane

-- name: newest_event
-- When the newest event was recorded; null where there is none.
select max(e.recorded_at)
  from lane l
  join event e on e.lane = l.home and e.position = l.position
