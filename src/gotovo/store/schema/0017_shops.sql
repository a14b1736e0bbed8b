-- Shops are tenants: an order belongs to one, a key to one or to the network.

create table shop (
    code text not null,
    title text not null,
    created_at timestamptz not null,
    constraint shop_pkey primary key (code)
);

comment on table shop is
    'The shops of the network; the empty code is the only one of an installation that set up none.';

insert into shop (code, title, created_at) values ('', '', timestamptz '2000-01-01 00:00+00');

alter table orders add column shop text not null default '';

comment on column orders.shop is 'The shop that sold it; nobody of another one sees it.';

alter table api_key add column shop text;

update api_key set shop = '' where role = 'storefront';

comment on column api_key.shop is 'The shop whose orders the key is for; null for the network.';
