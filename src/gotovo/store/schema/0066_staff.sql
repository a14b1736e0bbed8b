-- Staff: people with names, what each may act as, how they sign in, and where they are signed in.

create table staff (
    id uuid not null,
    login text not null,
    name text not null,
    locale text,
    own_customer text not null,
    password text,
    totp bytea,
    totp_step bigint not null default '0',
    version integer not null default '1',
    created_at timestamptz not null,
    created_by text not null,
    suspended_at timestamptz,
    constraint staff_pkey primary key (id),
    constraint staff_login_is_lower_case check (login = lower(login) and login <> ''),
    constraint staff_password_has_its_second_factor check (password is null or totp is not null),
    constraint staff_locale_is_known check (locale in ('ru', 'en'))
);

comment on table staff is 'People who work here; the history names each by this id.';
comment on column staff.login is 'What a password is for; lower case.';
comment on column staff.locale is 'ru or en; null: as the browser asks.';
comment on column staff.own_customer is
    'Who the person is as a buyer, a keyed digest: nobody issues to themselves. Empty: not known.';
comment on column staff.password is 'Argon2id in PHC form; null without a password.';
comment on column staff.totp is 'Secret of the one-time codes, sealed under the keyring.';
comment on column staff.totp_step is 'The last step whose code was used: none is used twice.';
comment on column staff.version is 'Counts the changes of name, login, locale and own customer.';
comment on column staff.created_by is 'Who invited the person, role:id as in the journal.';
comment on column staff.suspended_at is 'Since when the person is let in nowhere; null: they are.';

create unique index staff_by_login on staff (login);
create index staff_by_name on staff (name, id);
create index staff_suspended on staff (suspended_at) where suspended_at is not null;

create table staff_grant (
    id uuid not null,
    person uuid not null,
    role text not null,
    shop text,
    point text,
    warehouse text,
    granted_at timestamptz not null,
    granted_by text not null,
    revoked_at timestamptz,
    revoked_by text,
    constraint staff_grant_pkey primary key (id),
    constraint staff_grant_role_is_known
        check (role in ('point', 'warehouse', 'courier', 'support', 'admin')),
    constraint staff_grant_shop_is_of_the_office
        check (shop is null or role in ('support', 'admin')),
    constraint staff_grant_point_is_of_a_clerk check (point is null or role = 'point'),
    constraint staff_grant_warehouse_is_of_its_staff
        check (warehouse is null or role = 'warehouse'),
    constraint staff_grant_revoked_by_somebody
        check ((revoked_at is null) = (revoked_by is null))
);

comment on table staff_grant is 'What a person may act as; a session acts as one of them.';
comment on column staff_grant.role is 'point · warehouse · courier · support · admin.';
comment on column staff_grant.shop is
    'The only shop whose orders exist for the person; null: the network, empty: the default shop.';
comment on column staff_grant.point is 'The only point they work at; null: every one.';
comment on column staff_grant.warehouse is 'The only warehouse they serve; null: every one.';
comment on column staff_grant.granted_by is 'role:id as in the journal.';

create unique index staff_grant_once
    on staff_grant (person, role, coalesce(shop, '-'), coalesce(point, ''),
                    coalesce(warehouse, ''))
 where revoked_at is null;

create table staff_invitation (
    digest bytea not null,
    person uuid not null,
    kind text not null,
    made_at timestamptz not null,
    made_by text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    constraint staff_invitation_pkey primary key (digest),
    constraint staff_invitation_kind_is_known check (kind in ('invitation', 'reset'))
);

comment on table staff_invitation is 'Links with which a person chooses how to sign in, once.';
comment on column staff_invitation.digest is 'SHA-256 of the link''s token, which is not stored.';
comment on column staff_invitation.kind is
    'invitation: for somebody new · reset: for somebody who can''t sign in any more.';

create unique index staff_invitation_open on staff_invitation (person)
 where used_at is null and revoked_at is null;
create index staff_invitation_by_time on staff_invitation (expires_at);

create table staff_passkey (
    id bytea not null,
    person uuid not null,
    public_key bytea not null,
    sign_count bigint not null,
    browser text not null,
    system text not null,
    created_at timestamptz not null,
    used_at timestamptz,
    constraint staff_passkey_pkey primary key (id)
);

comment on table staff_passkey is 'Public halves of the passkeys of staff.';
comment on column staff_passkey.id is 'As the authenticator chose it.';
comment on column staff_passkey.sign_count is
    'Uses as the authenticator counts them; 0 if it does not.';
comment on column staff_passkey.browser is 'Where it was made, as in session.';

create index staff_passkey_by_person on staff_passkey (person);

create table staff_recovery_code (
    person uuid not null,
    digest bytea not null,
    made_at timestamptz not null,
    used_at timestamptz,
    constraint staff_recovery_code_pkey primary key (person, digest)
);

comment on table staff_recovery_code is
    'Codes for who has lost the phone with the one-time codes; each is used once.';
comment on column staff_recovery_code.digest is 'SHA-256 of the code, which is not stored.';

create table staff_session (
    digest bytea not null,
    person uuid not null,
    grant_id uuid,
    method text not null,
    browser text not null,
    system text not null,
    began_at timestamptz not null,
    ends_at timestamptz not null,
    seen_at timestamptz not null,
    proved_at timestamptz not null,
    device uuid,
    shift uuid,
    constraint staff_session_pkey primary key (digest),
    constraint staff_session_method_is_known
        check (method in ('passkey', 'password', 'recovery', 'invitation', 'demo'))
);

comment on table staff_session is 'Where staff are signed in; a session that was ended is deleted.';
comment on column staff_session.digest is 'SHA-256 of the token, which is not stored.';
comment on column staff_session.grant_id is 'What the person acts as here; null: not chosen yet.';
comment on column staff_session.method is
    'passkey · password: with a one-time code · recovery: with a recovery code · invitation: the '
    'link just used · demo: one click, in the demo alone.';
comment on column staff_session.seen_at is 'Last use, some minutes late.';
comment on column staff_session.proved_at is 'When the person last proved who they are.';
comment on column staff_session.device is 'The device of a point that it is on; null: none.';
comment on column staff_session.shift is 'The shift that it ends with; null: none.';

create index staff_session_by_person on staff_session (person);
create index staff_session_by_grant on staff_session (grant_id);
create index staff_session_by_shift on staff_session (shift) where shift is not null;
create index staff_session_by_time on staff_session (ends_at);
