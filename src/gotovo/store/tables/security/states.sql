-- The rows whose state the security log records: they decide who may do what, and where.

-- name: keys
-- Every API key, revoked ones included, or one of them.
select *
  from api_key
 where $1::text is null or id = $1

-- name: shops
-- Every shop, or one of them; the default one, which has no code, has no settings.
select code, title, version, created_at
  from shop
 where code <> ''
   and ($1::text is null or code = $1)

-- name: points
-- The settings of every point, or of one.
select code, settings::text as settings, version, updated_at
  from point
 where $1::text is null or code = $1

-- name: warehouses
-- The settings of every warehouse, or of one.
select code, settings::text as settings, version, updated_at
  from warehouse
 where $1::text is null or code = $1

-- name: grants
-- Every grant of staff, revoked ones included, or one of them.
select *
  from staff_grant
 where $1::text is null or id = $1::uuid

-- name: is_begun
-- Whether the log has an entry.
select seq > 0 from security_log_head where log = 1
