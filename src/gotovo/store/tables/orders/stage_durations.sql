-- Stage durations: the sketches, and the position in the journal up to which they were learnt.

-- name: position
-- The position in the journal.
select position from follower where name = $1 and lane = $2

-- name: lock
-- One writer at a time, whatever lane it reads: sketches are read, added to and written back.
select pg_advisory_xact_lock(hashtextextended('gotovo.pace', 0))

-- name: sketches
-- The sketches that are about to grow.
select p.stage, p.goal, p.route, p.slot, p.buckets, p.weights
  from pace_sketch p
  join unnest($1::text[], $2::text[], $3::text[], $4::smallint[])
       as wanted (stage, goal, route, slot)
    on p.stage = wanted.stage
   and p.goal = wanted.goal
   and p.route = wanted.route
   and p.slot = wanted.slot

-- name: put
-- Write one sketch, new or grown.
insert into pace_sketch (stage, goal, route, slot, buckets, weights, learnt_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (stage, goal, route, slot) do update
   set buckets = excluded.buckets,
       weights = excluded.weights,
       learnt_at = excluded.learnt_at

-- name: advance
-- Advance the position, unless another process has been faster: then nothing is learnt twice.
insert into follower (name, lane, position)
values ($1, $2, $4)
on conflict (name, lane) do update
   set position = excluded.position
 where follower.position = $3
returning 1

-- name: histories
-- All events of the orders of a page, each order's oldest first.
select e.number, e.version, e.type, e.at, e.recorded_at, e.actor, e.command_id, e.body, e.hash
  from unnest($1::smallint[], $2::text[]) as wanted (home, number)
  join orders o on o.home = wanted.home and o.number = wanted.number
  join event e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 order by e.number, e.version

-- name: count
-- How many sketches there are: fewer than a model has means that they were rebuilt.
select count(*) from pace_sketch

-- name: learnt_since
-- Sketches changed since an instant, a bounded number at once, after the last one read.
select stage, goal, route, slot, buckets, weights, learnt_at
  from pace_sketch
 where (learnt_at, stage, goal, route, slot) > ($1::timestamptz, $2::text, $3::text, $4::text, $5)
 order by learnt_at, stage, goal, route, slot
 limit $6

-- name: forget
-- Delete sketches that nothing was added to for long: of routes that no longer exist.
delete from pace_sketch where learnt_at < $1

-- name: forget_all
-- Delete every sketch, to rebuild them from the journal.
delete from pace_sketch

-- name: begin_anew
-- Return to the first event.
delete from follower where name = $1
