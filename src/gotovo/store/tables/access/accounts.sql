-- Accounts: who has signed in, since when their phone opens orders, and who moved to another one.

-- name: last_sign_in
-- When a customer signed in before.
select signed_in_at
  from account
 where customer = $1

-- name: note_sign_in
-- Record a sign-in; the first, and one after the phone was idle, closes orders placed before $3. A
-- chat of whoever proved to have the phone last before then is no longer linked.
with ended as (
    delete from telegram_chat
     where customer = $1
       and proved_at < $3
), proved as (
    update telegram_chat
       set proved_at = greatest(proved_at, $2)
     where customer = $1
       and proved_at >= $3
)
insert into account as a (customer, signed_in_at, orders_since)
values ($1, $2, $3)
on conflict (customer) do update
   set signed_in_at = greatest(a.signed_in_at, excluded.signed_in_at),
       orders_since = case when a.signed_in_at < $3 then $3 else a.orders_since end
returning orders_since

-- name: is_older_order
-- Whether an order is the customer's and was placed before an instant.
select exists (select
                 from orders
                where home = $1
                  and number = $2
                  and customer = $3
                  and placed_at < $4)

-- name: older_contacts
-- Contacts of the latest orders that a customer placed before an instant.
select contact
  from orders
 where home = $1
   and customer = $2
   and placed_at < $3
   and contact is not null
 order by placed_at desc, number desc
 limit $4

-- name: open_account
-- Open all orders to whoever signs in with the phone from now on.
update account
   set orders_since = null
 where customer = $1

-- name: open_session
-- Open all orders in one session.
update session
   set orders_since = null
 where token = $1

-- name: changed_phones
-- Phones that open another account from an instant on.
select phone, customer, since, former
  from phone_account
 where since > $1
 order by since

-- name: phone_of_account
-- The digest of the phone that opens an account, where it is not the account's own.
select phone
  from phone_account
 where customer = $1

-- name: has_orders
-- Whether an account has orders since an instant, which somebody would lose with it.
select exists (select
                 from orders
                where home = $1
                  and customer = $2
                  and placed_at >= $3)

-- name: lock_accounts
-- Changes of one account, and to one phone, wait for each other.
select pg_advisory_xact_lock(hashtextextended('phone account ' || id, 0))
  from (select id from unnest($1::text[]) as wanted (id) order by id) as ordered

-- name: is_promised
-- Whether a phone opens another account from an instant that is still to come.
select exists (select
                 from phone_account
                where phone = $1
                  and since > $2)

-- name: put_phone
-- Let a phone open an account from an instant on, until then the one that it opens now ($4).
insert into phone_account as known (phone, customer, since)
values ($1, $2, $3)
on conflict (phone) do update
   set former = case when known.since <= $4 then known.customer else known.former end,
       customer = excluded.customer,
       since = excluded.since

-- name: show_phone_in_sessions
-- Show the phone of an account in its sessions.
update session
   set shown_as = $2
 where customer = $1

-- name: show_phone_in_passkeys
-- Show the phone of an account beside its passkeys.
update passkey
   set shown_as = $2
 where customer = $1

-- name: contacts
-- Orders of an account with a contact, after one of them; of those placed since $5 if it is given.
select number, contact
  from orders
 where home = $1
   and customer = $2
   and contact is not null
   and number > $3
   and ($5::timestamptz is null or placed_at >= $5)
 order by number
 limit $4
