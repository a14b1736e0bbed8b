-- Attachments. Each statement names the home, so that it runs on one shard.

-- name: put
-- Store an attachment, unless its subject has these bytes already, or as many as it can have.
insert into attachment (home, id, kind, subject, number, point, purpose, type, size, width, height,
                        digest, content, thumbnail, added_at, added_by)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
 where (select count(*)
          from attachment as other
         where other.home = $1
           and other.kind = $3
           and other.subject = $4
           and other.removed_at is null) < $17
   and ($7 <> 'claim'
        or (select count(*)
              from attachment as other
             where other.home = $1
               and other.kind = $3
               and other.subject = $4
               and other.purpose = 'claim'
               and other.removed_at is null) < $18)
on conflict (home, kind, subject, digest) where removed_at is null do nothing

-- name: same
-- The attachment of a subject with these bytes.
select id, kind, subject, number, point, purpose, type, size, width, height, digest, added_at,
       added_by, removed_at, removed_by, removal_reason
  from attachment
 where home = $1
   and kind = $2
   and subject = $3
   and digest = $4
   and removed_at is null

-- name: find
-- What is known of an attachment.
select id, kind, subject, number, point, purpose, type, size, width, height, digest, added_at,
       added_by, removed_at, removed_by, removal_reason
  from attachment
 where home = $1
   and id = $2

-- name: known
-- Which of some ids, all of one home, exist and were not removed, and what they are about.
select id, kind, subject, number, point, digest
  from attachment
 where home = $1
   and id = any ($2::uuid[])
   and removed_at is null

-- name: of_order
-- What is known of the attachments of an order and of its cases, oldest first.
select id, kind, subject, number, point, purpose, type, size, width, height, digest, added_at,
       added_by, removed_at, removed_by, removal_reason
  from attachment
 where home = $1
   and number = $2
   and number <> ''
 order by added_at, id

-- name: content
-- The bytes of an attachment; null once it was removed.
select type, content
  from attachment
 where home = $1
   and id = $2

-- name: thumbnail
-- The small picture; where there is none, the whole one.
select type, coalesce(thumbnail, content) as content
  from attachment
 where home = $1
   and id = $2

-- name: remove
-- Remove the bytes before their time; what is known of them stays.
update attachment
   set content = null,
       thumbnail = null,
       removed_at = $3,
       removed_by = $4,
       removal_reason = $5
 where home = $1
   and id = $2
   and removed_at is null

-- name: old_claim_photos
-- The pictures of claims that are stored as earlier versions stored them.
select id, added_at, picture
  from claim_photo
 where home = $1
   and number = $2
 order by added_at, id

-- name: adopt
-- Move one of them here; who comes second moves nothing.
with old as (
    delete from claim_photo
     where home = $1
       and number = $2
       and id = $3
    returning home)
insert into attachment (home, id, kind, subject, number, point, purpose, type, size, width, height,
                        digest, content, thumbnail, added_at, added_by)
select $1, $4, 'order', $2, $2, '', 'claim', 'image/jpeg', $5, $6, $7, $8, $9, $10, $11, $12
  from old
on conflict do nothing
