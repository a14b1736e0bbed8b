-- Photos and files that people add: one store for claims, the desk, couriers and cases.

create table attachment (
    home smallint not null,
    id uuid not null,
    kind text not null,
    subject text not null,
    number text not null,
    point text not null,
    purpose text not null,
    type text not null,
    size integer not null,
    width integer,
    height integer,
    digest bytea not null,
    content bytea,
    thumbnail bytea,
    added_at timestamptz not null,
    added_by text not null,
    removed_at timestamptz,
    removed_by text,
    removal_reason text,
    constraint attachment_pkey primary key (home, id),
    constraint attachment_home_is_a_byte check (home between 0 and 255),
    constraint attachment_kind_is_known check (kind in ('order', 'acceptance', 'box', 'case')),
    constraint attachment_of_an_order_names_it check (kind <> 'order' or number = subject),
    constraint attachment_purpose_is_known check (purpose in ('claim', 'condition', 'proof')),
    constraint attachment_digest_is_sha_256 check (octet_length(digest) = 32),
    constraint attachment_is_small check (octet_length(content) between 1 and 8388608),
    constraint attachment_thumbnail_is_small check (octet_length(thumbnail) between 1 and 65536),
    constraint attachment_size_is_that_of_its_content
        check (content is null or size = octet_length(content)),
    constraint attachment_has_both_sides check ((width is null) = (height is null)),
    constraint attachment_goes_as_a_whole
        check (num_nonnulls(removed_at, removed_by, removal_reason) = 0 and content is not null
               or num_nonnulls(removed_at, removed_by, removal_reason) = 3
                  and num_nonnulls(content, thumbnail) = 0)
);

comment on table attachment is
    'Photos and files. The bytes are here, so that a backup of the database has them.';
comment on column attachment.home is
    'Home of the order; without an order, a byte of what it is about. The id begins with it.';
comment on column attachment.id is
    'The home, then random bytes: nobody guesses it.';
comment on column attachment.kind is
    'What it is about: order, acceptance, box or case.';
comment on column attachment.subject is
    'The number, code or id of that.';
comment on column attachment.number is
    'The order; empty where there is none.';
comment on column attachment.point is
    'The point where it was added; empty where that is none.';
comment on column attachment.purpose is
    'claim: the buyer''s own; condition: how goods looked to staff; proof: of a dispute.';
comment on column attachment.type is
    'Media type, found out from the bytes.';
comment on column attachment.digest is
    'SHA-256 of the content: what events name beside the id. It stays when the content goes.';
comment on column attachment.content is
    'A picture made anew from what was sent, without metadata; a PDF as it was sent.';
comment on column attachment.thumbnail is
    'A small picture of a picture; null for a file.';
comment on column attachment.added_by is
    'role:id, as in event.actor.';
comment on column attachment.removed_by is
    'role:id of who removed the content before its time.';

create unique index attachment_once on attachment (home, kind, subject, digest)
 where removed_at is null;
create index attachment_of_order on attachment (home, number, added_at) where number <> '';
create index attachment_by_time on attachment (purpose, added_at);

alter table attachment alter column content set storage external;
alter table attachment alter column thumbnail set storage external;
