-- People who work here, and what each may act as.

-- name: insert_person
-- Store a person, unless the login or the id is taken.
insert into staff (id, login, name, locale, own_customer, created_at, created_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
returning id

-- name: people
-- One person, or all with these ids.
select id, login, name, locale, own_customer, version, created_at, created_by, suspended_at,
       password is not null as has_password,
       (select count(*) from staff_passkey as k where k.person = staff.id) as passkeys
  from staff
 where id = any($1::uuid[])

-- name: person_by_login
-- The id of the person with a login.
select id
  from staff
 where login = $1

-- name: people_page
-- People after a name, in the order of names; with a shop only who acts for that one.
select id, login, name, locale, own_customer, version, created_at, created_by, suspended_at,
       password is not null as has_password,
       (select count(*) from staff_passkey as k where k.person = staff.id) as passkeys
  from staff
 where (name, id) > ($1, $2)
   and ($3::text is null
        or exists (select from staff_grant as g
                    where g.person = staff.id and g.revoked_at is null and g.shop = $3))
 order by name, id
 limit $4

-- name: grants_of
-- The grants of these people that are not revoked, in the order they were given.
select id, person, role, shop, point, warehouse, granted_at, granted_by
  from staff_grant
 where person = any($1::uuid[])
   and revoked_at is null
 order by granted_at, id

-- name: insert_grant
-- Let a person act as something, unless they may already.
insert into staff_grant (id, person, role, shop, point, warehouse, granted_at, granted_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning id

-- name: revoke_grant
-- Take a grant of a person back.
update staff_grant
   set revoked_at = $3,
       revoked_by = $4
 where id = $1
   and person = $2
   and revoked_at is null
returning role, shop, point, warehouse

-- name: end_sessions_with_grant
-- End the sessions that act with a grant.
delete from staff_session
 where grant_id = $1

-- name: suspend
-- Let a person in nowhere.
update staff
   set suspended_at = $2
 where id = $1
   and suspended_at is null
returning id

-- name: end_sessions
-- End all sessions of a person.
delete from staff_session
 where person = $1

-- name: restore
-- Let a person in again.
update staff
   set suspended_at = null
 where id = $1
   and suspended_at is not null
returning id

-- name: change_person
-- Store name, login, locale and own customer, of the version that was read.
update staff
   set name = $3,
       login = $4,
       locale = $5,
       own_customer = $6,
       version = version + 1
 where id = $1
   and version = $2
   and not exists (select from staff as other where other.login = $4 and other.id <> $1)
returning id

-- name: administrators
-- How many people with the network's administration there are beside one.
select count(distinct g.person)
  from staff_grant as g
  join staff as p on p.id = g.person
 where g.role = 'admin'
   and g.shop is null
   and g.revoked_at is null
   and p.suspended_at is null
   and p.id <> $1

-- name: revoke_invitations
-- Revoke the open invitation of a person.
update staff_invitation
   set revoked_at = $2
 where person = $1
   and used_at is null
   and revoked_at is null
returning digest

-- name: insert_invitation
-- Store an invitation.
insert into staff_invitation (digest, person, kind, made_at, made_by, expires_at)
values ($1, $2, $3, $4, $5, $6)

-- name: clear_credentials
-- Let nothing sign a person in any more: password and one-time codes.
update staff
   set password = null,
       totp = null,
       totp_step = 0
 where id = $1

-- name: clear_passkeys
-- Let no passkey sign a person in any more.
delete from staff_passkey
 where person = $1

-- name: clear_recovery_codes
-- Let no recovery code sign a person in any more.
delete from staff_recovery_code
 where person = $1
