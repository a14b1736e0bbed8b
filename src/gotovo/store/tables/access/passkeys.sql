-- Passkeys and their challenges.

-- name: put_challenge
-- Store the challenge of a client; it replaces the one before.
insert into passkey_challenge (asker, challenge, expires_at)
values ($1, $2, $3)
on conflict (asker) do update
   set challenge = excluded.challenge,
       expires_at = excluded.expires_at

-- name: take_challenge
-- Take the challenge of a client, once.
delete from passkey_challenge
 where asker = $1
returning challenge, expires_at > $2 as is_alive

-- name: put_passkey
-- Store a passkey, unless there is one with this id or the customer has the maximum.
insert into passkey (id, customer, shown_as, public_key, sign_count, browser, system, created_at,
                     expires_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
 where (select count(*) from passkey where customer = $2) < $10
on conflict (id) do nothing
returning id

-- name: find_passkey
-- A passkey that has not expired.
select id, customer, shown_as, public_key, sign_count, browser, system, created_at, expires_at
  from passkey
 where id = $1
   and expires_at > $2

-- name: count_use
-- Store the signature counter of a passkey; one that is not higher than the stored one is a
-- clone's.
update passkey
   set sign_count = $2
 where id = $1
   and (sign_count < $2 or $2 = 0)
returning id

-- name: passkeys_of
-- The passkeys of a customer, the newest first.
select id, customer, shown_as, public_key, sign_count, browser, system, created_at, expires_at
  from passkey
 where customer = $1
   and expires_at > $2
 order by created_at desc, id

-- name: remove_passkey
-- Delete a passkey of a customer.
delete from passkey
 where customer = $1
   and id = $2
