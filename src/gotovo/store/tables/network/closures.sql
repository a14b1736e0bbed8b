-- Closures of points. The timetable that they change is settings of the point (`directory.sql`).

-- name: closure
-- One closure.
select id, point, kind, starts_on, starts_at, ends_on, reason, entered_by, entered_at, approved_by,
       lifted_at, lifted_by
  from point_closure
 where id = $1

-- name: closures_of_point
-- Closures of a point, entered last first, a page after a cursor.
select id, point, kind, starts_on, starts_at, ends_on, reason, entered_by, entered_at, approved_by,
       lifted_at, lifted_by
  from point_closure
 where point = $1
   and (entered_at, id) < ($2::timestamptz, $3::uuid)
 order by entered_at desc, id desc
 limit $4

-- name: enter_closure
-- Store a closure, once.
insert into point_closure (id, point, kind, starts_on, starts_at, ends_on, reason, entered_by,
                           entered_at, approved_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do nothing
returning id

-- name: lift_closure
-- Take a closure back, once.
update point_closure
   set lifted_at = $3,
       lifted_by = $4
 where id = $1
   and point = $2
   and lifted_at is null
returning id

-- name: point_now
-- The settings of a point, which are replaced only while they have this version.
select settings, version
  from point
 where code = $1
