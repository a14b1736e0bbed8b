-- Checkpoints of unfinished imports, one row each, and the orders that imports brought.

-- name: get
-- The checkpoint of an import.
select line, position, imported, present, rejected, contradictions, rejected_bytes
  from import_checkpoint
 where name = $1

-- name: put
-- Store the checkpoint of an import; it replaces the one before.
insert into import_checkpoint
    (name, line, position, imported, present, rejected, contradictions, rejected_bytes, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (name) do update
   set line = excluded.line,
       position = excluded.position,
       imported = excluded.imported,
       present = excluded.present,
       rejected = excluded.rejected,
       contradictions = excluded.contradictions,
       rejected_bytes = excluded.rejected_bytes,
       updated_at = excluded.updated_at

-- name: remove
-- Delete the checkpoint of a finished import.
delete from import_checkpoint
 where name = $1

-- name: numbers
-- A shop's orders of another system by their ids there. The customer of a row may have changed, so
-- they are looked for in every home.
select external_id, number
  from orders
 where shop = $1
   and origin = $2
   and external_id = any ($3::text[])
