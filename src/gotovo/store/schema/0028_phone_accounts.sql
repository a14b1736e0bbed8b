-- Buyers change their phones: which account a phone opens where that is not its own.

create table phone_account (
    phone text not null,
    customer text not null,
    since timestamptz not null,
    constraint phone_account_pkey primary key (phone)
);

comment on table phone_account is
    'Phones whose buyer has moved; a phone without a row opens the account of its own digest.';
comment on column phone_account.phone is 'The keyed digest of the phone.';
comment on column phone_account.customer is
    'The account it opens: the one moved here, or a new one for whoever gets the number next.';
comment on column phone_account.since is 'From when on; every process knows it before.';

create unique index phone_account_by_customer on phone_account (customer);
create index phone_account_by_time on phone_account (since);
