-- How far imports that were begun have come; a row goes when its import is finished.

create table import_checkpoint (
    name text not null,
    line bigint not null,
    position bigint not null,
    imported bigint not null,
    present bigint not null,
    rejected bigint not null,
    contradictions bigint not null,
    rejected_bytes bigint not null,
    updated_at timestamptz not null,
    constraint import_checkpoint_pkey primary key (name)
);

comment on table import_checkpoint is
    'Where an interrupted import goes on; only a short cut, repeating rows is harmless.';
comment on column import_checkpoint.name is
    'Digest of the file''s beginning, its size and how it is read.';
comment on column import_checkpoint.line is
    'The line, counted from 1, at which the next row begins.';
comment on column import_checkpoint.position is 'The byte at which the next row begins.';
comment on column import_checkpoint.present is
    'Rows whose orders were there already, just as the file tells them.';
comment on column import_checkpoint.rejected_bytes is
    'How long the file of rejected rows was; a resumed import cuts it there.';
