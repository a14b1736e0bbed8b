-- Approvals: asked for by one person, decided by another, taken once.

-- name: ask_approval
-- Ask, unless as many wait at the point as may. The same id again changes nothing.
insert into approval (id, point, kind, about, note, asked_by, asked_person, asked_at, expires_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9
 where (select count(*)
          from approval
         where point = $2
           and decision is null
           and expires_at > $8) < $10::int
on conflict (id) do nothing
returning id

-- name: approval
-- One approval.
select id, point, kind, about, note, asked_by, asked_person, asked_at, expires_at, decision,
       decided_by, decided_person, decided_at, taken_by, taken_at
  from approval
 where id = $1

-- name: waiting_approvals
-- What waits for a decision at a point, whatever expires first before the others.
select id, point, kind, about, note, asked_by, asked_person, asked_at, expires_at, decision,
       decided_by, decided_person, decided_at, taken_by, taken_at
  from approval
 where point = $1
   and decision is null
   and expires_at > $2
 order by expires_at, id
 limit $3

-- name: decide_approval
-- Store what the second person said, unless somebody has said something, or it waited for too long;
-- granted, it can be taken until an instant.
update approval
   set decision = $2,
       decided_by = $3,
       decided_person = $4,
       decided_at = $5,
       expires_at = $6
 where id = $1
   and decision is null
   and expires_at > $5
returning id

-- name: take_approval
-- Give a granted approval to a command, unless another has it or it was granted too long ago.
update approval
   set taken_by = $2,
       taken_at = $3
 where id = $1
   and decision = 'granted'
   and taken_by is null
   and expires_at > $3
returning id

-- name: approvals_of_shift
-- How many approvals a person asked for between two instants, and how many they decided.
select (select count(*)
          from approval
         where asked_person = $1
           and asked_at >= $2
           and asked_at < $3) as asked,
       (select count(*)
          from approval
         where asked_person = $1
           and asked_at >= $2
           and asked_at < $3
           and decision = 'granted') as asked_and_granted,
       (select count(*)
          from approval
         where decided_person = $1
           and decided_at >= $2
           and decided_at < $3
           and decision = 'granted') as granted,
       (select count(*)
          from approval
         where decided_person = $1
           and decided_at >= $2
           and decided_at < $3
           and decision = 'denied') as denied
