-- What is deleted of staff and their work, in bounded rounds: `staff_rules.py` says when.

-- name: staff
-- Delete names and all that signs in of people who were suspended before an instant.
with due as (
    select id
      from staff
     where suspended_at <= $1
       and name <> ''
     limit $2),
passkeys as (
    delete from staff_passkey
     where person in (select id from due)),
codes as (
    delete from staff_recovery_code
     where person in (select id from due))
update staff
   set name = '',
       login = id::text,
       own_customer = '',
       password = null,
       totp = null
 where id in (select id from due)

-- name: staff_due
-- Count people who were suspended before an instant and have a name still.
select count(*)
  from (select
          from staff
         where suspended_at <= $1
           and name <> ''
         limit $2) as due

-- name: staff_invitations
-- Delete invitations that ended before an instant.
with due as (
    select digest
      from staff_invitation
     where expires_at <= $1
     limit $2)
delete from staff_invitation
 where digest in (select digest from due)

-- name: staff_invitations_due
-- Count invitations that ended before an instant.
select count(*)
  from (select
          from staff_invitation
         where expires_at <= $1
         limit $2) as due

-- name: staff_sessions
-- Delete sessions of staff that have ended.
with due as (
    select digest
      from staff_session
     where ends_at <= $1
     limit $2)
delete from staff_session
 where digest in (select digest from due)

-- name: staff_sessions_due
-- Count sessions of staff that have ended.
select count(*)
  from (select
          from staff_session
         where ends_at <= $1
         limit $2) as due

-- name: shifts
-- Delete shifts that ended before an instant.
with due as (
    select id
      from shift
     where ended_at <= $1
     limit $2)
delete from shift
 where id in (select id from due)

-- name: shifts_due
-- Count shifts that ended before an instant.
select count(*)
  from (select
          from shift
         where ended_at <= $1
         limit $2) as due

-- name: approval_notes
-- Blank why approvals were asked for before an instant.
with due as (
    select id
      from approval
     where note is not null
       and asked_at <= $1
     limit $2)
update approval
   set note = null
 where id in (select id from due)

-- name: approval_notes_due
-- Count notes of approvals that were asked for before an instant.
select count(*)
  from (select
          from approval
         where note is not null
           and asked_at <= $1
         limit $2) as due

-- name: approvals
-- Delete approvals that were asked for before an instant.
with due as (
    select id
      from approval
     where asked_at <= $1
     limit $2)
delete from approval
 where id in (select id from due)

-- name: approvals_due
-- Count approvals that were asked for before an instant.
select count(*)
  from (select
          from approval
         where asked_at <= $1
         limit $2) as due

-- name: closure_reasons
-- Blank why points were closed by what was entered before an instant.
with due as (
    select id
      from point_closure
     where reason is not null
       and entered_at <= $1
     limit $2)
update point_closure
   set reason = null
 where id in (select id from due)

-- name: closure_reasons_due
-- Count reasons of closures that were entered before an instant.
select count(*)
  from (select
          from point_closure
         where reason is not null
           and entered_at <= $1
         limit $2) as due

-- name: closures
-- Delete closures that were entered before an instant.
with due as (
    select id
      from point_closure
     where entered_at <= $1
     limit $2)
delete from point_closure
 where id in (select id from due)

-- name: closures_due
-- Count closures that were entered before an instant.
select count(*)
  from (select
          from point_closure
         where entered_at <= $1
         limit $2) as due
