-- Shifts: a person at a point on a device, one at a time; and the sessions that end with them.

-- name: use_device
-- Remember that a shift begins on a device of a point, unless it is revoked; whoever revokes it
-- meanwhile waits, and then finds the shift.
update desk_device
   set seen_at = greatest(seen_at, $3)
 where id = $1
   and point = $2
   and revoked_at is null
returning id

-- name: begin_shift
-- Begin a shift unless the person has one that is open. The same id again changes nothing.
insert into shift (id, person, point, device, begun_at, ends_by)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
returning id, person, point, device, begun_at, ends_by, ended_at, end_reason, ended_by

-- name: shift
-- One shift.
select id, person, point, device, begun_at, ends_by, ended_at, end_reason, ended_by
  from shift
 where id = $1

-- name: open_shift
-- The open shift of a person.
select id, person, point, device, begun_at, ends_by, ended_at, end_reason, ended_by
  from shift
 where person = $1
   and ended_at is null

-- name: shifts_of_point
-- The shifts of a point, the latest first; a page. Only those of a person, or those open at an
-- instant, where that is asked for.
select id, person, point, device, begun_at, ends_by, ended_at, end_reason, ended_by
  from shift
 where point = $1
   and (begun_at, id) < ($2::timestamptz, $3::uuid)
   and ($5::uuid is null or person = $5)
   and ($6::timestamptz is null or (ended_at is null and ends_by > $6))
 order by begun_at desc, id desc
 limit $4

-- name: end_shift
-- End an open shift; one that has ended stays as it is.
update shift
   set ended_at = greatest(begun_at, least($2, ends_by)),
       end_reason = case when $2 >= ends_by then 'time_limit' else $3 end,
       ended_by = case when $2 >= ends_by then 'system:timer' else $4 end
 where id = $1
   and ended_at is null
returning id, person, point, device, begun_at, ends_by, ended_at, end_reason, ended_by

-- name: shifts_on_device
-- The open shifts on a device, in the order in which they are ended.
select id
  from shift
 where device = $1
   and ended_at is null
 order by id

-- name: overdue_shifts
-- Open shifts that have gone on for too long, the longest overdue first.
select id
  from shift
 where ended_at is null
   and ends_by <= $1
 order by ends_by, id
 limit $2

-- name: bind_session
-- Let the session in which a shift was begun end with it.
update staff_session
   set shift = $3,
       device = $4
 where digest = $1
   and person = $2

-- name: join_session
-- Let a further session of the person end with an open shift.
update staff_session
   set shift = $3,
       device = coalesce(device, $4)
 where digest = $1
   and person = $2
   and shift is distinct from $3

-- name: end_sessions
-- End every session that belongs to a shift.
delete from staff_session
 where shift = $1
returning digest
