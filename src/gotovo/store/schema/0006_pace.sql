-- How long stages take: sketches of durations, kept by a follower of the journal.

create table pace_sketch (
    stage text not null,
    goal text not null,
    route text not null,
    slot smallint not null,
    buckets integer[] not null,
    weights double precision[] not null,
    learnt_at timestamptz not null,
    constraint pace_sketch_pkey primary key (stage, goal, route, slot),
    constraint pace_goal_is_known check (goal in ('next', 'shelved', 'issued')),
    constraint pace_slot_is_a_time_of_week check (slot between -1 and 15),
    constraint pace_weights_belong_to_buckets
        check (cardinality(buckets) = cardinality(weights) and cardinality(buckets) > 0)
);

comment on table pace_sketch is
    'How long stages took, a row a stage, route and time of week; made from the journal alone.';
comment on column pace_sketch.stage is 'The stage that was lasting.';
comment on column pace_sketch.goal is
    'next: until the stage after it · shelved, issued: until the order was ready or handed over.';
comment on column pace_sketch.route is
    'Warehouse and place of hand-over, KZN>KZN-1 or KZN>courier; empty for any.';
comment on column pace_sketch.slot is
    'Time of week at its begin: 4 x (0 Monday to Thursday, 1 Friday, 2 Saturday, 3 Sunday) '
    '+ part of the day (to 8, to 14, to 20, to 24 o''clock); -1 for any.';
comment on column pace_sketch.buckets is
    'Numbers of logarithmic buckets, each five hundredths wider than the last.';
comment on column pace_sketch.weights is
    'What fell into each; a duration weighs twice as much as one that ended 60 days earlier.';
comment on column pace_sketch.learnt_at is
    'When the row was written; processes read what is newer than their picture.';

create index pace_sketch_by_time on pace_sketch (learnt_at, stage, goal, route, slot);
