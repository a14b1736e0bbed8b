-- Whether channels work: one process asks, all of them read what it found.

-- name: claim
-- Let one process ask a channel that nobody has asked since $3.
insert into channel_health as h (channel, asked_at)
values ($1, $2)
on conflict (channel) do update
   set asked_at = $2
 where h.asked_at <= $3
    or h.asked_at > $2
returning 1

-- name: put_health
-- Store what a channel said; it fails since the first time it did.
update channel_health
   set answered_at = $2,
       reachable = $3,
       reason = $4,
       balance = $5,
       currency = $6,
       failing_since = case when $3 is false then coalesce(failing_since, $2) end
 where channel = $1

-- name: health
-- What all channels said.
select channel, answered_at, reachable, reason, balance, currency, failing_since
  from channel_health
 where answered_at is not null
 order by channel

-- name: forget_channels
-- Remove channels that are no longer in use.
delete from channel_health
 where channel <> all($1::text[])
