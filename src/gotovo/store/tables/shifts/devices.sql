-- Devices of a point: registered, recognised by their token, revoked.

-- name: insert_device
-- Register a device; the same id again changes nothing, so a repetition is harmless.
insert into desk_device (id, point, name, kind, digest, registered_at, registered_by, seen_at)
select $1, $2, $3, $4, $5, $6, $7, $6
 where (select count(*) from desk_device where point = $2 and revoked_at is null) < $8::int
on conflict (id) do nothing
returning id, point, name, kind, registered_at, registered_by, seen_at, revoked_at, revoked_by

-- name: device
-- One device, revoked or not.
select id, point, name, kind, registered_at, registered_by, seen_at, revoked_at, revoked_by
  from desk_device
 where id = $1

-- name: device_by_digest
-- The device with this token, unless it is revoked.
select id, point, name, kind, registered_at, registered_by, seen_at, revoked_at, revoked_by
  from desk_device
 where digest = $1
   and revoked_at is null

-- name: devices_of_point
-- The devices of a point, revoked ones included, the oldest first; a page.
select id, point, name, kind, registered_at, registered_by, seen_at, revoked_at, revoked_by
  from desk_device
 where point = $1
   and (registered_at, id) > ($2::timestamptz, $3::uuid)
 order by registered_at, id
 limit $4

-- name: revoke_device
-- Revoke a device of a point; the first revocation stays.
update desk_device
   set revoked_at = $3,
       revoked_by = $4
 where id = $1
   and point = $2
   and revoked_at is null
returning id, point, name, kind, registered_at, registered_by, seen_at, revoked_at, revoked_by
