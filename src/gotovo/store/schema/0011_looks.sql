-- Who looked at somebody's order, counted by the day; and what lets a sweep find old links.

create table order_look (
    home smallint not null,
    subject text not null,
    day date not null,
    actor text not null,
    place text not null,
    what text not null,
    looks bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    constraint order_look_pkey primary key (home, subject, day, actor, what),
    constraint order_look_home_is_a_byte check (home between 0 and 255),
    constraint order_look_what_is_known
        check (what in ('order', 'history', 'list', 'help', 'customer')),
    constraint order_look_counts_from_one check (looks >= 1),
    constraint order_look_ends_after_it_began check (last_at >= first_at)
) with (fillfactor = 80);

comment on table order_look is
    'Which keys read orders through the API: one row a subject, a day, a key and what was read.';
comment on column order_look.home is 'Home of the order or of the customer.';
comment on column order_look.subject is
    'What was read: the number of an order, or the id of a customer, whose orders were listed.';
comment on column order_look.day is 'The day (UTC) of the first of these looks.';
comment on column order_look.actor is 'role:id of whoever looked, as in event.actor.';
comment on column order_look.place is 'The one point that the key works at; empty for any.';
comment on column order_look.what is
    'order: one order · history: its timeline · list: a list it stood in · '
    'help: what was asked about it · customer: who its buyer is.';
comment on column order_look.looks is 'How many looks these were.';

create index order_look_by_day on order_look (day);
-- Few orders are shared: the index is made in a moment.
-- squawk-ignore require-concurrent-index-creation
create index track_link_revoked on track_link (revoked_at) where revoked_at is not null;
