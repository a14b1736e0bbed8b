-- The demo phone: messages as a buyer's phone would show them. One event, one row: the key is
-- derived from the event, so a repetition changes nothing.

-- name: put_message
-- Store a message, unless there is one with this key.
insert into phone_message (key, phone, purpose, number, sent_at, text)
values ($1, $2, $3, $4, $5, $6)
on conflict (key) do nothing

-- name: latest_messages_of_buyer
-- The latest messages, newest first, to any of some phones, or about an order of a customer.
select key, phone, purpose, number, sent_at, text
  from phone_message
 where phone = any ($1::text[])
    or number in (select number from orders where home = $2 and customer = $3)
 order by sent_at desc, key desc
 limit $4

-- name: latest_messages
-- The latest messages, newest first, of one phone or of all.
select key, phone, purpose, number, sent_at, text
  from phone_message
 where $1::text is null or phone = $1
 order by sent_at desc, key desc
 limit $2
