-- What became of the messages of webhooks.

-- name: put_deliveries
-- Store what became of messages, new ones or known ones.
insert into webhook_delivery (webhook, position, lane, number, type, message, state, attempts,
                              last_at, next_at, status, error)
select $1::text, position, lane, number, type, message, state, attempts, last_at, next_at, status,
       error
  from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::integer[], $9::timestamptz[], $10::timestamptz[], $11::integer[], $12::text[])
       as new (position, lane, number, type, message, state, attempts, last_at, next_at, status,
               error)
 order by position, lane
on conflict (webhook, position, lane) do update
   set state = excluded.state,
       attempts = excluded.attempts,
       last_at = excluded.last_at,
       next_at = excluded.next_at,
       status = excluded.status,
       error = excluded.error

-- name: known_positions
-- Which events between two positions have a message already.
select position
  from webhook_delivery
 where webhook = $1
   and lane = $2
   and position > $3
   and position <= $4

-- name: open_orders
-- Which of these orders have a message that has not arrived yet.
select distinct number
  from webhook_delivery
 where webhook = $1
   and number = any ($2::text[])
   and state in ('waiting', 'behind')

-- name: due_deliveries
-- Messages that are to be tried by now, the longest waiting first.
select position, lane, number, type, message, state, attempts, last_at, next_at, status, error
  from webhook_delivery
 where webhook = $1
   and state in ('waiting', 'resending')
   and next_at <= $2
 order by next_at, position
 limit $3

-- name: promote
-- What waited behind a message that has arrived is the next to be tried, of each of these orders.
update webhook_delivery
   set state = 'waiting',
       next_at = $3
  from (select distinct on (number) position, lane
          from webhook_delivery
         where webhook = $1
           and number = any ($2::text[])
           and state = 'behind'
         order by number, position) as first
 where webhook_delivery.webhook = $1
   and webhook_delivery.position = first.position
   and webhook_delivery.lane = first.lane

-- name: retry_now
-- A receiver is back, or was switched on: what waits for it is tried at once.
update webhook_delivery
   set next_at = $2
 where webhook = $1
   and state in ('waiting', 'resending')
   and next_at > $2

-- name: begin_again
-- Count the attempts of what waits from the start.
update webhook_delivery
   set attempts = 0
 where webhook = $1
   and state in ('waiting', 'resending')

-- name: deliveries_page
-- A page of messages, newest first, of a state where one is given, after one of them.
select position, lane, number, type, message, state, attempts, last_at, next_at, status, error
  from webhook_delivery
 where webhook = $1
   and ($2::text = '' or state = $2)
   and ($3::text = ''
        or (position, lane) < (select position, lane
                                 from webhook_delivery
                                where webhook = $1
                                  and message = $3))
 order by position desc, lane desc
 limit $4

-- name: delivery
-- One message.
select position, lane, number, type, message, state, attempts, last_at, next_at, status, error
  from webhook_delivery
 where webhook = $1
   and message = $2

-- name: resend
-- Try a message again: at once what waits, and anew what has arrived or failed.
update webhook_delivery
   set state = case when state = 'waiting' then 'waiting' else 'resending' end,
       attempts = case when state = 'waiting' then attempts else 0 end,
       next_at = $3
 where webhook = $1
   and message = $2
   and state <> 'behind'
returning position, lane, number, type, message, state, attempts, last_at, next_at, status, error
