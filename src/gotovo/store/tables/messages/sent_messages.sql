-- Messages about orders.

-- name: messages_of_order
-- What was sent about an order and what became of it, oldest first; each channel adds its part.
select 'phone' as channel, purpose, sent_at, 'delivered' as state, text
  from phone_message
 where number = $1
   and phone = $2
 order by sent_at, key
 limit $3
