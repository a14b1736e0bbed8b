-- Checks of a server before anything is written to it.

-- name: safeties
-- The settings without which a confirmed command can be lost.
select name, setting from pg_settings where name = any($1::text[])

-- name: fitness
-- Whether this server can hold the schema at all.
select current_setting('server_version_num')::integer as version,
       current_setting('server_version') as shown_version,
       current_setting('server_encoding') as encoding
