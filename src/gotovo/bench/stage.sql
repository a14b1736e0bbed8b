-- The databases of a run. A database's name can't be a parameter; `{name}` is one we have drawn.

-- name: create_database
-- An empty database; the template is the one without anything of an operator's in it.
create database "{name}" encoding 'UTF8' template template0

-- name: drop_database
-- Drop it, whoever may still be connected.
drop database if exists "{name}" with (force)

-- name: server_version
-- What is measured here is measured with this PostgreSQL.
select current_setting('server_version')
