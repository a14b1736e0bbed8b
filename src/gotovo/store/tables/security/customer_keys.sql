-- The versions of the customer's key: how far buyers were moved, and which account a phone opens.

-- name: customer_keys
-- All versions that buyers were moved to.
select version, begins_at, after_home as home, after_number as number, mapped_at, finished_at
  from customer_key
 order by version

-- name: put_customer_key
-- Begin with another version; one that has begun stays as it is.
insert into customer_key (version, begins_at, after_home, after_number, mapped_at, finished_at)
values ($1, $2, 0, '', null, null)
on conflict (version) do nothing

-- name: put_finished_key
-- A new database has buyers of this version alone.
insert into customer_key (version, begins_at, after_home, after_number, mapped_at, finished_at)
values ($1, $2, 0, '', $2, $2)
on conflict (version) do nothing

-- name: share_lookups
-- Phones are taken over side by side, but not while one moves or the older key ends.
select pg_advisory_xact_lock_shared(hashtextextended('phone lookup', 0))

-- name: hold_lookups
-- Nothing else changes which account a phone opens until this transaction ends.
select pg_advisory_xact_lock(hashtextextended('phone lookup', 0))

-- name: try_job
-- Of several programs one takes phones over; the others are refused.
select pg_try_advisory_xact_lock(hashtextextended('customer key', 0))

-- name: lookups
-- Which accounts these phones open.
select phone, customer
  from phone_lookup
 where phone = any($1::text[])

-- name: claim_lookups
-- Let phones that open no account by a row open these; an account is opened by one phone.
insert into phone_lookup (phone, version, customer)
select phone, $2, customer
  from unnest($1::text[], $3::text[]) as new (phone, customer)
 order by phone
on conflict do nothing

-- name: leave_phone
-- Let the phone that opened an account open another one.
update phone_lookup
   set customer = $3
 where version = $1
   and customer = $2

-- name: move_lookup
-- Let a phone open an account.
insert into phone_lookup (phone, version, customer)
values ($1, $2, $3)
on conflict (phone) do update set customer = excluded.customer

-- name: phones_after
-- The phones of orders after one of them, in the order of homes and numbers.
select home, number, customer, contact ->> 'phone' as phone
  from orders
 where (home, number) > ($1, $2)
   and contact is not null
 order by home, number
 limit $3

-- name: phones_left
-- The same, of accounts that no phone opens under a version.
select home, number, customer, contact ->> 'phone' as phone
  from orders
 where (home, number) > ($1, $2)
   and contact is not null
   and not exists (select
                     from phone_lookup as known
                    where known.version = $4
                      and known.customer = orders.customer)
 order by home, number
 limit $3

-- name: advance
-- Remember the last order whose phone was taken over.
update customer_key
   set after_home = $2,
       after_number = $3
 where version = $1

-- name: mapped
-- Every order was reached.
update customer_key
   set mapped_at = $2
 where version = $1
   and mapped_at is null

-- name: lookups_count
-- How many phones open an account by a row of a version, and how many accounts no phone opens.
select (select count(*) from phone_lookup where version = $1) as phones,
       (select count(*)
          from (select distinct home, customer from orders) as account
         where not exists (select
                             from phone_lookup as known
                            where known.version = $1
                              and known.customer = account.customer)) as accounts_left

-- name: finish
-- The older key looks up nothing from now on.
update customer_key
   set finished_at = $2
 where version = $1
   and finished_at is null

-- name: forget_lookups
-- Remove what was looked up under older keys.
delete from phone_lookup
 where version < $1

-- name: forget_moves
-- Remove who moved under older keys: every phone that is known opens its account by a row.
delete from phone_account

-- name: accounts_count
-- How many accounts have orders, and how many of these have no order with a phone any more.
select count(*) as accounts, count(*) filter (where not is_reached) as accounts_left
  from (select bool_or(contact is not null) as is_reached
          from orders
         group by home, customer) as account
