-- Keys of programs, and the answers that requests without an order are repeated with.

-- name: insert_key
-- Write a key down; the same id again changes nothing, so a repetition is harmless.
insert into api_key (id, name, role, point, digest, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing

-- name: key
-- One key, revoked ones included.
select id, name, role, point, digest, created_at, revoked_at
  from api_key
 where id = $1

-- name: keys
-- Every key that has not been revoked: what the keyring holds.
select id, name, role, point, digest, created_at, revoked_at
  from api_key
 where revoked_at is null

-- name: keys_page
-- A page of all keys, newest first, after a cursor.
select id, name, role, point, digest, created_at, revoked_at
  from api_key
 where $1::timestamptz is null or (created_at, id) < ($1, $2::text)
 order by created_at desc, id desc
 limit $3

-- name: revoke_key
-- Revoke a key; the first revocation stays.
update api_key
   set revoked_at = coalesce(revoked_at, $2)
 where id = $1
returning id

-- name: answered
-- What was answered to a request before.
select fingerprint, status, body
  from idempotency
 where id = $1

-- name: remember_answer
-- Keep an answer; of two at once the first stays, and both askers get it.
insert into idempotency (id, fingerprint, status, body, recorded_at)
values ($1, $2, $3, $4, $5)
on conflict (id) do nothing

-- name: sweep_answers
-- Forget answers that have served their time, a bounded number at once.
delete from idempotency
 where id in (select id from idempotency where recorded_at <= $1 limit $2)
