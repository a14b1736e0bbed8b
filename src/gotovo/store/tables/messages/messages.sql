-- Messages to buyers. An open one is taken by one process at a time: whoever moves its `send_at`
-- into the future has it until then.

-- name: put_messages
-- Store messages, unless they are there.
insert into message (home, id, customer, number, version, purpose, hold, created_at, send_at, state,
                     starts_storage, storage_at, phone, text)
select home, id, customer, number, version, purpose, hold, created_at, send_at, 'waiting',
       storage_at is not null, storage_at, phone, text
  from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[],
              $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[],
              $12::text[]) as x (
           home, id, customer, number, version, purpose, hold, created_at, send_at, storage_at,
           phone, text)
on conflict (home, id) do nothing

-- name: take
-- Take some of what may be sent by $1, the longest waiting first, until $2.
update message m
   set state = 'sending',
       attempt = m.attempt + 1,
       send_at = $2
  from (select home, id, send_at, state
          from message
         where send_at <= $1
         order by send_at, home, id
         limit $3) as due
 where m.home = due.home
   and m.id = due.id
   and m.send_at <= $1
returning m.id, m.customer, m.number, m.version, m.purpose, m.hold, m.created_at, m.attempt,
          m.tried, m.channel, m.channel_since, due.send_at as due_at, due.state as was, m.phone,
          case when m.number = '' then m.text end as text

-- name: next_message
-- When the next message may be sent.
select min(send_at) from message where send_at is not null

-- name: take_held
-- Take some of what waits to be sent together with a message.
update message m
   set state = 'sending',
       attempt = m.attempt + 1,
       send_at = $3
  from (select home, id, send_at, state
          from message
         where home = $1
           and hold = $2
           and state = 'waiting'
         order by created_at, id
         limit $4) as held
 where m.home = held.home
   and m.id = held.id
   and m.state = 'waiting'
returning m.id, m.customer, m.number, m.version, m.purpose, m.hold, m.created_at, m.attempt,
          m.tried, m.channel, m.channel_since, held.send_at as due_at, held.state as was

-- name: finish
-- Say what became of a message, if it is still taken by this attempt; one that was not made does
-- not count. At its end no phone is left.
update message
   set state = $4,
       attempt = attempt - case when $16 then 1 else 0 end,
       send_at = $5,
       tried = $6,
       channel = $7,
       channel_since = $8,
       reason = $9,
       sent_at = coalesce($10, sent_at),
       text = coalesce($11, text),
       provider_id = coalesce($12, provider_id),
       phone = case when $5::timestamptz is not null then phone end,
       segments = coalesce($13, segments),
       settled_at = $14,
       storage_at = case
           when not starts_storage or $4 in ('waiting', 'sent') then storage_at else $15
       end
 where home = $1
   and id = $2
   and attempt = $3
   and state = 'sending'
returning 1

-- name: sent_by_provider
-- The messages that a channel calls by an id and that wait for its receipt.
select id, customer, number, version, purpose, hold, created_at, attempt, tried, channel,
       channel_since, coalesce(send_at, sent_at) as due_at, state as was
  from message
 where channel = $1
   and provider_id = $2
   and state = 'sent'

-- name: receipt
-- Say what a receipt made of a message that was sent.
update message
   set state = $4,
       send_at = $5,
       tried = $6,
       reason = $7,
       phone = case when $5::timestamptz is not null then phone end,
       settled_at = $8,
       storage_at = case
           when not starts_storage or $4 in ('waiting', 'sent') then storage_at else $9
       end
 where home = $1
   and id = $2
   and attempt = $3
   and state = 'sent'
returning 1

-- name: followed_by_storage
-- Messages that storage deadlines have to follow by now, and what became of them so far.
select id, number, state, sent_at, settled_at, storage_at
  from message
 where storage_at <= $1
 order by storage_at, home, id
 limit $2

-- name: finish_storage
-- Say that storage deadlines followed messages, unless something has become of them since.
update message m
   set storage_at = $4
  from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) as x (home, id, storage_at)
 where m.home = x.home
   and m.id = x.id
   and m.storage_at = x.storage_at

-- name: open_messages
-- How many messages are open, how many of them might have been sent by now, and since when the
-- first; at most so many.
select count(*) as waiting, count(*) filter (where send_at <= $1) as overdue,
       min(send_at) filter (where send_at <= $1) as since
  from (select send_at from message where send_at is not null order by send_at limit $2) as first

-- name: receipts_missing
-- Whether a channel took messages about events since $2, before $3, and told nothing of any.
select coalesce(bool_and(state = 'sent'), false)
  from (select state
          from message
         where channel = $1
           and created_at >= $2
           and sent_at < $3
           and provider_id is not null
         order by created_at
         limit 1000) as first

-- name: messages_of_order
-- The messages about an order to one person, oldest first.
select channel, purpose, state, created_at, send_at, sent_at, reason, text, tried, settled_at
  from message
 where home = $1
   and number = $2
   and customer = $3
 order by created_at, version, id
 limit $4

-- name: messages_of_account
-- The messages about an account, from $3 on if it is not null, newest first.
select channel, purpose, state, created_at, send_at, sent_at, reason,
       case when sent_at is not null then text end as text
  from message
 where home = $1
   and number = ''
   and customer = $2
   and ($3::timestamptz is null or created_at >= $3)
 order by created_at desc, id
 limit $4
