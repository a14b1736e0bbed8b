-- Passkeys: what unlocks a device, instead of a code in a message.

create table passkey (
    id bytea not null,
    customer text not null,
    shown_as text not null,
    public_key bytea not null,
    sign_count bigint not null,
    browser text not null,
    system text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint passkey_pkey primary key (id)
);

comment on table passkey is 'Public halves of passkeys; they sign in whoever has the other half.';
comment on column passkey.id is 'As the authenticator chose it.';
comment on column passkey.shown_as is 'The masked phone that the passkey signs in.';
comment on column passkey.sign_count is 'Uses as the authenticator counts them; 0 if it does not.';
comment on column passkey.browser is 'Where it was made, as in session.';
comment on column passkey.expires_at is 'When the phone has to be proved by a code again.';

create index passkey_by_customer on passkey (customer);
create index passkey_by_time on passkey (expires_at);

create table passkey_challenge (
    asker bytea not null,
    challenge bytea not null,
    expires_at timestamptz not null,
    constraint passkey_challenge_pkey primary key (asker)
);

comment on table passkey_challenge is 'What a passkey has to sign now: one a browser, used once.';
comment on column passkey_challenge.asker is 'Digest of the token of the session or the browser.';

create index passkey_challenge_by_time on passkey_challenge (expires_at);
