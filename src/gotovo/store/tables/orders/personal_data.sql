-- The personal data of one buyer, to be exported or erased. The home names the shard. Orders placed
-- before an instant may be closed to whoever has the phone now: they are neither shown nor erased.

-- name: orders_of_buyer
-- Orders with everything that is stored of them, oldest first, a page after a cursor.
select number, state, contact, placed_at
  from orders
 where home = $1
   and customer = $2
   and ($3::timestamptz is null or (placed_at, number) > ($3, $4::text))
   and ($6::timestamptz is null or placed_at >= $6)
 order by placed_at, number
 limit $5

-- name: events_of_orders
-- The whole history of some orders.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.body, e.hash
  from orders o
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 where o.home = $1
   and o.number = any ($2::text[])
 order by e.number, e.version

-- name: texts_of_orders
-- What was typed about some orders, by the digest in the history.
select number, digest, said
  from order_text
 where home = $1
   and number = any ($2::text[])
 order by digest

-- name: links_of_orders
-- The tracking links of some orders.
select number, made_at, revoked_at
  from track_link
 where home = $1
   and number = any ($2::text[])
 order by made_at

-- name: help_of_orders
-- The help threads of some orders.
select number, id, author, written_at, said, settled_at, channel, due_at
  from help_message
 where home = $1
   and number = any ($2::text[])
 order by written_at, id

-- name: claim_comments_of_orders
-- The comments of return claims.
select number, said
  from claim_comment
 where home = $1
   and number = any ($2::text[])

-- name: case_notes_of_orders
-- What was noted when cases of some orders were decided.
select number, written_at, said
  from case_note
 where home = $1
   and number = any ($2::text[])
   and number <> ''
 order by written_at, id

-- name: photos_of_orders
-- The ids of the buyer's pictures, also as earlier versions stored them; they are fetched one by
-- one, since a file of all would be too large.
select number, id, added_at
  from claim_photo
 where home = $1
   and number = any ($2::text[])
 union all
select number, id, added_at
  from attachment
 where home = $1
   and number = any ($2::text[])
   and number <> ''
   and purpose = 'claim'
   and removed_at is null
 order by added_at, id

-- name: ratings_of_orders
-- The ratings of hand-overs.
select number, stars, said, rated_at, changed_at
  from rating
 where home = $1
   and number = any ($2::text[])

-- name: subscriptions_of_buyer
-- Push subscriptions, without their secrets.
select endpoint, language, made_at
  from push_subscription
 where home = $1
   and customer = $2
 order by made_at

-- name: telegram_of_buyer
-- The chat with the Telegram bot.
select chat, language, way, linked_at, used_at, blocked_at
  from telegram_chat
 where customer = $1

-- name: open_orders
-- Open orders, which prevent erasure: their buyer may still have to be notified.
select number
  from orders
 where home = $1
   and customer = $2
   and status <> 'closed'
   and ($4::timestamptz is null or placed_at >= $4)
 order by placed_at desc, number desc
 limit $3

-- name: known_orders
-- Closed orders whose contact is still stored.
select number, contact
  from orders
 where home = $1
   and customer = $2
   and status = 'closed'
   and contact is not null
   and ($4::timestamptz is null or placed_at >= $4)
 order by placed_at, number
 limit $3

-- name: forget_links
-- Delete the tracking links.
delete from track_link
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_subscriptions
-- Delete the push subscriptions.
delete from push_subscription
 where home = $1
   and customer = $2

-- name: forget_telegram_chat
-- Unlink the chat with the Telegram bot.
delete from telegram_chat
 where customer = $1

-- name: forget_telegram_invitations
-- Delete the link that would link a chat.
delete from telegram_invitation
 where customer = $1

-- name: forget_telegram_cards
-- Forget which messages show the orders.
delete from telegram_card
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_messages
-- Delete the messages of the demo's phones.
delete from phone_message
 where phone = any ($1::text[])

-- name: forget_told
-- Delete what was told about the orders and the account.
delete from message
 where home = $1
   and ((number = '' and customer = $2 and ($3::timestamptz is null or created_at >= $3))
        or number in (select number
                        from orders
                       where home = $1
                         and customer = $2
                         and ($3::timestamptz is null or placed_at >= $3)))

-- name: forget_choices
-- Delete what the customer chose to be told; what was chosen before is another person's.
delete from notice_choice
 where home = $1
   and customer = $2
   and ($3::timestamptz is null or chosen_at >= $3)

-- name: forget_sign_in_codes
-- Delete pending sign-in codes, which could begin a session again.
delete from sign_in_code
 where customer = $1

-- name: forget_passkeys
-- Delete the passkeys.
delete from passkey
 where customer = $1

-- name: forget_sessions
-- Delete the sessions.
delete from session
 where customer = $1

-- name: forget_help
-- Delete the help threads.
delete from help_message
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_help_assignments
-- Delete who was to answer.
delete from help_assignment
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_claim_comments
-- Delete the comments of return claims.
delete from claim_comment
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_case_notes
-- Delete the notes on cases.
delete from case_note
 where home = $1
   and number <> ''
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_photos
-- Delete the pictures of return claims.
delete from claim_photo
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_attachments
-- Delete the pictures of return claims, except while a case of their order is open: until it is
-- decided they prove something.
delete from attachment
 where home = $1
   and purpose = 'claim'
   and number <> ''
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))
   and not exists (select
                     from case_file
                    where case_file.home = $1
                      and case_file.number = attachment.number
                      and case_file.number <> ''
                      and resolved_at is null)

-- name: forget_ratings
-- Delete the ratings of hand-overs.
delete from rating
 where home = $1
   and number in (select number
                    from orders
                   where home = $1
                     and customer = $2
                     and ($3::timestamptz is null or placed_at >= $3))

-- name: forget_order
-- Delete the buyer's own words, pictures and links of one order, and notes on its cases.
with links as (delete from track_link where home = $1 and number = $2),
     help as (delete from help_message where home = $1 and number = $2),
     assigned as (delete from help_assignment where home = $1 and number = $2),
     comments as (delete from claim_comment where home = $1 and number = $2),
     photos as (delete from claim_photo where home = $1 and number = $2),
     pictures as (
         delete from attachment
          where home = $1
            and number = $2
            and number <> ''
            and purpose = 'claim'
            and not exists (select
                              from case_file
                             where home = $1
                               and number = $2
                               and number <> ''
                               and resolved_at is null)),
     notes as (delete from case_note where home = $1 and number = $2 and number <> ''),
     cards as (delete from telegram_card where home = $1 and number = $2)
delete from rating
 where home = $1
   and number = $2
