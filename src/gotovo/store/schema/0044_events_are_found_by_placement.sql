-- squawk-ignore-file ban-drop-constraint
-- The index takes the place of the old key; nothing is read or written for it.

alter table event
    drop constraint event_pkey,
    add constraint event_pkey primary key using index event_by_placement;
