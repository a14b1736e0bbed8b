-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- Messages that storage deadlines have to follow: few of all.

drop index concurrently if exists message_by_storage;
create index concurrently message_by_storage on message (storage_at, home, id)
    where storage_at is not null;
