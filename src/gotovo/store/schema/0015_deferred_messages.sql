-- Messages that wait for the end of the quiet hours, by the event that they announce.

create table deferred_message (
    home smallint not null,
    number text not null,
    version integer not null,
    send_at timestamptz not null,
    constraint deferred_message_pkey primary key (home, number, version),
    constraint deferred_message_home_is_a_byte check (home between 0 and 255)
);

comment on table deferred_message is
    'One row a message that is to be sent later; deleted once it is sent or overtaken.';
comment on column deferred_message.version is 'The event of the order that is announced.';
comment on column deferred_message.send_at is 'The end of the quiet hours where the order is.';

create index deferred_message_due on deferred_message (send_at, home, number, version);
