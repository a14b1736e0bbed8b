-- The customer's key can be replaced: accounts keep their ids, and phones are looked up.

create table customer_key (
    version integer not null,
    begins_at timestamptz not null,
    after_home smallint not null,
    after_number text not null,
    mapped_at timestamptz,
    finished_at timestamptz,
    constraint customer_key_pkey primary key (version),
    constraint customer_key_counts_from_one check (version >= 1),
    constraint customer_key_is_mapped_first check (finished_at is null or mapped_at is not null)
);

comment on table customer_key is
    'One row a version of the secret that buyers were moved to; none while it is the first.';
comment on column customer_key.begins_at is
    'From when on phones are looked up under it first; every process has it by then.';
comment on column customer_key.after_home is
    'The home of the last order whose phone was taken over.';
comment on column customer_key.after_number is 'Its number; empty at the beginning of a home.';
comment on column customer_key.mapped_at is 'When the last order was reached; null until then.';
comment on column customer_key.finished_at is
    'From when on the older key looks up nothing; null while a phone without a row uses it.';

create table phone_lookup (
    phone text not null,
    version integer not null,
    customer text not null,
    constraint phone_lookup_pkey primary key (phone)
);

comment on table phone_lookup is
    'Which account a phone opens, where its id is no digest under the key in use.';
comment on column phone_lookup.phone is 'The digest of the phone under the customer''s key in use.';
comment on column phone_lookup.version is 'The version of that key.';
comment on column phone_lookup.customer is 'The account that the phone opens.';

create unique index phone_lookup_by_customer on phone_lookup (version, customer);
