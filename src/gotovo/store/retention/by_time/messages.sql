-- What retention deletes by an instant of messages to buyers and from them, of webhooks, and of
-- notifications of providers; as in by_time.sql.

-- name: push_subscriptions
-- Delete subscriptions whose session has ended.
with due as (
    select home, digest
      from push_subscription
     where not exists (select
                         from session
                        where session.token = push_subscription.session
                          and session.expires_at > $1)
     limit $2)
delete from push_subscription
 where (home, digest) in (select home, digest from due)

-- name: push_subscriptions_due
-- Count subscriptions whose session has ended.
select count(*)
  from (select
          from push_subscription
         where not exists (select
                             from session
                            where session.token = push_subscription.session
                              and session.expires_at > $1)
         limit $2) as due

-- name: telegram_chats
-- Delete chats of buyers who have not proved since an instant that they have the phone.
with due as (
    select chat
      from telegram_chat
     where proved_at < $1
     limit $2)
delete from telegram_chat
 where chat in (select chat from due)

-- name: telegram_chats_due
-- Count chats of buyers who have not proved since an instant that they have the phone.
select count(*)
  from (select
          from telegram_chat
         where proved_at < $1
         limit $2) as due

-- name: telegram_invitations
-- Delete links that have expired.
with due as (
    select digest
      from telegram_invitation
     where expires_at <= $1
     limit $2)
delete from telegram_invitation
 where digest in (select digest from due)

-- name: telegram_invitations_due
-- Count links that have expired.
select count(*)
  from (select
          from telegram_invitation
         where expires_at <= $1
         limit $2) as due

-- name: telegram_updates
-- Delete updates that came before an instant.
with due as (
    select bot, id
      from telegram_update
     where received_at < $1
     limit $2)
delete from telegram_update
 where (bot, id) in (select bot, id from due)

-- name: telegram_updates_due
-- Count updates that came before an instant.
select count(*)
  from (select
          from telegram_update
         where received_at < $1
         limit $2) as due

-- name: telegram_cards
-- Delete cards that have not changed since an instant.
with due as (
    select home, number, chat
      from telegram_card
     where shown_at < $1
     limit $2)
delete from telegram_card
 where (home, number, chat) in (select home, number, chat from due)

-- name: telegram_cards_due
-- Count cards that have not changed since an instant.
select count(*)
  from (select
          from telegram_card
         where shown_at < $1
         limit $2) as due

-- name: phone_messages
-- Delete messages sent before an instant.
with due as (
    select key
      from phone_message
     where sent_at < $1
     limit $2)
delete from phone_message
 where key in (select key from due)

-- name: phone_messages_due
-- Count messages sent before an instant.
select count(*)
  from (select
          from phone_message
         where sent_at < $1
         limit $2) as due

-- name: messages
-- Delete messages about events before an instant.
with due as (
    select home, id
      from message
     where created_at < $1
     limit $2)
delete from message
 where (home, id) in (select home, id from due)

-- name: messages_due
-- Count messages about events before an instant.
select count(*)
  from (select
          from message
         where created_at < $1
         limit $2) as due

-- name: webhook_deliveries
-- Delete messages of webhooks that were settled before an instant.
with due as (
    select webhook, position, lane
      from webhook_delivery
     where state in ('delivered', 'failed')
       and last_at < $1
     limit $2)
delete from webhook_delivery
 where (webhook, position, lane) in (select webhook, position, lane from due)

-- name: webhook_deliveries_due
-- Count messages of webhooks that were settled before an instant.
select count(*)
  from (select
          from webhook_delivery
         where state in ('delivered', 'failed')
           and last_at < $1
         limit $2) as due

-- name: payment_notifications
-- Delete notifications of payments that were settled before an instant.
with due as (
    select home, provider, id
      from payment_notification
     where settled_at < $1
     limit $2)
delete from payment_notification
 where (home, provider, id) in (select home, provider, id from due)

-- name: payment_notifications_due
-- Count notifications of payments that were settled before an instant.
select count(*)
  from (select
          from payment_notification
         where settled_at < $1
         limit $2) as due
