-- What retention removes of photos and files order by order, as in rounds.sql, unless a case of the
-- order is open.

-- name: claim_attachments_page
-- Orders with old pictures of claims, by number; with the state of those that may be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
            and not exists (select
                              from case_file
                             where case_file.home = page.home
                               and case_file.number = page.number
                               and case_file.number <> ''
                               and resolved_at is null)
           then state
       end as state
  from (select home, number
          from attachment
         where (home, number) > ($1, $2)
           and number <> ''
           and purpose = 'claim'
           and added_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: claim_attachments
-- Delete pictures of claims of orders.
delete from attachment
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where attachment.home = due.home
   and attachment.number = due.number
   and attachment.number <> ''
   and purpose = 'claim'
   and added_at < $3

-- name: staff_attachments_page
-- Orders with old pictures by staff, by number; with the state of those that may be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
            and not exists (select
                              from case_file
                             where case_file.home = page.home
                               and case_file.number = page.number
                               and case_file.number <> ''
                               and resolved_at is null)
           then state
       end as state
  from (select home, number
          from attachment
         where (home, number) > ($1, $2)
           and number <> ''
           and purpose = 'condition'
           and added_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: staff_attachments
-- Delete pictures by staff of orders.
delete from attachment
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where attachment.home = due.home
   and attachment.number = due.number
   and attachment.number <> ''
   and purpose = 'condition'
   and added_at < $3

-- name: proof_attachments_page
-- Orders with old proofs, by number; with the state of those that may be due.
select page.home, page.number, orders.placed_at,
       case
           when closed_at < $4
            and not exists (select
                              from case_file
                             where case_file.home = page.home
                               and case_file.number = page.number
                               and case_file.number <> ''
                               and resolved_at is null)
           then state
       end as state
  from (select home, number
          from attachment
         where (home, number) > ($1, $2)
           and number <> ''
           and purpose = 'proof'
           and added_at < $4
         group by home, number
         order by home, number
         limit $3) as page
  left join orders using (home, number)
 order by page.home, page.number

-- name: proof_attachments
-- Delete proofs of orders.
delete from attachment
 using unnest($1::smallint[], $2::text[]) as due (home, number)
 where attachment.home = due.home
   and attachment.number = due.number
   and attachment.number <> ''
   and purpose = 'proof'
   and added_at < $3
