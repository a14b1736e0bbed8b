-- Messages to buyers: what each is about, when it may be sent, and what became of it.

create table message (
    home smallint not null,
    id uuid not null,
    customer text not null,
    number text not null,
    version integer not null,
    purpose text not null,
    hold text,
    created_at timestamptz not null,
    send_at timestamptz,
    state text not null,
    attempt integer not null default '0',
    tried text[] not null default '{}',
    channel text,
    channel_since timestamptz,
    reason text,
    sent_at timestamptz,
    text text,
    provider_id text,
    segments smallint not null default '0',
    constraint message_pkey primary key (home, id),
    constraint message_home_is_a_byte check (home between 0 and 255),
    constraint message_state_is_known
        check (state in ('waiting', 'sending', 'sent', 'delivered', 'failed', 'dropped')),
    constraint message_is_open_while_it_is_sent
        check (state = 'sent' or (send_at is not null) = (state in ('waiting', 'sending'))),
    constraint message_was_sent_when_it_says
        check (state not in ('sent', 'delivered') or (sent_at is not null and text is not null))
);

comment on table message is
    'One row for each event and each person who is told of it, from the event on until long after.';
comment on column message.home is 'Home of the order.';
comment on column message.id is 'Made from the event: a repetition is the same message.';
comment on column message.customer is 'Who is told: the keyed digest of the phone.';
comment on column message.version is 'The event of the order that is announced.';
comment on column message.purpose is 'What it is for: ready, expiring, …';
comment on column message.hold is
    'Messages with the same value that wait together are sent as one; null where each is alone.';
comment on column message.created_at is 'When its event was recorded.';
comment on column message.send_at is
    'Waiting: not before then. Sending: until then no other process takes it. Sent: until then the '
    'receipt is waited for. Null at the end.';
comment on column message.state is
    'waiting: for its time or its next attempt · sending: a process has it · sent: a channel took '
    'it, and has not said that it arrived · delivered: it arrived, or its channel has no '
    'receipts · failed: no channel took it · dropped: it would say nothing true any more, or its '
    'buyer was erased.';
comment on column message.attempt is 'How often it was taken to be sent.';
comment on column message.tried is 'Channels that were given up.';
comment on column message.channel is 'The channel that took it, or that was tried last.';
comment on column message.channel_since is 'When the channel was first tried.';
comment on column message.reason is
    'Why the last attempt failed, or why it was dropped; names no person.';
comment on column message.text is 'What was sent.';
comment on column message.provider_id is
    'What the channel calls it, as its receipts do; null where it gave no id.';
comment on column message.segments is 'How many parts of an SMS it takes; 0 elsewhere.';

create index message_open on message (send_at, home, id) where send_at is not null;
create index message_held on message (home, hold) where state = 'waiting' and hold is not null;
create index message_of_provider on message (channel, provider_id) where provider_id is not null;
create index message_of_order on message (home, number);
create index message_by_time on message (created_at);

-- Only the demo of an earlier version wrote to it.
-- squawk-ignore ban-drop-table
drop table deferred_message;
