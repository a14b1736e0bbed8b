-- Webhooks: their settings, their leases and their cursors.

-- name: insert_webhook
-- Store a webhook, unless its shop has the maximum ($10); the same id again changes nothing.
insert into webhook (id, shop, url, title, types, secrets, secret_ends, is_on, off_reason, version,
                     created_at, updated_at, created_by, owner_email)
select $1, $2, $3, $4, $5::text[], $6::bytea[], $7::timestamptz[], true, '', 1, $8, $8, $9, $11
 where (select count(*) from webhook where shop = $2) < $10
on conflict (id) do nothing
returning id

-- name: insert_progress
-- Nobody holds the lease of a new webhook.
insert into webhook_progress (webhook, holder, held_until)
values ($1, '', $2)
on conflict (webhook) do nothing

-- name: insert_cursors
-- A new webhook gets what happens from now on.
insert into webhook_cursor (webhook, lane, position)
select $1::text, home, position from lane
on conflict (webhook, lane) do nothing

-- name: webhook
-- One webhook, and since when it fails.
select w.id, w.shop, w.url, w.title, w.types, w.secrets, w.secret_ends, w.is_on, w.off_reason,
       w.off_at, w.version, w.created_at, w.updated_at, w.created_by, w.owner_email,
       p.failing_since
  from webhook w
  join webhook_progress p on p.webhook = w.id
 where w.id = $1

-- name: webhooks_page
-- A page of the webhooks of all shops or of one, newest first, after a cursor.
select w.id, w.shop, w.url, w.title, w.types, w.secrets, w.secret_ends, w.is_on, w.off_reason,
       w.off_at, w.version, w.created_at, w.updated_at, w.created_by, w.owner_email,
       p.failing_since
  from webhook w
  join webhook_progress p on p.webhook = w.id
 where ($1::timestamptz is null or (w.created_at, w.id) < ($1, $2::text))
   and ($4::text is null or w.shop = $4)
 order by w.created_at desc, w.id desc
 limit $3

-- name: change_webhook
-- Change where a webhook sends, what, and whether; if this is its version.
update webhook
   set url = $3,
       title = $4,
       types = $5,
       is_on = $6,
       off_reason = $7,
       off_at = $8,
       owner_email = $9,
       updated_at = $10,
       version = version + 1
 where id = $1
   and version = $2
returning shop, version

-- name: roll_webhook
-- Give a webhook other secrets, if this is its version.
update webhook
   set secrets = $3,
       secret_ends = $4,
       updated_at = $5,
       version = version + 1
 where id = $1
   and version = $2
returning shop, version

-- name: switch_off
-- Switch a webhook off for a reason of its receiver's, if it is on.
update webhook
   set is_on = false,
       off_reason = $2,
       off_at = $3,
       owner_told_at = null,
       updated_at = $3,
       version = version + 1
 where id = $1
   and is_on
returning shop

-- name: delete_webhook
-- Delete a webhook.
delete from webhook
 where id = $1
returning shop

-- name: delete_progress
-- Delete its lease.
delete from webhook_progress
 where webhook = $1

-- name: delete_cursors
-- Delete how far it has come.
delete from webhook_cursor
 where webhook = $1

-- name: delete_open
-- Delete what it still had to send; what it sent goes with the retention.
delete from webhook_delivery
 where webhook = $1
   and state in ('waiting', 'behind', 'resending')

-- name: heads
-- The last position of every lane.
select home as lane, position
  from lane
 order by home
 limit $1

-- name: sending
-- The webhooks that are on and that this process may send for, with when something waits.
select w.id, w.shop, w.url, w.title, w.types, w.secrets, w.secret_ends, w.is_on, w.off_reason,
       w.off_at, w.version, w.created_at, w.updated_at, w.created_by, w.owner_email,
       p.failing_since,
       (select min(d.next_at)
          from webhook_delivery d
         where d.webhook = w.id
           and d.state in ('waiting', 'resending')) as due_at
  from webhook w
  join webhook_progress p on p.webhook = w.id
 where w.is_on
   and (p.holder = $1 or p.held_until <= $2)
 order by w.id
 limit $3

-- name: cursors
-- How far these webhooks have come.
select webhook, lane, position
  from webhook_cursor
 where webhook = any ($1::text[])

-- name: take_lease
-- Take the lease of a webhook, or keep it; nothing is returned while another process has it.
update webhook_progress
   set holder = $2,
       held_until = $3
 where webhook = $1
   and (holder = $2 or held_until <= $4)
returning failing_since

-- name: end_lease
-- Let another process send for a webhook.
update webhook_progress
   set held_until = $3
 where webhook = $1
   and holder = $2

-- name: confirm_lease
-- Store since when a webhook fails, if this process still has its lease.
update webhook_progress
   set failing_since = $4
 where webhook = $1
   and holder = $2
   and held_until > $3
returning webhook

-- name: forget_failures
-- A webhook that was switched on again has not failed yet.
update webhook_progress
   set failing_since = null
 where webhook = $1

-- name: advance_cursor
-- Move a webhook on in a lane.
insert into webhook_cursor (webhook, lane, position)
values ($1, $2, $3)
on conflict (webhook, lane) do update
   set position = excluded.position
 where webhook_cursor.position < excluded.position

-- name: owners_to_tell
-- Webhooks that were switched off by no person, and whose owner has not been written to.
select id, shop, url, title, off_reason, off_at, owner_email
  from webhook
 where not is_on
   and off_reason <> 'owner'
   and owner_email <> ''
   and owner_told_at is null
 order by off_at, id
 limit $1

-- name: webhook_states
-- How many webhooks are on, on and failing, and off, whoever switched them off.
select count(*) filter (where w.is_on) as on,
       count(*) filter (where w.is_on and p.failing_since is not null) as failing,
       count(*) filter (where not w.is_on and w.off_reason = 'owner') as off_by_owner,
       count(*) filter (where not w.is_on and w.off_reason <> 'owner') as off
  from webhook w
  join webhook_progress p on p.webhook = w.id

-- name: owner_told
-- Say that an owner was written to, if the webhook is still off since then.
update webhook
   set owner_told_at = $3
 where id = $1
   and off_at = $2

-- name: off_since
-- Webhooks that their receivers had switched off, the latest first.
select id, shop, off_reason, off_at
  from webhook
 where not is_on
   and off_reason <> 'owner'
 order by off_at desc, id
 limit $1
