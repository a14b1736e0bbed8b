-- Checkpoints of imports: one row an import that was begun and not finished.

-- name: get
-- How far an import has come.
select line, position, imported, present, rejected, contradictions, rejected_bytes
  from import_checkpoint
 where name = $1

-- name: put
-- Remember how far an import has come, in place of what was remembered before.
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
-- Forget an import that is finished.
delete from import_checkpoint
 where name = $1
