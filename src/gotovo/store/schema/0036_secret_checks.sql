-- Which secret the database was written with, so that another one is noticed at every start.

create table secret_check (
    version integer not null,
    value bytea not null,
    recorded_at timestamptz not null,
    constraint secret_check_pkey primary key (version),
    constraint secret_version_counts_from_one check (version >= 1),
    constraint secret_check_is_sha256 check (octet_length(value) = 32)
);

comment on table secret_check is
    'One row a version of the secret: a start with another secret than this is refused.';
comment on column secret_check.value is
    'Derived from the secret for this alone: it tells one from another, and nothing of either.';
comment on column secret_check.recorded_at is 'When the version was first used here.';
