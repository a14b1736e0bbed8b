-- Return boxes and what is in them. A box is small and everywhere; each of its parcels lies with
-- its order.

-- name: open_box
-- Open a box; return its code unless there is one already.
insert into return_box (code, point, kind, state, items, single, opened_at, opened_by)
values ($1, $2, $3, 'open', 0, false, $4, $5)
on conflict (code) do nothing
returning code

-- name: box_by_code
-- One box.
select code, point, kind, state, items, single, opened_at, opened_by, sealed_at, sealed_by,
       handover, handed_over_at
  from return_box
 where code = $1

-- name: boxes_by_code
-- Several boxes, by code.
select code, point, kind, state, items, single, opened_at, opened_by, sealed_at, sealed_by,
       handover, handed_over_at
  from return_box
 where code = any($1::text[])
 order by code

-- name: boxes_of_handover
-- The boxes that a driver took, by code.
select code, point, kind, state, items, single, opened_at, opened_by, sealed_at, sealed_by,
       handover, handed_over_at
  from return_box
 where handover = $1
 order by code

-- name: boxes_of_point
-- Boxes of a point, the newest first, a page after a cursor: all of them, or those in a state.
select code, point, kind, state, items, single, opened_at, opened_by, sealed_at, sealed_by,
       handover, handed_over_at
  from return_box
 where point = $1
   and ($2::text is null or state = $2)
   and (opened_at, code) < ($3::timestamptz, $4::text)
 order by opened_at desc, code desc
 limit $5

-- name: count_in
-- Count one more parcel in a box, if it still takes one; return how many there are.
update return_box
   set items = items + 1,
       single = $4
 where code = $1
   and state = 'open'
   and items < $2
   and opened_at >= $3
   and not single
   and (not $4 or items = 0)
returning items

-- name: count_out
-- Count one parcel less in an open box; return how many are left.
update return_box
   set items = items - 1,
       single = false
 where code = $1
   and state = 'open'
   and items > 0
returning items

-- name: put_item
-- Note that a parcel is in a box.
insert into return_box_item (home, id, barcode, number, box, moved_from, put_at, put_by, left_out)
values ($1, $2, $3, $4, $5, $6, $7, $8, '')

-- name: take_out
-- Note that a parcel is not in a box any more; return the box.
update return_box_item
   set taken_out_at = $4,
       taken_out_by = $5
 where home = $1
   and barcode = $2
   and box = $3
   and taken_out_at is null
returning box

-- name: item_by_id
-- What a command put into a box.
select barcode, number, box, moved_from, put_at, put_by, taken_out_at, taken_out_by, left_out
  from return_box_item
 where home = $1
   and id = $2

-- name: item_of_parcel
-- The box that a parcel is in.
select barcode, number, box, moved_from, put_at, put_by, taken_out_at, taken_out_by, left_out
  from return_box_item
 where home = $1
   and barcode = $2
   and taken_out_at is null

-- name: moves_of_parcel
-- How often a parcel went from one box to another.
select count(*)
  from return_box_item
 where home = $1
   and barcode = $2
   and moved_from <> ''

-- name: items_of_boxes
-- What is in these boxes, box by box, in the order in which it was put there.
select barcode, number, box, moved_from, put_at, put_by, taken_out_at, taken_out_by, left_out
  from return_box_item
 where box = any($1::text[])
   and taken_out_at is null
 order by box, put_at, barcode

-- name: leave_out
-- Note which parcels' orders did not leave with their box, and why.
update return_box_item i
   set left_out = x.left_out
  from unnest($1::smallint[], $2::text[], $3::text[]) as x (home, barcode, left_out)
 where i.home = x.home
   and i.barcode = x.barcode
   and i.taken_out_at is null

-- name: seal_box
-- Seal an open box that is not empty.
update return_box
   set state = 'sealed',
       sealed_at = $2,
       sealed_by = $3
 where code = $1
   and state = 'open'
   and items > 0

-- name: put_handover
-- Note what a driver took, once.
insert into box_handover (id, point, driver, boxes, parcels, at, actor)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing

-- name: hand_over_boxes
-- Hand sealed boxes over; return those that were still there.
update return_box
   set state = 'handed_over',
       handover = $2,
       handed_over_at = $3
 where code = any($1::text[])
   and state = 'sealed'
returning code

-- name: handover_by_id
-- One act.
select id, point, driver, boxes, parcels, at, actor as by
  from box_handover
 where id = $1

-- name: handovers_of_point
-- Acts of a point, the newest first, a page after a cursor.
select id, point, driver, boxes, parcels, at, actor as by
  from box_handover
 where point = $1
   and (at, id) < ($2::timestamptz, $3::uuid)
 order by at desc, id desc
 limit $4
