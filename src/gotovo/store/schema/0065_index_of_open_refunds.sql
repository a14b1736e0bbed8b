-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- Refunds that failed or are late are counted again and again, and those paid out are not read.

drop index concurrently if exists refund_open;
create index concurrently refund_open on refund (state, started_at)
 where state in ('sent', 'failed', 'rerouted');
