-- Push subscriptions. A row is valid only as long as the session it was made in.

-- name: forget_browser
-- Delete the subscription of a browser that another customer signed in with.
delete from push_subscription
 where digest = $1

-- name: forget_ended
-- Delete the rows of a customer whose sessions have ended.
delete from push_subscription
 where home = $1
   and customer = $2
   and not exists (select from session where session.token = push_subscription.session)

-- name: put_subscription
-- Store a subscription, unless the customer has the maximum.
insert into push_subscription (home, digest, customer, session, endpoint, public_key, auth,
                               language, made_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
 where (select count(*) from push_subscription where home = $1 and customer = $3) < $10
on conflict (home, digest) do nothing

-- name: replace_subscription
-- Put a new endpoint with its keys in the place of an older one of the same browser, unless a page
-- has stored it already.
update push_subscription
   set digest = $2,
       endpoint = $3,
       public_key = $4,
       auth = $5
 where digest = $1
   and ($1 = $2 or not exists (select from push_subscription where digest = $2))
returning 1

-- name: subscriptions_of
-- Browsers of a customer that are signed in now, and may open an order placed at $4, if it is not
-- null: a session of who has the phone now opens none of who had it before.
select s.endpoint, s.public_key, s.auth, s.language
  from push_subscription as s
  join session on session.token = s.session
 where s.home = $1
   and s.customer = $2
   and session.expires_at > $3
   and ($4::timestamptz is null
        or session.orders_since is null
        or session.orders_since <= $4)
 order by s.made_at
