-- What the role that we connect as may do in the server.

-- name: role_facts
-- Its attributes, the roles that read and write everything or files of the server, and whether the
-- database, which it could drop, is its own.
select rolname as name,
       rolsuper as is_superuser,
       array_remove(array[
           case when rolcreaterole then 'createrole' end,
           case when rolreplication then 'replication' end,
           case when rolbypassrls then 'bypassrls' end
       ], null) || array(
           select other.rolname::text
             from pg_roles other
            where other.rolname = any($1::text[])
              and not mine.rolsuper
              and pg_has_role(mine.oid, other.oid, 'member')
            order by other.rolname
       ) as dangerous,
       array_remove(array[
           case when rolcreatedb then 'createdb' end,
           case when exists (
               select from pg_database where datname = current_database() and datdba = mine.oid
           ) then 'ownership of the database' end
       ], null) as unneeded
  from pg_roles mine
 where rolname = current_user
