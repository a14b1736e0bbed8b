-- name: open_case
-- Open a case once; return its id if it is new.
insert into case_file (home, id, kind, about, shop, number, proofs, opened_at, due_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (home, id) do nothing
returning id
