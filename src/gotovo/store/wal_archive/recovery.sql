-- How far a recovering server has come.

-- name: recovery
-- Whether it still replays, and when the last transaction that it replayed was committed.
select pg_is_in_recovery() as is_recovering,
       pg_last_xact_replay_timestamp() as last_commit_at
