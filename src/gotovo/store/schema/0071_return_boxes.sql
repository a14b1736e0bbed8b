-- Return boxes: what leaves a point, in which box, and which driver took it.

create table return_box (
    code text not null,
    point text not null,
    kind text not null,
    state text not null,
    items smallint not null,
    single boolean not null,
    opened_at timestamptz not null,
    opened_by text not null,
    sealed_at timestamptz,
    sealed_by text,
    handover uuid,
    handed_over_at timestamptz,
    constraint return_box_pkey primary key (code),
    constraint return_box_kind_is_known check (kind in ('ordinary', 'defective')),
    constraint return_box_state_is_known check (state in ('open', 'sealed', 'handed_over')),
    constraint return_box_items_are_few check (items between 0 and 60),
    constraint return_box_single_has_one_item check (not single or items <= 1),
    constraint return_box_is_sealed_as_a_whole
        check ((state = 'open') = (sealed_at is null)
               and num_nonnulls(sealed_at, sealed_by) in (0, 2)),
    constraint return_box_is_handed_over_as_a_whole
        check ((state = 'handed_over') = (handover is not null)
               and num_nonnulls(handover, handed_over_at) in (0, 2)),
    constraint return_box_sealed_is_not_empty check (state = 'open' or items > 0)
);

comment on table return_box is 'Boxes in which a point sends parcels back to the warehouse.';
comment on column return_box.code is 'As on its sticker.';
comment on column return_box.kind is
    'ordinary: can be sold again · defective: somebody found a fault.';
comment on column return_box.items is 'How many parcels are in it: the limit of two scans at once.';
comment on column return_box.single is 'Its one parcel is a large one: nothing goes in beside it.';
comment on column return_box.opened_by is 'role:id, as in event.actor.';
comment on column return_box.handover is 'The act with which a driver took it.';

create index return_box_of_point on return_box (point, opened_at desc, code desc);
create index return_box_at_point on return_box (point) where state <> 'handed_over';
create index return_box_of_handover on return_box (handover) where handover is not null;
create index return_box_by_time on return_box (handed_over_at) where handed_over_at is not null;

create table return_box_item (
    home smallint not null,
    id uuid not null,
    barcode text not null,
    number text not null,
    box text not null,
    moved_from text not null,
    put_at timestamptz not null,
    put_by text not null,
    taken_out_at timestamptz,
    taken_out_by text,
    left_out text not null,
    constraint return_box_item_pkey primary key (home, id),
    constraint return_box_item_home_is_a_byte check (home between 0 and 255),
    constraint return_box_item_is_of_its_order check (barcode ~ ('^' || number || '[0-9]{2}$')),
    constraint return_box_item_moved_from_another check (moved_from <> box),
    constraint return_box_item_is_taken_out_as_a_whole
        check (num_nonnulls(taken_out_at, taken_out_by) in (0, 2))
);

comment on table return_box_item is 'Each time that a parcel was put into a return box.';
comment on column return_box_item.home is 'Home of the order.';
comment on column return_box_item.id is 'The command that put it there.';
comment on column return_box_item.moved_from is 'The box it came out of; empty if it was in none.';
comment on column return_box_item.put_by is 'role:id, as in event.actor.';
comment on column return_box_item.taken_out_at is 'Null while it is in the box.';
comment on column return_box_item.left_out is
    'Why its order did not leave with the box: a refusal''s code; else empty.';

create unique index return_box_item_in_one_box on return_box_item (home, barcode)
    where taken_out_at is null;
create index return_box_item_of_parcel on return_box_item (home, barcode, put_at);
create index return_box_item_of_box on return_box_item (box, put_at, barcode);
create index return_box_item_by_time on return_box_item (put_at);

create table box_handover (
    id uuid not null,
    point text not null,
    driver text not null,
    boxes smallint not null,
    parcels smallint not null,
    at timestamptz not null,
    actor text not null,
    constraint box_handover_pkey primary key (id),
    constraint box_handover_has_boxes check (boxes between 1 and 100),
    constraint box_handover_parcels_fill_boxes check (parcels between boxes and boxes * 60)
);

comment on table box_handover is 'What drivers took from points: one act each.';
comment on column box_handover.id is 'The command that handed over.';
comment on column box_handover.driver is 'Who took it, as the clerk wrote.';
comment on column box_handover.actor is 'role:id, as in event.actor.';

create index box_handover_of_point on box_handover (point, at desc, id desc);
create index box_handover_by_time on box_handover (at);
