-- What a buyer adds beside an order: words to support, pictures of a claim, a rating.

create table help_message (
    home smallint not null,
    number text not null,
    id uuid not null,
    author text not null,
    written_at timestamptz not null,
    said text not null,
    constraint help_message_pkey primary key (home, number, id),
    constraint help_message_home_is_a_byte check (home between 0 and 255),
    constraint help_message_author_is_known check (author in ('buyer', 'support')),
    constraint help_message_says_something check (length(said) between 1 and 1000)
);

comment on table help_message is 'The thread of an order: what its buyer asked and was answered.';
comment on column help_message.home is 'Home of the order.';
comment on column help_message.id is 'Derived from the form it came by: one form, one row.';
comment on column help_message.author is 'buyer or support.';
comment on column help_message.said is 'As it was typed; escaped wherever it is shown.';

create table claim_photo (
    home smallint not null,
    number text not null,
    id uuid not null,
    added_at timestamptz not null,
    picture bytea not null,
    constraint claim_photo_pkey primary key (home, number, id),
    constraint claim_photo_home_is_a_byte check (home between 0 and 255),
    constraint claim_photo_is_small check (octet_length(picture) between 1 and 4194304)
);

comment on table claim_photo is
    'Pictures of goods that come back; the claim itself is in the order''s history.';
comment on column claim_photo.home is 'Home of the order.';
comment on column claim_photo.id is 'Derived from the form it came by and its place in it.';
comment on column claim_photo.picture is
    'JPEG made anew from what was sent: no metadata, at most 1600 pixels a side.';

create table rating (
    home smallint not null,
    number text not null,
    stars smallint not null,
    said text not null,
    rated_at timestamptz not null,
    changed_at timestamptz not null,
    constraint rating_pkey primary key (home, number),
    constraint rating_home_is_a_byte check (home between 0 and 255),
    constraint rating_stars_are_one_to_five check (stars between 1 and 5),
    constraint rating_is_short check (length(said) <= 1000),
    constraint rating_changed_after_it_was_given check (changed_at >= rated_at)
);

comment on table rating is 'How a hand-over was: one rating an order.';
comment on column rating.home is 'Home of the order.';
comment on column rating.said is 'What was added in words; empty when nothing was.';
comment on column rating.rated_at is 'When it was first given; a week later it stands.';
