-- API keys, and the stored responses of requests that name no order.

-- name: insert_key
-- Store a key, unless its shop has the maximum of keys that are not revoked ($17, null for any
-- number); the same id again changes nothing, so a repetition is harmless.
insert into api_key (
    id, name, role, point, shop, digest, created_at, scopes, created_by, expires_at, networks,
    warehouse, rate, burst, requests, streams
)
select $1, $2, $3, $4, $5::text, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
 where $17::int is null
    or $5::text is null
    or (select count(*) from api_key where shop = $5::text and revoked_at is null) < $17::int
on conflict (id) do nothing
returning role, shop

-- name: key
-- One key, revoked ones included.
select id, name, role, point, shop, digest, created_at, revoked_at, old_digests, old_until,
       rate, burst, requests, streams, scopes, created_by, expires_at, networks, warehouse,
       coalesce(version, 1) as version, used_at, used_from, refused_at, refused_from
  from api_key
 where id = $1

-- name: keys
-- Every key that has not been revoked; those that have expired are told so.
select id, name, role, point, shop, digest, created_at, revoked_at, old_digests, old_until,
       rate, burst, requests, streams, scopes, created_by, expires_at, networks, warehouse,
       coalesce(version, 1) as version
  from api_key
 where revoked_at is null

-- name: keys_page
-- A page of all keys or of those of a shop, newest first, after a cursor.
select id, name, role, point, shop, digest, created_at, revoked_at, old_digests, old_until,
       rate, burst, requests, streams, scopes, created_by, expires_at, networks, warehouse,
       coalesce(version, 1) as version, used_at, used_from, refused_at, refused_from
  from api_key
 where ($1::timestamptz is null or (created_at, id) < ($1, $2::text))
   and ($4::text is null or shop = $4)
 order by created_at desc, id desc
 limit $3

-- name: revoke_key
-- Revoke a key, of a shop where it is given; the first revocation stays.
update api_key
   set revoked_at = coalesce(revoked_at, $2)
 where id = $1
   and ($3::text is null or shop = $3)
returning role, shop

-- name: change_key
-- Change what a key is for, if it is in use and this is its version.
update api_key
   set name = $3,
       scopes = $4,
       networks = $5,
       expires_at = $6,
       version = coalesce(version, 1) + 1
 where id = $1
   and coalesce(version, 1) = $2
   and revoked_at is null
returning role, shop

-- name: wait_for_turn
-- One process writes uses at a time, until its transaction ends: in whatever order two of them
-- would lock the rows, neither waits for the other.
select pg_advisory_xact_lock(hashtext('api_key.used_at'))

-- name: put_uses
-- Advance the last uses of keys.
update api_key
   set used_at = used.at,
       used_from = used.block
  from unnest($1::text[], $2::timestamptz[], $3::text[]) as used (id, at, block)
 where api_key.id = used.id
   and (api_key.used_at is null or api_key.used_at < used.at)

-- name: put_refusals
-- The same for refusals of right tokens from other networks.
update api_key
   set refused_at = refused.at,
       refused_from = refused.block
  from unnest($1::text[], $2::timestamptz[], $3::text[]) as refused (id, at, block)
 where api_key.id = refused.id
   and (api_key.refused_at is null or api_key.refused_at < refused.at)

-- name: roll_key
-- Give a key another token unless it is revoked, or of another shop than the one that is given;
-- all tokens that are valid still are so until $3.
update api_key
   set digest = $2,
       old_digests = case
           when old_until > $4 then old_digests || digest
           else array[digest]
       end,
       old_until = $3
 where id = $1
   and revoked_at is null
   and ($5::text is null or shop = $5)
returning role, shop

-- name: limit_key
-- Set the limits of a key unless it is revoked; null stands for the setting. Where $6 says so only
-- if its limits are $7 to $10 still.
update api_key
   set rate = $2, burst = $3, requests = $4, streams = $5
 where id = $1
   and revoked_at is null
   and (not $6::boolean
        or (rate, burst, requests, streams)
           is not distinct from ($7::int, $8::int, $9::int, $10::int))
returning role, shop

-- name: proofs
-- Which of these ids keys have, whether those are revoked, and the digests of their tokens.
select id, shop, revoked_at is not null as is_revoked, digest, old_digests
  from api_key
 where id = any ($1::text[])

-- name: answered
-- The stored response to a request.
select fingerprint, status, body
  from idempotency
 where id = $1

-- name: remember_answer
-- Store a response; of two concurrent ones the first stays, and both clients get it.
insert into idempotency (id, fingerprint, status, body, recorded_at)
values ($1, $2, $3, $4, $5)
on conflict (id) do nothing
