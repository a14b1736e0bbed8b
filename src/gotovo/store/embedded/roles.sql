-- The roles of the embedded server. `postgres` is its only database of ours, and `public` the only
-- schema in it. Parts of a statement that can't be parameters are quoted by the server itself.

-- name: has_other_rights
-- Whether the role may do what it does not need; null where there is none.
select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls
       or not rolcanlogin as has_other_rights
  from pg_roles
 where rolname = $1

-- name: role_to_create
-- The role of the program, which may sign in and nothing else.
select format('create role %I login password %L', $1::text, $2::text)

-- name: role_to_limit
-- Take what it does not need.
select format(
    'alter role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls', $1::text
)

-- name: password_to_set
-- Let it sign in with what its file has.
select format('alter role %I password %L', $1::text, $2::text)

-- name: to_hand_over
-- What in the schema is not the role's yet, the schema first: one statement for each. A sequence
-- follows the table whose column it numbers, and extensions are the administrator's.
with ours as (
    select oid from pg_roles where rolname = $1
), extension as (
    select objid from pg_depend where deptype = 'e'
), counted as (
    select objid from pg_depend
     where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass
       and deptype in ('a', 'i')
), other as (
    select 1 as turn, 'schema' as kind, nspname::text as name
      from pg_namespace
     where nspname = 'public' and nspowner <> (select oid from ours)
     union all
    select 2, case relkind when 'S' then 'sequence' when 'v' then 'view'
                           when 'm' then 'materialized view' when 'f' then 'foreign table'
                           else 'table' end, oid::regclass::text
      from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S', 'v', 'm', 'f')
       and relowner <> (select oid from ours)
       and not (relkind = 'S' and oid in (select objid from counted))
       and oid not in (select objid from extension)
     union all
    select 3, 'routine', oid::regprocedure::text
      from pg_proc
     where pronamespace = 'public'::regnamespace and proowner <> (select oid from ours)
       and oid not in (select objid from extension)
     union all
    select 4, 'type', oid::regtype::text
      from pg_type
     where typnamespace = 'public'::regnamespace and typowner <> (select oid from ours)
       and typrelid = 0 and typelem = 0
       and oid not in (select objid from extension)
)
select format('alter %s %s owner to %I', kind, name, $1::text) as statement
  from other
 order by turn, name

-- name: wait_a_while
-- A program from before, which still runs, may hold a table for a moment.
set local lock_timeout = '5s'
