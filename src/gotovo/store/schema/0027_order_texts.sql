-- Free text that people typed about an order, beside the history and not in it.

create table order_text (
    home smallint not null,
    number text not null,
    digest text not null,
    salt bytea not null,
    said text not null,
    constraint order_text_pkey primary key (home, number, digest),
    constraint order_text_home_is_a_byte check (home between 0 and 255),
    constraint order_text_digest_is_128_bits check (digest ~ '^[0-9a-f]{32}$'),
    constraint order_text_salt_is_128_bits check (octet_length(salt) = 16),
    constraint order_text_says_something check (length(said) >= 1)
);

comment on table order_text is
    'The words of notes whose digests the events have; they go when the buyer is erased.';
comment on column order_text.home is 'Home of the order.';
comment on column order_text.digest is 'HMAC of said under salt, as text_digest in the event.';
comment on column order_text.salt is
    'Random; without it nobody finds the words of a digest by trying sentences.';
comment on column order_text.said is 'As it was typed; escaped wherever it is shown.';
