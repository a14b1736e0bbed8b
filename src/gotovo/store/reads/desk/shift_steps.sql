-- What a member of staff did, from the journal. The index has events of staff alone, so each
-- statement names that it wants these: the planner can't tell it from a parameter.

-- name: events_of_staff
-- The events of a person, who acts in several roles, from an instant until before another.
select number, type, at, command_id, body
  from event
 where actor = any($1::text[])
   and actor like '%:staff-%'
   and at >= $2
   and at < $3
 order by at, number, version
 limit $4
