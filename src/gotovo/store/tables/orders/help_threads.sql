-- The thread of an order: its buyer asks, support answers. Each statement names the home, so that
-- it runs on one shard, except the queue of open threads.

-- name: put_question
-- Store a buyer's message once, unless the thread is full.
insert into help_message (home, number, id, author, written_at, said, channel)
select $1, $2, $3, 'buyer', $4, $5, $7
 where (select count(*)
          from help_message
         where home = $1
           and number = $2
           and author = 'buyer') < $6
on conflict do nothing
returning id

-- name: start_clock
-- Note until when a question is to be answered.
update help_message
   set due_at = $4
 where home = $1
   and number = $2
   and id = $3

-- name: put_answer
-- Store an answer once, if something was asked and the thread is not full.
insert into help_message (home, number, id, author, written_at, said)
select $1, $2, $3, 'support', $4, $5
 where exists (select
                 from help_message
                where home = $1
                  and number = $2
                  and author = 'buyer')
   and (select count(*)
          from help_message
         where home = $1
           and number = $2
           and author = 'support') < $6
on conflict do nothing
returning id

-- name: take_back
-- Delete a message that no event tells of.
delete from help_message
 where home = $1
   and number = $2
   and id = $3

-- name: settle_questions
-- Mark what was asked until an instant as answered, or as needing no answer.
update help_message
   set settled_at = $3,
       settled_by = $4
 where home = $1
   and number = $2
   and author = 'buyer'
   and settled_at is null
   and written_at <= $5
returning id

-- name: end_assignment
-- Without an open question nobody has anything to answer.
delete from help_assignment
 where home = $1
   and number = $2
   and not exists (select
                     from help_message
                    where home = $1
                      and number = $2
                      and author = 'buyer'
                      and settled_at is null)

-- name: assign
-- Give the open questions to somebody, unless another has them than the one named.
insert into help_assignment as held (home, number, assignee, assigned_at)
select $1, $2, $3, $4
 where exists (select
                 from help_message
                where home = $1
                  and number = $2
                  and author = 'buyer'
                  and settled_at is null)
on conflict (home, number) do update
   set assignee = excluded.assignee,
       assigned_at = excluded.assigned_at
 where held.assignee = $5

-- name: release
-- Take the open questions from whoever is named, if he has them.
delete from help_assignment
 where home = $1
   and number = $2
   and assignee = $3

-- name: assignment
-- Who has the open questions.
select assignee, assigned_at
  from help_assignment
 where home = $1
   and number = $2

-- name: settle_answers
-- Mark the answers until an instant as read by the buyer.
update help_message
   set settled_at = $3
 where home = $1
   and number = $2
   and author = 'support'
   and settled_at is null
   and written_at <= $4

-- name: help_message
-- One message.
select id, author, written_at, said, settled_at, channel, due_at
  from help_message
 where home = $1
   and number = $2
   and id = $3

-- name: help_messages
-- The thread, oldest first.
select id, author, written_at, said, settled_at, channel, due_at
  from help_message
 where home = $1
   and number = $2
 order by written_at, id

-- name: has_unread_answer
-- Whether the buyer has not read an answer.
select exists (select
                 from help_message
                where home = $1
                  and number = $2
                  and author = 'support'
                  and settled_at is null)

-- name: open_threads
-- Open threads, what is due first before the others, a page after a cursor. A thread is sorted by
-- the question that is due first; one whose clock did not start is due at once. The shop and the
-- assignee may be null.
select first.number, orders.status, orders.outcome,
       (select min(each.written_at)
          from help_message as each
         where each.home = first.home
           and each.number = first.number
           and each.author = 'buyer'
           and each.settled_at is null) as waiting_since,
       coalesce(first.due_at, first.written_at) as due_at,
       (select count(*)
          from help_message as each
         where each.home = first.home
           and each.number = first.number
           and each.author = 'buyer'
           and each.settled_at is null) as questions,
       first.channel, held.assignee, held.assigned_at
  from help_message as first
  join orders on orders.home = first.home and orders.number = first.number
  left join help_assignment as held on held.home = first.home and held.number = first.number
 where first.author = 'buyer'
   and first.settled_at is null
   and (coalesce(first.due_at, first.written_at), first.number) > ($1::timestamptz, $2::text)
   and coalesce(first.due_at, first.written_at) <= $5
   and not exists (select
                     from help_message as earlier
                    where earlier.home = first.home
                      and earlier.number = first.number
                      and earlier.author = 'buyer'
                      and earlier.settled_at is null
                      and (coalesce(earlier.due_at, earlier.written_at), earlier.id)
                        < (coalesce(first.due_at, first.written_at), first.id))
   and ($4::text is null or orders.shop = $4)
   and ($6::text is null or held.assignee = $6)
 order by coalesce(first.due_at, first.written_at), first.number
 limit $3

-- name: count_open
-- How many questions are open, and how many of them are overdue, each to a limit.
select (select count(*)
          from (select
                  from help_message
                 where author = 'buyer'
                   and settled_at is null
                 limit $2) as waiting) as open,
       (select count(*)
          from (select
                  from help_message
                 where author = 'buyer'
                   and settled_at is null
                   and coalesce(due_at, written_at) <= $1
                 limit $2) as late) as overdue

-- name: forget_lone_answers
-- Delete answers whose questions were erased meanwhile.
delete from help_message
 where home = $1
   and number = $2
   and not exists (select
                     from help_message
                    where home = $1
                      and number = $2
                      and author = 'buyer')
