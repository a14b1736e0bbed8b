-- Sessions of staff. One that has ended is not found, nor is one of somebody who was suspended.

-- name: put_session
-- Begin a session, unless its person was suspended meanwhile.
insert into staff_session (digest, person, grant_id, method, browser, system, began_at, ends_at,
                           seen_at, proved_at)
select $1, id, $3, $4, $5, $6, $7, $8, $7, $9
  from staff
 where id = $2
   and suspended_at is null
returning digest

-- name: find_session
-- A living session with its person, and with the grant it acts with unless that was revoked.
select s.digest, s.person, s.method, s.browser, s.system, s.began_at, s.ends_at, s.seen_at,
       s.proved_at, s.device, s.shift, p.name, p.login, p.locale, p.own_customer,
       g.id as grant_id, g.role, g.shop, g.point, g.warehouse
  from staff_session as s
  join staff as p on p.id = s.person
  left join staff_grant as g on g.id = s.grant_id and g.revoked_at is null
 where s.digest = $1
   and s.ends_at > $2
   and p.suspended_at is null

-- name: sessions_of
-- The living sessions of a person, the newest first.
select s.digest, s.person, s.method, s.browser, s.system, s.began_at, s.ends_at, s.seen_at,
       s.proved_at, s.device, s.shift, p.name, p.login, p.locale, p.own_customer,
       g.id as grant_id, g.role, g.shop, g.point, g.warehouse
  from staff_session as s
  join staff as p on p.id = s.person
  left join staff_grant as g on g.id = s.grant_id and g.revoked_at is null
 where s.person = $1
   and s.ends_at > $2
 order by s.began_at desc, s.digest

-- name: note_session_use
-- Remember the last use of a session.
update staff_session
   set seen_at = $2
 where digest = $1
   and seen_at < $2

-- name: prove_session
-- Remember that the person of a session has proved who they are.
update staff_session
   set proved_at = $2
 where digest = $1
   and proved_at < $2

-- name: join_shift
-- Let a session belong to a shift on a device: it ends with it.
update staff_session
   set shift = $2,
       device = $3
 where digest = $1
returning digest

-- name: end_session
-- End a session.
delete from staff_session
 where digest = $1
returning person

-- name: end_session_of
-- End a session of this person.
delete from staff_session
 where person = $1
   and digest = $2
returning person

-- name: end_sessions_of
-- End all sessions of a person but one.
delete from staff_session
 where person = $1
   and ($2::bytea is null or digest <> $2)
returning digest

-- name: end_sessions_of_shift
-- End the sessions that belong to a shift.
delete from staff_session
 where shift = $1
returning digest

-- name: end_sessions_with_grant
-- End the sessions that act with a grant.
delete from staff_session
 where grant_id = $1
returning digest
