-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- What a member of staff did in a shift is counted from the journal. Programs' and buyers' events,
-- which are most of them, are not in the index and cost nothing.

drop index concurrently if exists event_by_staff;
create index concurrently event_by_staff on event (actor, at) where actor like '%:staff-%';
