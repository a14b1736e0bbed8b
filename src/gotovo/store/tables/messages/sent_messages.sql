-- Messages about orders.

-- name: messages_of_order
-- The messages sent about an order and their delivery state, oldest first, of all channels.
select 'phone' as channel, purpose, sent_at, 'delivered' as state, text
  from phone_message
 where number = $1
   and phone = $2
 order by sent_at, key
 limit $3
