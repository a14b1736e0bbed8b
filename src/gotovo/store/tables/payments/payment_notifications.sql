-- name: add_notification
-- Store a notification; of one that is known, that it came once more. What the bank had not
-- finished is looked up again: the first may have been sent by anybody, too early.
insert into payment_notification as known (home, provider, id, about, kind, reference, received_at,
                                           outcome, next_at)
values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $7)
on conflict (home, provider, id) do update
   set replays = known.replays + 1,
       outcome = case known.outcome when 'pending' then 'waiting' else known.outcome end,
       next_at = case known.outcome when 'pending' then excluded.next_at else known.next_at end,
       settled_at = case known.outcome when 'pending' then null else known.settled_at end
returning replays = 0 as is_new, outcome = 'waiting' as is_waiting

-- name: take_notifications
-- Take some of the waiting notifications that are due by $1, the longest waiting first, until $2.
update payment_notification n
   set next_at = $2, attempts = n.attempts + 1
  from (select home, provider, id
          from payment_notification
         where next_at <= $1
         order by next_at
         limit $3) as due
 where n.home = due.home
   and n.provider = due.provider
   and n.id = due.id
   and n.next_at <= $1
returning n.provider, n.id, n.about, n.kind, n.reference, n.received_at, n.attempts

-- name: settle_notification
-- Store what a notification ended as.
update payment_notification
   set outcome = $4, settled_at = $5, next_at = null
 where home = $1 and provider = $2 and id = $3 and next_at is not null

-- name: postpone_notification
-- Say when a notification is looked up again.
update payment_notification
   set next_at = $4
 where home = $1 and provider = $2 and id = $3 and next_at is not null

-- name: drop_notification
-- Delete a notification of what its provider does not have.
delete from payment_notification
 where home = $1 and provider = $2 and id = $3

-- name: count_waiting
-- Count waiting notifications by provider up to a bound, with the longest wait of each.
select provider, count(*) as waiting, min(received_at) as since
  from (select provider, received_at
          from payment_notification
         where next_at is not null
         limit $1) as counted
 group by provider

-- name: take_sweep
-- Take the reading of a provider's list if it is due; return the provider if it is taken.
insert into payment_sweep as known (provider, next_at)
values ($1, $3)
on conflict (provider) do update set next_at = excluded.next_at
 where known.next_at <= $2
returning provider

-- name: sweep_again
-- Say when a provider's list is read next.
update payment_sweep
   set next_at = $2
 where provider = $1
