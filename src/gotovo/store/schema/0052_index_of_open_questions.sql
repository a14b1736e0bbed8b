-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- The queue of help is read by what is due first, and reads nothing that was answered.

drop index concurrently if exists help_message_open;
create index concurrently help_message_open on help_message (
    (coalesce(due_at, written_at)), number
)
 where author = 'buyer'
   and settled_at is null;

drop index concurrently if exists help_message_waiting;
