-- What a buyer gives out of hand: links for following one order, and addresses for push messages.

create table track_link (
    home smallint not null,
    digest bytea not null,
    number text not null,
    made_at timestamptz not null,
    revoked_at timestamptz,
    constraint track_link_pkey primary key (home, digest),
    constraint track_link_home_is_a_byte check (home between 0 and 255),
    constraint track_link_digest_is_sha256 check (octet_length(digest) = 32),
    constraint track_link_ends_after_it_began check (revoked_at >= made_at)
);

comment on table track_link is
    'Private links to one order''s progress. The token is derived from the secret: no row has it.';
comment on column track_link.home is 'Home of the order; the link itself names it, too.';
comment on column track_link.digest is 'SHA-256 of the token.';
comment on column track_link.number is 'The order that can be followed.';
comment on column track_link.made_at is 'When it was made; the token is derived from it.';
comment on column track_link.revoked_at is 'Since when it leads nowhere; null while it works.';

create unique index track_link_living on track_link (home, number) where revoked_at is null;

create table push_subscription (
    home smallint not null,
    digest bytea not null,
    customer text not null,
    session bytea not null,
    endpoint text not null,
    public_key bytea not null,
    auth bytea not null,
    language text not null,
    made_at timestamptz not null,
    constraint push_subscription_pkey primary key (home, digest),
    constraint push_subscription_home_is_a_byte check (home between 0 and 255),
    constraint push_subscription_digest_is_sha256 check (octet_length(digest) = 32),
    constraint push_subscription_public_key_is_p256 check (octet_length(public_key) = 65),
    constraint push_subscription_auth_has_16_bytes check (octet_length(auth) = 16)
);

comment on table push_subscription is
    'Browsers that want messages. One counts only as long as the session it was made in lives.';
comment on column push_subscription.home is 'Home of the customer.';
comment on column push_subscription.digest is 'SHA-256 of endpoint: one row a browser.';
comment on column push_subscription.customer is 'Who is told: the keyed digest of the phone.';
comment on column push_subscription.session is
    'Digest of the session''s token: whoever is signed out is told nothing.';
comment on column push_subscription.endpoint is 'Where the browser''s maker takes messages.';
comment on column push_subscription.public_key is
    'The browser''s key for encryption: a point of P-256, uncompressed (RFC 8291).';
comment on column push_subscription.auth is 'The browser''s secret for encryption (RFC 8291).';
comment on column push_subscription.language is 'Language of the page it was made on: ru or en.';

create index push_subscription_by_customer on push_subscription (home, customer);
