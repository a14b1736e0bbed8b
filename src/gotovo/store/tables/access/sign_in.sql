-- Signing in: pending codes and sessions. Each statement stands alone; what has to be
-- atomic is one statement, so concurrent tries of one code are counted one after the other.

-- name: put_code
-- Store a code for a browser; it replaces the one that the browser asked for before.
insert into sign_in_code (browser, customer, shown_as, digest, expires_at, tries_left)
values ($1, $2, $3, $4, $5, $6)
on conflict (browser) do update
   set customer = excluded.customer,
       shown_as = excluded.shown_as,
       digest = excluded.digest,
       expires_at = excluded.expires_at,
       tries_left = excluded.tries_left

-- name: try_code
-- Count one try of a valid code; a right one uses it up. A code that was asked for before its
-- account was moved to another phone went to the phone that was left: it is none any more.
update sign_in_code as code
   set tries_left = case when digest = any($2::bytea[]) then 0 else tries_left - 1 end
 where browser = $1
   and tries_left > 0
   and expires_at > $3
   and not exists (select from phone_account
                    where phone_account.customer = code.customer
                      and since > code.expires_at - $4::interval)
returning digest = any($2::bytea[]) as is_right, tries_left, customer, shown_as

-- name: pending_code
-- The masked phone that the browser's valid code was sent to.
select shown_as
  from sign_in_code
 where browser = $1
   and tries_left > 0
   and expires_at > $2

-- name: put_session
-- Store a session under the digest of its token, with the names its owner knows the device by.
insert into session (token, customer, shown_as, began_at, expires_at, browser, system,
                     orders_since)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: end_oldest_sessions
-- Delete the sessions of a customer that were used longest ago, beyond a number.
delete from session
 where customer = $1
   and token in (select token
                   from session
                  where customer = $1
                  order by coalesce(seen_at, began_at) desc, token
                 offset $2)

-- name: find_sessions
-- The sessions of some tokens; they may have expired.
select token, customer, shown_as, began_at, expires_at, seen_at, orders_since, proved_at
  from session
 where token = any ($1::bytea[])

-- name: end_session
-- Delete a session.
delete from session
 where token = $1

-- name: prove_session
-- Record that the person of a session was proved again.
update session
   set proved_at = $2
 where token = $1

-- name: note_use
-- Record that a session is in use; of concurrent requests one does.
update session
   set seen_at = $2
 where token = $1
   and coalesce(seen_at, began_at) <= $3

-- name: sessions_of
-- The sessions of a customer: the present one first, then the latest used.
select encode(sha256(token), 'hex') as handle, coalesce(browser, '') as browser,
       coalesce(system, '') as system, began_at, coalesce(seen_at, began_at) as used_at,
       token = $2 as is_this
  from session
 where customer = $1
   and expires_at > $3
 order by is_this desc, used_at desc, handle
 limit $4

-- name: end_one_session
-- Delete one session of a customer, by its handle.
delete from session
 where customer = $1
   and encode(sha256(token), 'hex') = $2

-- name: end_other_sessions
-- Delete all sessions of a customer but one.
delete from session
 where customer = $1
   and token <> $2

-- name: end_counted_sessions
-- Delete all sessions of a customer, or of everybody, and count those that were valid.
with ended as (
    delete from session
     where $1::text is null or customer = $1
    returning expires_at
)
select count(*) filter (where expires_at > $2)
  from ended

-- name: end_all_sessions
-- Delete all sessions of a customer.
delete from session
 where customer = $1
