-- An event names its buyer and its shop itself, so that the feed is read without the orders.

alter table event add column customer text;
alter table event add column shop text;

comment on column event.customer is
    'Whose order it is, as in the order; null where an earlier version wrote it.';
comment on column event.shop is
    'The shop of the order, as in the order; null where an earlier version wrote it.';
