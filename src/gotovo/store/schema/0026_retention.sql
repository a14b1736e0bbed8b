-- How far retention has come, rule by rule: the job goes on where it, or another process, stopped.
create table retention_progress (
    rule text not null,
    after_placed_at timestamptz,
    after_number text,
    began_at timestamptz,
    ended_at timestamptz,
    removed bigint not null default '0',
    removed_at timestamptz,
    constraint retention_progress_pkey primary key (rule),
    constraint retention_progress_counts check (removed >= 0)
);
comment on table retention_progress is
    'One row a retention rule that has run: what it removed, and where it goes on.';
comment on column retention_progress.rule is 'The rule by its name in the program.';
comment on column retention_progress.after_placed_at is
    'With after_number: the last order of the round so far; null before the first.';
comment on column retention_progress.after_number is
    'The last order of the round so far; null before the first.';
comment on column retention_progress.began_at is
    'When the round through all orders began; null for rules that need none.';
comment on column retention_progress.ended_at is 'When that round ended; null during a round.';
comment on column retention_progress.removed is 'How many rows or contacts were removed so far.';
comment on column retention_progress.removed_at is 'When the last of them was removed.';
