-- What a buyer says of goods that come back, beside the history and not in it.

create table claim_comment (
    home smallint not null,
    number text not null,
    said text not null,
    written_at timestamptz not null,
    constraint claim_comment_pkey primary key (home, number),
    constraint claim_comment_home_is_a_byte check (home between 0 and 255),
    constraint claim_comment_is_short check (length(said) <= 500)
);

comment on table claim_comment is
    'The words of an order''s newest return claim; they go when their buyer is erased.';
comment on column claim_comment.home is 'Home of the order.';
comment on column claim_comment.said is 'As it was typed; empty when nothing was added.';
