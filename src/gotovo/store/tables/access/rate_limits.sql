-- Rate limits: leaky buckets, each one instant. Every statement locks its rows in the order of the
-- key, so requests that share several buckets can't deadlock.

-- name: use_limits
-- Advance each bucket's instant by its interval, unless it is a whole burst ahead already.
insert into rate_limit as l (name, subject, free_at)
select name, subject, $5::timestamptz + every
  from unnest($1::text[], $2::bytea[], $3::interval[]) as wanted (name, subject, every)
 order by name, subject
on conflict (name, subject) do update
   set free_at = greatest(l.free_at, $5) + (excluded.free_at - $5)
 where greatest(l.free_at, $5) <= $5 + ($4::interval[])[array_position($1::text[], l.name)]
returning name

-- name: limits_free_at
-- When all refused buckets allow a use again. One that reaches further ahead than its own size, as
-- after the clock was set back or a limit was made smaller, is cut back to it.
with wanted as (
    select name, subject, size, room
      from unnest($1::text[], $2::bytea[], $3::interval[], $4::interval[])
        as wanted (name, subject, size, room)
), cut as (
    insert into rate_limit as l (name, subject, free_at)
    select name, subject, $5::timestamptz
      from wanted
     order by name, subject
    on conflict (name, subject) do update
       set free_at = $5 + ($3::interval[])[array_position($1::text[], l.name)]
     where l.free_at > $5 + ($3::interval[])[array_position($1::text[], l.name)]
)
select max(least(l.free_at, $5 + size) - room) as free_at
  from wanted
  join rate_limit as l using (name, subject)

-- name: return_uses
-- Take one use of each bucket back, as if it had not happened.
insert into rate_limit as l (name, subject, free_at)
select name, subject, $4::timestamptz
  from unnest($1::text[], $2::bytea[]) as used (name, subject)
 order by name, subject
on conflict (name, subject) do update
   set free_at = l.free_at - ($3::interval[])[array_position($1::text[], l.name)]
