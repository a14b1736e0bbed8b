-- What timers hold until a person releases it, and the last ticks of the machines' clocks.

create table timer_hold (
    what text not null,
    machine text not null,
    since timestamptz not null,
    due bigint not null,
    allowed bigint not null,
    expected_at timestamptz,
    shown_at timestamptz,
    released_at timestamptz,
    constraint timer_hold_pkey primary key (what, machine),
    constraint timer_hold_counts check (due >= 0 and allowed >= 0)
);

comment on table timer_hold is 'What timers do not do until a person has released it.';
comment on column timer_hold.what is 'A kind of step, or `clock`: everything that falls due.';
comment on column timer_hold.machine is
    'Of a clock, the id of the machine''s last start; empty for what concerns all.';
comment on column timer_hold.due is 'Orders that are waiting, counted to just above `allowed`.';
comment on column timer_hold.expected_at is 'What the clock should have shown at `since`.';
comment on column timer_hold.shown_at is 'What the clock showed.';

create table clock_tick (
    machine text not null,
    at timestamptz not null,
    uptime_seconds double precision not null,
    constraint clock_tick_pkey primary key (machine)
);

comment on table clock_tick is
    'The last instant of each start of each machine: how its clock is known to have jumped.';
comment on column clock_tick.machine is 'The id of the start.';
comment on column clock_tick.uptime_seconds is 'How long the machine had run by then.';
