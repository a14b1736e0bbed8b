-- Messages that wait for the end of the quiet hours.

-- name: put_deferred
-- Keep a message for later, once.
insert into deferred_message (home, number, version, send_at)
values ($1, $2, $3, $4)
on conflict (home, number, version) do nothing

-- name: due_messages
-- A page of what may be sent by now after the message named, the longest waiting first.
select number, version, send_at
  from deferred_message
 where send_at <= $1
   and ($2::timestamptz is null or (send_at, home, number, version) > ($2, $3, $4, $5))
 order by send_at, home, number, version
 limit $6

-- name: waiting
-- How many messages wait, and how many of them might have been sent by now; at most so many.
select count(*) as waiting, count(*) filter (where send_at <= $1) as overdue
  from (select send_at from deferred_message order by send_at limit $2) as first

-- name: delete_deferred
-- A message was sent, or is not to be sent any more.
delete from deferred_message
 where home = $1
   and number = $2
   and version = $3
