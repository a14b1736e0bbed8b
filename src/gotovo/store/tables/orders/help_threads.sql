-- The thread of an order: its buyer asks, support answers. Each statement names the home, so that
-- it runs on one shard, except the list of unanswered threads.

-- name: put_question
-- Store a buyer's message once, unless the thread is full.
insert into help_message (home, number, id, author, written_at, said)
select $1, $2, $3, 'buyer', $4, $5
 where (select count(*)
          from help_message
         where home = $1
           and number = $2
           and author = 'buyer') < $6
on conflict do nothing

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

-- name: take_back_answer
-- Delete an answer that could not be announced.
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
select id, author, written_at, said, settled_at
  from help_message
 where home = $1
   and number = $2
   and id = $3

-- name: help_messages
-- The thread, oldest first.
select id, author, written_at, said, settled_at
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

-- name: waiting_threads
-- Unanswered threads, the longest waiting first, a page after a cursor. A thread is sorted by its
-- first unanswered question. The shop may be null.
select number, written_at as waiting_since,
       (select count(*)
          from help_message as each
         where each.home = first.home
           and each.number = first.number
           and each.author = 'buyer'
           and each.settled_at is null) as questions
  from help_message as first
 where author = 'buyer'
   and settled_at is null
   and (written_at, number) > ($1::timestamptz, $2::text)
   and not exists (select
                     from help_message as earlier
                    where earlier.home = first.home
                      and earlier.number = first.number
                      and earlier.author = 'buyer'
                      and earlier.settled_at is null
                      and (earlier.written_at, earlier.id) < (first.written_at, first.id))
   and ($4::text is null
        or exists (select
                     from orders
                    where orders.home = first.home
                      and orders.number = first.number
                      and orders.shop = $4))
 order by written_at, number
 limit $3

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
