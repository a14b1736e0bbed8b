-- Accounts: who has signed in, and since when their phone opens orders.

-- name: last_sign_in
-- When a customer signed in before.
select signed_in_at
  from account
 where customer = $1

-- name: note_sign_in
-- Record a sign-in; the first, and one after the phone was idle, closes orders placed before $3.
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
