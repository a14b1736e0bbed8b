-- What is deleted of return boxes, in bounded rounds: `box_rules.py` says when.

-- name: box_items
-- Delete what was put into boxes before an instant.
with due as (
    select home, id
      from return_box_item
     where put_at < $1
     limit $2)
delete from return_box_item
 where (home, id) in (select home, id from due)

-- name: box_items_due
-- Count what was put into boxes before an instant.
select count(*)
  from (select
          from return_box_item
         where put_at < $1
         limit $2) as due

-- name: return_boxes
-- Delete boxes that a driver took before an instant.
with due as (
    select code
      from return_box
     where handed_over_at < $1
     limit $2)
delete from return_box
 where code in (select code from due)

-- name: return_boxes_due
-- Count boxes that a driver took before an instant.
select count(*)
  from (select
          from return_box
         where handed_over_at < $1
         limit $2) as due

-- name: box_handovers
-- Delete acts from before an instant.
with due as (
    select id
      from box_handover
     where at < $1
     limit $2)
delete from box_handover
 where id in (select id from due)

-- name: box_handovers_due
-- Count acts from before an instant.
select count(*)
  from (select
          from box_handover
         where at < $1
         limit $2) as due
