-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- A browser names its subscription by the endpoint alone, and anybody may ask: the key begins with
-- the home, so without this index each request would read all subscriptions.

drop index concurrently if exists push_subscription_by_digest;
create index concurrently push_subscription_by_digest on push_subscription (digest);
