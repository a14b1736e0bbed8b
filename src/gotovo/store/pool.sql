-- What is asked of a server before anything is written to it.

-- name: safeties
-- The settings without which a confirmed command can be lost.
select name, setting from pg_settings where name = any($1::text[])
