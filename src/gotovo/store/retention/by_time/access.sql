-- What retention deletes by an instant: a bounded number of rows at once, so that no statement
-- holds its locks for long. Each rule deletes under its name; `…_due` counts, up to a bound.

-- name: revoked_links
-- Delete links revoked before an instant.
with due as (
    select home, digest
      from track_link
     where revoked_at < $1
     limit $2)
delete from track_link
 where (home, digest) in (select home, digest from due)

-- name: revoked_links_due
-- Count links revoked before an instant.
select count(*)
  from (select
          from track_link
         where revoked_at < $1
         limit $2) as due

-- name: sessions
-- Delete sessions that have ended.
with due as (
    select token
      from session
     where expires_at <= $1
     limit $2)
delete from session
 where token in (select token from due)

-- name: sessions_due
-- Count sessions that have ended.
select count(*)
  from (select
          from session
         where expires_at <= $1
         limit $2) as due

-- name: sign_in_codes
-- Delete codes that can't be used any more.
with due as (
    select browser
      from sign_in_code
     where expires_at <= $1
     limit $2)
delete from sign_in_code
 where browser in (select browser from due)

-- name: sign_in_codes_due
-- Count codes that can't be used any more.
select count(*)
  from (select
          from sign_in_code
         where expires_at <= $1
         limit $2) as due

-- name: passkeys
-- Delete expired passkeys.
with due as (
    select id
      from passkey
     where expires_at <= $1
     limit $2)
delete from passkey
 where id in (select id from due)

-- name: passkeys_due
-- Count expired passkeys.
select count(*)
  from (select
          from passkey
         where expires_at <= $1
         limit $2) as due

-- name: passkey_challenges
-- Delete expired challenges.
with due as (
    select asker
      from passkey_challenge
     where expires_at <= $1
     limit $2)
delete from passkey_challenge
 where asker in (select asker from due)

-- name: passkey_challenges_due
-- Count expired challenges.
select count(*)
  from (select
          from passkey_challenge
         where expires_at <= $1
         limit $2) as due

-- name: accounts
-- Delete accounts that were not used since an instant, for which a row says nothing.
with due as (
    select customer
      from account
     where signed_in_at < $1
       and (orders_since is null or orders_since < $1)
     limit $2)
delete from account
 where customer in (select customer from due)

-- name: accounts_due
-- Count accounts that were not used since an instant, for which a row says nothing.
select count(*)
  from (select
          from account
         where signed_in_at < $1
           and (orders_since is null or orders_since < $1)
         limit $2) as due

-- name: rate_limits
-- Delete buckets that are empty again.
with due as (
    select name, subject
      from rate_limit
     where free_at <= $1
     limit $2)
delete from rate_limit
 where (name, subject) in (select name, subject from due)

-- name: rate_limits_due
-- Count buckets that are empty again.
select count(*)
  from (select
          from rate_limit
         where free_at <= $1
         limit $2) as due

-- name: access_log
-- Delete looks before a day.
with due as (
    select home, subject, day, actor, what
      from order_look
     where day < ($1::timestamptz at time zone 'UTC')::date
     limit $2)
delete from order_look
 where (home, subject, day, actor, what) in (select home, subject, day, actor, what from due)

-- name: access_log_due
-- Count looks before a day.
select count(*)
  from (select
          from order_look
         where day < ($1::timestamptz at time zone 'UTC')::date
         limit $2) as due

-- name: notice_choices
-- Delete choices made before an instant that do not count any more.
with due as (
    select c.home, c.customer, c.channel, c.kind, c.chosen_at
      from notice_choice c
     where c.chosen_at < $1
       and (exists (select
                      from notice_choice later
                     where later.home = c.home
                       and later.customer = c.customer
                       and later.channel = c.channel
                       and later.kind = c.kind
                       and later.chosen_at > c.chosen_at)
            or not exists (select
                             from orders o
                            where o.home = c.home
                              and o.customer = c.customer
                              and o.contact is not null))
     limit $2)
delete from notice_choice
 where (home, customer, channel, kind, chosen_at)
       in (select home, customer, channel, kind, chosen_at from due)

-- name: notice_choices_due
-- Count choices made before an instant that do not count any more.
select count(*)
  from (select
          from notice_choice c
         where c.chosen_at < $1
           and (exists (select
                          from notice_choice later
                         where later.home = c.home
                           and later.customer = c.customer
                           and later.channel = c.channel
                           and later.kind = c.kind
                           and later.chosen_at > c.chosen_at)
                or not exists (select
                                 from orders o
                                where o.home = c.home
                                  and o.customer = c.customer
                                  and o.contact is not null))
         limit $2) as due

-- name: stored_responses
-- Delete responses stored before an instant.
with due as (
    select id
      from idempotency
     where recorded_at <= $1
     limit $2)
delete from idempotency
 where id in (select id from due)

-- name: stored_responses_due
-- Count responses stored before an instant.
select count(*)
  from (select
          from idempotency
         where recorded_at <= $1
         limit $2) as due

-- name: security_log_due
-- Count entries of the security log made before an instant.
select count(*)
  from (select
          from security_log
         where at < $1
         limit $2) as due

-- name: idempotency_records_due
-- Count idempotency records made before an instant.
select count(*)
  from (select
          from command
         where recorded_at < $1
         limit $2) as due

-- name: lone_case_notes
-- Delete notes on cases without an order, written before an instant.
with due as (
    select home, id
      from case_note
     where number = ''
       and written_at < $1
     limit $2)
delete from case_note
 where (home, id) in (select home, id from due)

-- name: lone_case_notes_due
-- Count notes on cases without an order, written before an instant.
select count(*)
  from (select
          from case_note
         where number = ''
           and written_at < $1
         limit $2) as due
