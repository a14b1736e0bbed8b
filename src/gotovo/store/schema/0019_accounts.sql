-- Phones change hands: when each buyer last signed in, and which orders a phone alone opens.

create table account (
    customer text not null,
    signed_in_at timestamptz not null,
    orders_since timestamptz,
    constraint account_pkey primary key (customer)
);

comment on table account is
    'Buyers who have signed in; deleted when the last sign-in is older than an idle phone.';
comment on column account.signed_in_at is 'The last sign-in, with a code or a passkey.';
comment on column account.orders_since is
    'Orders placed before are closed to whoever has the phone; null once the person was proved.';

create index account_by_time on account (signed_in_at);

insert into account (customer, signed_in_at)
select customer, max(began_at)
  from (select customer, began_at from session
        union all
        select customer, created_at from passkey) as known
 group by customer;

-- Null in sessions that were begun before these columns were there.
alter table session add column orders_since timestamptz;
alter table session add column proved_at timestamptz;

comment on column session.orders_since is
    'As in account when the session began; null when all orders are open in it.';
comment on column session.proved_at is
    'When the person was proved again, by a code or a passkey; null if only at sign-in.';
