-- Check values of the secret's versions.

-- name: secret_checks
-- All check values.
select version, value
  from secret_check
 order by version

-- name: put_secret_checks
-- Store check values; one that is there stays.
insert into secret_check (version, value, recorded_at)
select version, value, $3
  from unnest($1::integer[], $2::bytea[]) as new (version, value)
on conflict do nothing

-- name: holds_orders
-- Whether anything was ever placed here.
select exists (select from event)

-- name: contacts_with_history
-- Some orders whose contact is stored, each with the events that tell its digest.
select o.number, o.contact::text as contact, e.type, e.body::text as body
  from (select home, placed_at, number, contact
          from orders
         where contact is not null
         limit $1) as o
  join event as e
    on e.home = o.home
   and e.placed_at in (o.placed_at, '-infinity')
   and e.number = o.number
 order by o.number, e.version

-- name: codes_and_links
-- How many open orders show a pick-up code, and how many links work.
select (select count(*)
          from orders
         where outcome is null
           and stage in ('shelved', 'handing_over', 'out_for_delivery')) as codes,
       (select count(*) from track_link where revoked_at is null) as links

-- name: shown_codes_before
-- Open orders that show a code made under a version before this one.
select number
  from orders
 where outcome is null
   and stage in ('shelved', 'handing_over', 'out_for_delivery')
   and coalesce((state -> 'codes' ->> 'key')::integer, 1) < $1
   and number > $2
 order by number
 limit $3

-- name: revoke_all_links
-- Revoke every tracking link: who has the secret can compute them.
update track_link
   set revoked_at = greatest($1, made_at)
 where revoked_at is null
