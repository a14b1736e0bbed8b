-- Return boxes against the journal: nothing is lost between a shelf and a driver. A sound database
-- has no row of any of these.

-- name: miscounted
-- Boxes at a point whose counter differs from what is in them.
select b.code, b.items, count(i.id) as found
  from return_box b
  left join return_box_item i
    on i.box = b.code
   and i.taken_out_at is null
 where b.state <> 'handed_over'
 group by b.code, b.items
having b.items <> count(i.id)
 order by b.code
 limit $1

-- name: in_two_boxes
-- Parcels that are in several boxes at a time.
select barcode, count(*) as boxes
  from return_box_item
 where taken_out_at is null
 group by home, barcode
having count(*) > 1
 order by barcode
 limit $1

-- name: not_as_boxed
-- Parcels in boxes whose order says that they are elsewhere: not withdrawn while the box is at its
-- point, or still there although a driver took it.
select i.barcode, i.box, b.state, coalesce(p.stage, '') as stage
  from return_box_item i
  join return_box b
    on b.code = i.box
  left join orders o
    on o.home = i.home
   and o.number = i.number
  left join lateral (select stage
                       from json_to_recordset(o.state -> 'parcels') as p (barcode text, stage text)
                      where p.barcode = i.barcode) as p
    on true
 where i.taken_out_at is null
   and i.left_out = ''
   and (p.stage is null
        or b.state = 'handed_over' and p.stage not in ('in_return', 'received_back')
        or b.state <> 'handed_over' and p.stage <> 'withdrawn')
 order by i.barcode
 limit $1

-- name: acts
-- Acts whose figures differ from the boxes that name them.
select h.id, concat_ws(' ', h.boxes, h.parcels) as told,
       concat_ws(' ', count(b.code), coalesce(sum(b.items), 0)) as found
  from box_handover h
  left join return_box b
    on b.handover = h.id
 group by h.id, h.boxes, h.parcels
having h.boxes <> count(b.code)
    or h.parcels <> coalesce(sum(b.items), 0)
 order by h.id
 limit $1
