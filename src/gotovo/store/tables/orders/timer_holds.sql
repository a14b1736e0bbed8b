-- What timers hold until a person releases it, and the last ticks of the machines' clocks.

-- name: holds
-- Everything that is held, or released and not done yet.
select what, machine, since, due, allowed, expected_at, shown_at, released_at
  from timer_hold
 order by what, machine

-- name: hold
-- Hold something; two processes may find it at once.
insert into timer_hold (what, machine, since, due, allowed, expected_at, shown_at, released_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (what, machine) do nothing

-- name: end_hold
-- Forget a hold.
delete from timer_hold
 where what = $1
   and machine = $2

-- name: release
-- Let a kind, or the clocks, go on.
update timer_hold
   set released_at = $2
 where what = $1
   and released_at is null
returning what, machine, since, due, allowed, expected_at, shown_at, released_at

-- name: ticks
-- The last tick of each start of each machine.
select machine, at, uptime_seconds
  from clock_tick
 order by machine

-- name: add_tick
-- Store a machine's last tick.
insert into clock_tick (machine, at, uptime_seconds)
values ($1, $2, $3)
on conflict (machine) do update
   set at = excluded.at,
       uptime_seconds = excluded.uptime_seconds

-- name: forget_ticks
-- Forget machines that have not ticked for long.
delete from clock_tick
 where at < $1

-- name: newest_record
-- When the newest event of a lane was recorded.
select recorded_at
  from event
 where lane = $1
 order by position desc
 limit 1
