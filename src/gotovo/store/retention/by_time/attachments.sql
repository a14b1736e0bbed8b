-- What retention removes of photos and files without an order, while no case of theirs is open.

-- name: lone_attachments
-- Delete pictures of boxes and acceptances, added before an instant.
with due as (
        select home, id
          from attachment
         where number = ''
           and purpose <> 'proof'
           and added_at < $1
           and not exists (select
                             from case_file
                            where case_file.home = attachment.home
                              and case_file.id::text = attachment.subject
                              and attachment.kind = 'case'
                              and resolved_at is null)
         limit $2)
delete from attachment
 where (home, id) in (select home, id from due)

-- name: lone_attachments_due
-- Count pictures of boxes and acceptances, added before an instant.
select count(*)
  from (select
          from attachment
         where number = ''
           and purpose <> 'proof'
           and added_at < $1
           and not exists (select
                             from case_file
                            where case_file.home = attachment.home
                              and case_file.id::text = attachment.subject
                              and attachment.kind = 'case'
                              and resolved_at is null)
         limit $2) as due

-- name: lone_proofs
-- Delete proofs in cases without an order, added before an instant.
with due as (
        select home, id
          from attachment
         where number = ''
           and purpose = 'proof'
           and added_at < $1
           and not exists (select
                             from case_file
                            where case_file.home = attachment.home
                              and case_file.id::text = attachment.subject
                              and attachment.kind = 'case'
                              and resolved_at is null)
         limit $2)
delete from attachment
 where (home, id) in (select home, id from due)

-- name: lone_proofs_due
-- Count proofs in cases without an order, added before an instant.
select count(*)
  from (select
          from attachment
         where number = ''
           and purpose = 'proof'
           and added_at < $1
           and not exists (select
                             from case_file
                            where case_file.home = attachment.home
                              and case_file.id::text = attachment.subject
                              and attachment.kind = 'case'
                              and resolved_at is null)
         limit $2) as due
