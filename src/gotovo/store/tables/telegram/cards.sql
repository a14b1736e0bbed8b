-- Messages of chats that show an order each, and are edited when it changes.

-- name: put_card
-- Remember the message that shows an order in a chat now, whichever did before.
insert into telegram_card (home, number, chat, message, shown, shown_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (home, number, chat) do update
   set message = excluded.message,
       shown = excluded.shown,
       shown_at = excluded.shown_at,
       edit_at = null

-- name: mark_cards
-- The cards of some orders are out of date.
update telegram_card c
   set edit_at = $3
  from unnest($1::smallint[], $2::text[]) as changed (home, number)
 where c.home = changed.home
   and c.number = changed.number
   and (c.edit_at is null or c.edit_at > $3)

-- name: take_cards
-- Take cards that are due; until an instant they are nobody else's.
with due as (
    select home, number, chat
      from telegram_card
     where edit_at <= $1
     order by edit_at
     limit $3
)
update telegram_card c
   set edit_at = $2
  from due
 where c.home = due.home
   and c.number = due.number
   and c.chat = due.chat
   and c.edit_at <= $1
returning c.number, c.chat, c.message, c.shown, c.shown_at

-- name: finish_card
-- A card shows what it is said to; it stays due if its order has changed again since it was taken.
update telegram_card
   set shown = $5,
       shown_at = $6,
       edit_at = case when edit_at = $7 then null else edit_at end
 where home = $1
   and number = $2
   and chat = $3
   and message = $4

-- name: put_off_card
-- Edit a card at an instant.
update telegram_card
   set edit_at = $5
 where home = $1
   and number = $2
   and chat = $3
   and message = $4

-- name: forget_card
-- A message that can't be edited any more shows nothing.
delete from telegram_card
 where home = $1
   and number = $2
   and chat = $3
   and message = $4

-- name: forget_message
-- A message shows something else than an order from now on.
delete from telegram_card
 where chat = $1
   and message = $2

-- name: forget_cards_of_chat
-- Delete the cards of a chat that was unlinked.
delete from telegram_card
 where chat = $1

-- name: begin_following
-- A new follower begins with what happens from now on: older events changed no card.
insert into follower (name, lane, position)
select $1::text, home, position from lane
on conflict do nothing
