-- What retention removes order by order, and how far it has come. `…_page` reads a page after a
-- cursor, with the state of the orders that may be due; the rule's own name removes. A page begins
-- with rows that are old enough, so that what is not due is not read.

-- name: contacts_page
-- Closed orders, the oldest first, with the state of those whose contact may be due. While a
-- question waits for its answer the buyer has to be reached.
select home, number, placed_at,
       case
           when contact is not null
            and closed_at < $4
            and not exists (select
                              from help_message
                             where help_message.home = orders.home
                               and help_message.number = orders.number
                               and author = 'buyer'
                               and settled_at is null)
           then state
       end as state
  from orders
 where status = 'closed'
   and (placed_at, number) > (coalesce($1::timestamptz, '-infinity'), $2::text)
   and placed_at < $4
 order by placed_at, number
 limit $3

-- name: help_threads_page
-- Orders with old messages of help threads, by number; with the state of those that may
-- be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
            and not exists (select
                              from help_message as other
                             where other.home = page.home
                               and other.number = page.number
                               and (written_at >= $4 or author = 'buyer' and settled_at is null))
           then state
       end as state
  from (select home, number
          from help_message
         where (home, number) > ($1, $2)
           and written_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: help_threads
-- Delete help threads of orders. Who was to answer is gone with the last open question; should it
-- have stayed, it goes here.
with assigned as (delete from help_assignment
                   using unnest($1::smallint[], $2::text[]) as due (home, number)
                   where help_assignment.home = due.home
                     and help_assignment.number = due.number
                     and assigned_at < $3)
delete from help_message
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where help_message.home = due.home
   and help_message.number = due.number
   and written_at < $3
   and not (author = 'buyer' and settled_at is null)

-- name: claim_comments_page
-- Orders with old comments of return claims, by number; with the state of those that may
-- be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
           then state
       end as state
  from (select home, number
          from claim_comment
         where (home, number) > ($1, $2)
           and written_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: claim_comments
-- Delete comments of return claims of orders.
delete from claim_comment
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where claim_comment.home = due.home
   and claim_comment.number = due.number
   and written_at < $3

-- name: claim_photos_page
-- Orders with old pictures of return claims, by number; with the state of those that may
-- be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
            and not exists (select
                              from claim_photo as other
                             where other.home = page.home
                               and other.number = page.number
                               and added_at >= $4)
           then state
       end as state
  from (select home, number
          from claim_photo
         where (home, number) > ($1, $2)
           and added_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: claim_photos
-- Delete pictures of return claims of orders.
delete from claim_photo
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where claim_photo.home = due.home
   and claim_photo.number = due.number
   and added_at < $3

-- name: rating_words_page
-- Orders with old ratings with words, by number; with the state of those that may
-- be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
           then state
       end as state
  from (select home, number
          from rating
         where (home, number) > ($1, $2)
           and changed_at < $4
           and said <> ''
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: rating_words
-- Blank the words of ratings; the stars stay.
update rating
   set said = ''
  from unnest($1::smallint[], $2::text[]) as due (home, number)
 where rating.home = due.home
   and rating.number = due.number
   and changed_at < $3
   and said <> ''

-- name: case_notes_page
-- Orders with old notes on their cases, by number; with the state of those that may be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
           then state
       end as state
  from (select home, number
          from case_note
         where (home, number) > ($1, $2)
           and number <> ''
           and written_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: case_notes
-- Delete notes on cases of orders.
delete from case_note
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where case_note.home = due.home
   and case_note.number = due.number
   and case_note.number <> ''
   and written_at < $3

-- name: old_links_page
-- Orders with old links, by number; with the state of those that may be due. Revoked links have
-- a rule of their own.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
           then state
       end as state
  from (select home, number
          from track_link
         where (home, number) > ($1, $2)
           and made_at < $4
           and revoked_at is null
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: old_links
-- Delete tracking links of orders.
delete from track_link
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where track_link.home = due.home
   and track_link.number = due.number
   and made_at < $3
   and revoked_at is null

-- name: progress
-- How far every rule has come.
select rule, after_placed_at, after_number, began_at, ended_at, removed, removed_at
  from retention_progress

-- name: advance
-- Move the cursor of a rule on, unless another process has moved it.
insert into retention_progress (rule, after_placed_at, after_number, began_at, ended_at, removed)
values ($1, $4, $5, $6, $7, 0)
on conflict (rule) do update
   set after_placed_at = excluded.after_placed_at,
       after_number = excluded.after_number,
       began_at = excluded.began_at,
       ended_at = excluded.ended_at
 where retention_progress.after_number is not distinct from $2
   and retention_progress.began_at is not distinct from $3
returning 1

-- name: add_removed
-- Count what a rule has removed.
insert into retention_progress (rule, removed, removed_at)
values ($1, $2, $3)
on conflict (rule) do update
   set removed = retention_progress.removed + excluded.removed,
       removed_at = excluded.removed_at
