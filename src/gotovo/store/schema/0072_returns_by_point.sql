-- squawk-ignore-file ban-concurrent-index-creation-in-transaction, prefer-robust-stmts
-- What was brought back to a point may be of an order that another point issued. Returns are few:
-- other events are not in the index and cost nothing.

drop index concurrently if exists event_returned_to_point;
create index concurrently event_returned_to_point on event ((body ->> 'point'), at)
    where type = 'order.returned';
