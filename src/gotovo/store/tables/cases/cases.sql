-- Cases: what is left to a person, from what opened them to what was decided. A case's id begins
-- with its home, so that each statement about one case runs on one shard; lists read all of them.

-- name: open_case
-- Open a case once; return its id if it is new. That of an order is of the order's shop, whatever
-- whoever opens it knows: the name of the default shop and of none is the same.
insert into case_file (home, id, kind, about, shop, number, proofs, opened_at, due_at)
select $1, $2, $3, $4, coalesce((select shop from orders where home = $1 and number = $6), $5), $6,
       $7, $8, $9
on conflict (home, id) do nothing
returning id

-- name: add_proofs
-- Add what became known about a case since, unless somebody has decided it.
update case_file
   set proofs = (proofs::jsonb || $3::jsonb)::json
 where home = $1
   and id = $2
   and decision is null
   and resolved_at is null
   and not proofs::jsonb @> $3::jsonb

-- name: case_by_id
-- One case.
select id, kind, about as subject, shop, number, proofs, opened_at, due_at, owner, owned_at,
       decision, decided_by, decided_at, decided_with, resolution, resolved_by, resolved_at
  from case_file
 where home = $1
   and id = $2

-- name: open_cases
-- Open cases, what is due first before the others, a page after a cursor. Shop, owner, kind and
-- order may be null; what has no order is no shop's.
select id, kind, about as subject, shop, number, proofs, opened_at, due_at, owner, owned_at,
       decision, decided_by, decided_at, decided_with, resolution, resolved_by, resolved_at
  from case_file
 where resolved_at is null
   and (due_at, id) > ($1::timestamptz, $2::uuid)
   and due_at <= $4
   and ($5::text is null or (shop = $5 and number <> ''))
   and ($6::text is null or owner = $6)
   and ($7::text is null or kind = $7)
   and ($8::text is null or number = $8)
 order by due_at, id
 limit $3

-- name: resolved_cases
-- Resolved cases, the latest first, a page after a cursor. Shop, kind and order may be
-- null; what has no order is no shop's.
select id, kind, about as subject, shop, number, proofs, opened_at, due_at, owner, owned_at,
       decision, decided_by, decided_at, decided_with, resolution, resolved_by, resolved_at
  from case_file
 where resolved_at is not null
   and (resolved_at, id) < ($1::timestamptz, $2::uuid)
   and ($4::text is null or (shop = $4 and number <> ''))
   and ($5::text is null or kind = $5)
   and ($6::text is null or number = $6)
 order by resolved_at desc, id desc
 limit $3

-- name: take_case
-- Give an open case to somebody, unless another has it than the one named.
update case_file
   set owner = $3,
       owned_at = case when owner = $3 then owned_at else $4 end
 where home = $1
   and id = $2
   and resolved_at is null
   and decision is null
   and (owner is null or owner in ($3, $5))

-- name: release_case
-- Take a case from whoever is named, if they have it.
update case_file
   set owner = null,
       owned_at = null
 where home = $1
   and id = $2
   and resolved_at is null
   and decision is null
   and owner = $3

-- name: begin_decision
-- Note what is being done, unless somebody else is on the case or something else is being done. It
-- belongs to whoever decides it.
update case_file
   set decision = $3,
       decided_by = $4,
       decided_at = $5,
       decided_with = $6,
       owner = $4,
       owned_at = case when owner = $4 then owned_at else $5 end
 where home = $1
   and id = $2
   and resolved_at is null
   and decision is null
   and (owner is null or owner = $4)

-- name: end_decision
-- Resolve a case by the decision that was made at an instant: what it says has been done.
update case_file
   set resolution = decision,
       resolved_by = decided_by,
       resolved_at = $4,
       owner = null,
       owned_at = null
 where home = $1
   and id = $2
   and resolved_at is null
   and decided_at = $3

-- name: withdraw_decision
-- Forget the decision that was made at an instant: what it says can't be done.
update case_file
   set decision = null,
       decided_by = null,
       decided_at = null,
       decided_with = null
 where home = $1
   and id = $2
   and resolved_at is null
   and decided_at = $3

-- name: decided_cases
-- Open cases that were decided before an instant: whoever was to do it has stopped.
select id, kind, about as subject, shop, number, proofs, opened_at, due_at, owner, owned_at,
       decision, decided_by, decided_at, decided_with, resolution, resolved_by, resolved_at
  from case_file
 where resolved_at is null
   and decided_at < $1
 order by due_at, id
 limit $2

-- name: clear_cases
-- Resolve the open cases of an order that events before a version opened, by their flag.
update case_file
   set resolution = 'cleared',
       resolved_by = $5,
       resolved_at = $6,
       owner = null,
       owned_at = null
 where home = $1
   and number = $2
   and resolved_at is null
   and decision is null
   and proofs ->> 'flag' = $3
   and (proofs ->> 'version')::int < $4
returning id

-- name: settle_case
-- Resolve an open case that has resolved itself.
update case_file
   set resolution = 'settled',
       resolved_by = $3,
       resolved_at = $4,
       owner = null,
       owned_at = null
 where home = $1
   and id = $2
   and resolved_at is null
   and decision is null

-- name: count_cases
-- How many cases of each kind are open, and how many of them overdue; counted to a limit.
select kind, count(*) as open, count(*) filter (where due_at <= $1) as overdue
  from (select kind, due_at
          from case_file
         where resolved_at is null
         order by due_at
         limit $2) as open
 group by kind
 order by kind

-- name: payment_holder
-- The order that a payment belongs to.
select number
  from identity
 where home = $1
   and kind = $2
   and scope = $3
   and name = $4

-- name: put_note
-- Store the note of a decision, unless its order has forgotten its buyer. A later one replaces it.
insert into case_note (home, id, number, said, written_at)
select $1, $2, $3, $4, $5
 where $3 = ''
    or exists (select
                 from orders
                where home = $1
                  and number = $3
                  and contact is not null)
on conflict (home, id) do update
   set said = excluded.said,
       written_at = excluded.written_at

-- name: note_of
-- The note of a decision.
select said
  from case_note
 where home = $1
   and id = $2
