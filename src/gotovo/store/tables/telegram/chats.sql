-- Chats with the bot, and the links that link one. A chat has one buyer, and a buyer one chat.

-- name: put_invitation
-- Store the digest of a link; the one before it opens nothing any more.
insert into telegram_invitation (digest, customer, orders_since, expires_at)
values ($1, $2, $3, $4)
on conflict (customer) do update
   set digest = excluded.digest,
       orders_since = excluded.orders_since,
       expires_at = excluded.expires_at

-- name: use_invitation
-- Use a link up; who made it, and what it opens.
delete from telegram_invitation
 where digest = $1
   and expires_at > $2
returning customer, orders_since

-- name: forget_invitations
-- Delete the links of a customer that were not used.
delete from telegram_invitation
 where customer = $1

-- name: unlink_others
-- Unlink whatever chat the customer had before.
delete from telegram_chat
 where customer = $1
   and chat <> $2

-- name: link_chat
-- Link a chat, whoever it was linked to before.
insert into telegram_chat (chat, customer, language, orders_since, way, linked_at, proved_at,
                           used_at)
values ($1, $2, $3, $4, $5, $6, $6, $6)
on conflict (chat) do update
   set customer = excluded.customer,
       language = excluded.language,
       orders_since = excluded.orders_since,
       way = excluded.way,
       linked_at = excluded.linked_at,
       proved_at = excluded.proved_at,
       used_at = excluded.used_at,
       blocked_at = null

-- name: chat
-- A chat that is linked.
select chat, customer, language, orders_since, way, linked_at, used_at, blocked_at
  from telegram_chat
 where chat = $1

-- name: chat_of_customer
-- The chat of a customer.
select chat, customer, language, orders_since, way, linked_at, used_at, blocked_at
  from telegram_chat
 where customer = $1

-- name: use_chat
-- Record that somebody wrote in a chat: the bot is not blocked there.
update telegram_chat
   set used_at = $2,
       blocked_at = null
 where chat = $1
   and (used_at < $3 or blocked_at is not null)

-- name: block_chat
-- Record that the bot is blocked in a chat.
update telegram_chat
   set blocked_at = $2
 where chat = $1
   and blocked_at is null

-- name: set_language
-- Change the language of a chat.
update telegram_chat
   set language = $2
 where chat = $1

-- name: unlink_chat
-- Unlink a chat.
delete from telegram_chat
 where chat = $1
returning customer

-- name: unlink_customer
-- Unlink the chat of a customer.
delete from telegram_chat
 where customer = $1
returning chat
