-- How staff sign in: passwords with one-time codes, recovery codes, passkeys, invitations.

-- name: credentials
-- What is compared with what somebody types as a person with this login.
select id, name, password, totp, totp_step, suspended_at is not null as is_suspended
  from staff
 where login = $1

-- name: credentials_of
-- The same of a person.
select id, name, password, totp, totp_step, suspended_at is not null as is_suspended
  from staff
 where id = $1

-- name: use_totp_step
-- Use up a step of the one-time codes: neither it nor an earlier one is used again.
update staff
   set totp_step = $2
 where id = $1
   and totp_step < $2
returning id

-- name: rehash
-- Store the same password under other parameters, unless it was changed meanwhile.
update staff
   set password = $3
 where id = $1
   and password = $2

-- name: reseal
-- Store the same secret of the one-time codes under a newer key.
update staff
   set totp = $3
 where id = $1
   and totp = $2

-- name: put_password
-- Store a password, and the secret of the one-time codes that it is used with.
update staff
   set password = $2,
       totp = $3,
       totp_step = $4
 where id = $1
   and suspended_at is null
returning id

-- name: change_password
-- Store another password; the one-time codes stay.
update staff
   set password = $2
 where id = $1
   and password is not null
returning id

-- name: delete_recovery_codes
-- Forget the recovery codes of a person.
delete from staff_recovery_code
 where person = $1

-- name: insert_recovery_codes
-- Store recovery codes.
insert into staff_recovery_code (person, digest, made_at)
select $1, digest, $3
  from unnest($2::bytea[]) as new (digest)

-- name: use_recovery_code
-- Use a recovery code, once.
update staff_recovery_code
   set used_at = $3
 where person = $1
   and digest = $2
   and used_at is null
returning digest

-- name: recovery_codes_left
-- How many recovery codes of a person are unused.
select count(*)
  from staff_recovery_code
 where person = $1
   and used_at is null

-- name: passkeys_of
-- The passkeys of a person, the newest first.
select id, person, public_key, sign_count, browser, system, created_at, used_at
  from staff_passkey
 where person = $1
 order by created_at desc, id

-- name: find_passkey
-- A passkey, unless its person is suspended.
select k.id, k.person, k.public_key, k.sign_count, k.browser, k.system, k.created_at, k.used_at
  from staff_passkey as k
  join staff as p on p.id = k.person
 where k.id = $1
   and p.suspended_at is null

-- name: put_passkey
-- Store a passkey, unless there is one with this id or the person has the maximum.
insert into staff_passkey (id, person, public_key, sign_count, browser, system, created_at)
select $1, $2, $3, $4, $5, $6, $7
 where (select count(*) from staff_passkey where person = $2) < $8
on conflict (id) do nothing
returning id

-- name: count_passkey_use
-- Store the signature counter of a passkey; one that is not higher than the stored one is a
-- clone's.
update staff_passkey
   set sign_count = $2,
       used_at = $3
 where id = $1
   and (sign_count < $2 or $2 = 0)
returning id

-- name: remove_passkey
-- Delete a passkey of a person, unless nothing else would sign them in.
delete from staff_passkey
 where person = $1
   and id = $2
   and (exists (select from staff where id = $1 and password is not null)
        or (select count(*) from staff_passkey where person = $1) > 1)
returning id

-- name: find_invitation
-- An invitation that can be used, and whom it invites.
select i.person, i.kind, i.expires_at, p.name, p.login
  from staff_invitation as i
  join staff as p on p.id = i.person
 where i.digest = $1
   and i.expires_at > $2
   and i.used_at is null
   and i.revoked_at is null
   and p.suspended_at is null

-- name: use_invitation
-- Use an invitation, once.
update staff_invitation
   set used_at = $2
 where digest = $1
   and expires_at > $2
   and used_at is null
   and revoked_at is null
returning person

-- name: open_invitations
-- The open invitations of these people.
select person, kind, made_at, expires_at
  from staff_invitation
 where person = any($1::uuid[])
   and used_at is null
   and revoked_at is null
