-- Which account a phone opened before its last change: programs that start a moment later know it.

alter table phone_account add column former text;
comment on column phone_account.former is
    'The account it opened before, until `since`; null for that of its own digest.';

-- Entries of one actor are found by it; the log has a few thousand rows a day.
-- squawk-ignore require-concurrent-index-creation
create index security_log_by_actor on security_log (actor, seq);
