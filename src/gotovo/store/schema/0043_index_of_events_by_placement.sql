-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- The next key of events: numbers can't be guessed, so with the number in front nearly every event
-- had a page of the index to itself.

drop index concurrently if exists event_by_placement;
create unique index concurrently event_by_placement on event (home, placed_at, number, version);
