-- The inbox of the bot: updates are stored once, and handled chat by chat, in their order.

-- name: put_updates
-- Store updates; those that are known are left as they are.
insert into telegram_update (bot, id, chat, payload, received_at, held_until, outcome)
select $1, x.id, x.chat, x.payload, $2, $2, x.outcome
  from unnest($3::bigint[], $4::bigint[], $5::bytea[], $6::text[])
       as x (id, chat, payload, outcome)
on conflict (bot, id) do nothing
returning id

-- name: take_updates
-- Take the oldest update of each chat that nobody has.
with oldest as (
    select chat, min(id) as id
      from telegram_update
     where bot = $1
       and payload is not null
     group by chat
     limit $4
)
update telegram_update u
   set held_until = $3,
       attempts = attempts + 1
  from oldest
 where u.bot = $1
   and u.id = oldest.id
   and u.payload is not null
   and u.held_until <= $2
returning u.id, u.chat, u.payload, u.attempts

-- name: finish_update
-- An update is done: what came with it is not needed any more.
update telegram_update
   set payload = null,
       outcome = $3
 where bot = $1
   and id = $2

-- name: put_off_update
-- Handle an update again at an instant.
update telegram_update
   set held_until = $3
 where bot = $1
   and id = $2

-- name: hold_poll
-- Take or keep the lease; who holds it asks Telegram for updates.
insert into telegram_poll (bot, holder, held_until)
values ($1, $2, $4)
on conflict (bot) do update
   set holder = excluded.holder,
       held_until = excluded.held_until
 where telegram_poll.holder = excluded.holder
    or telegram_poll.held_until <= $3
returning holder

-- name: release_poll
-- Let another process have the lease at once.
update telegram_poll
   set held_until = $3
 where bot = $1
   and holder = $2
