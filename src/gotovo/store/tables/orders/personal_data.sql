-- What is kept about one buyer, to be handed over or forgotten. The home names the shard.

-- name: orders_of_buyer
-- Orders with everything that is stored of them, oldest first, a page after a cursor.
select number, state, contact, placed_at
  from orders
 where home = $1
   and customer = $2
   and ($3::timestamptz is null or (placed_at, number) > ($3, $4::text))
 order by placed_at, number
 limit $5

-- name: events_of_orders
-- The whole history of some orders.
select number, version, type, at, recorded_at, actor, body, hash
  from event
 where home = $1
   and number = any ($2::text[])
 order by number, version

-- name: links_of_orders
-- The links by which some orders could be followed.
select number, made_at, revoked_at
  from track_link
 where home = $1
   and number = any ($2::text[])
 order by made_at

-- name: help_of_orders
-- What was asked and answered about some orders.
select number, id, author, written_at, said, settled_at
  from help_message
 where home = $1
   and number = any ($2::text[])
 order by written_at, id

-- name: claim_comments_of_orders
-- What was said of goods that come back.
select number, said
  from claim_comment
 where home = $1
   and number = any ($2::text[])

-- name: photos_of_orders
-- Which pictures there are; they are fetched one by one, since a file of all would be too large.
select number, id, added_at
  from claim_photo
 where home = $1
   and number = any ($2::text[])
 order by added_at, id

-- name: ratings_of_orders
-- How hand-overs were rated.
select number, stars, said, rated_at, changed_at
  from rating
 where home = $1
   and number = any ($2::text[])

-- name: subscriptions_of_buyer
-- Browsers that want messages, without what is secret between them and us.
select endpoint, language, made_at
  from push_subscription
 where home = $1
   and customer = $2
 order by made_at

-- name: open_orders
-- What stands in the way of forgetting: somebody may still have to be told.
select number
  from orders
 where home = $1
   and customer = $2
   and status <> 'closed'
 order by placed_at desc, number desc
 limit $3

-- name: known_orders
-- Closed orders of which it is still known how to reach their buyer.
select number, contact
  from orders
 where home = $1
   and customer = $2
   and status = 'closed'
   and contact is not null
 order by placed_at, number
 limit $3

-- name: forget_links
-- Links lead nowhere any more.
delete from track_link
 where home = $1
   and number in (select number from orders where home = $1 and customer = $2)

-- name: forget_subscriptions
-- No browser is told anything any more.
delete from push_subscription
 where home = $1
   and customer = $2

-- name: forget_messages
-- What the demo's phones show.
delete from phone_message
 where phone = any ($1::text[])

-- name: forget_sign_in_codes
-- Codes that wait to be typed would begin a session again.
delete from sign_in_code
 where customer = $1

-- name: forget_passkeys
-- Nothing but a code lets this phone in.
delete from passkey
 where customer = $1

-- name: forget_sessions
-- Nobody is signed in as this buyer any more.
delete from session
 where customer = $1

-- name: forget_help
-- What was asked of support, and answered.
delete from help_message
 where home = $1
   and number in (select number from orders where home = $1 and customer = $2)

-- name: forget_claim_comments
-- What was said of goods that came back.
delete from claim_comment
 where home = $1
   and number in (select number from orders where home = $1 and customer = $2)

-- name: forget_photos
-- Pictures of goods that came back.
delete from claim_photo
 where home = $1
   and number in (select number from orders where home = $1 and customer = $2)

-- name: forget_ratings
-- How hand-overs were rated.
delete from rating
 where home = $1
   and number in (select number from orders where home = $1 and customer = $2)
