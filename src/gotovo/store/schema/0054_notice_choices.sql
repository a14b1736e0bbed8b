-- What buyers chose to be told, and through which channel: the record of their consent.

create table notice_choice (
    home smallint not null,
    customer text not null,
    channel text not null,
    kind text not null,
    chosen_at timestamptz not null,
    is_on boolean not null,
    source text not null,
    wording smallint not null,
    constraint notice_choice_pkey primary key (home, customer, channel, kind, chosen_at),
    constraint notice_choice_home_is_a_byte check (home between 0 and 255),
    constraint notice_choice_channel_is_known
        check (channel in ('telegram', 'push', 'sms', 'mail')),
    constraint notice_choice_source_is_known
        check (source in ('page', 'bot', 'link', 'support')),
    constraint notice_choice_wording_counts_from_one check (wording > 0)
);

comment on table notice_choice is
    'One row for each change: the latest counts, the others are the history. No row: switched on.';
comment on column notice_choice.home is 'Home of the customer.';
comment on column notice_choice.customer is 'Who chose: the keyed digest of the phone.';
comment on column notice_choice.channel is 'The channel that was switched on or off.';
comment on column notice_choice.kind is 'What messages: reminders, refunds, …';
comment on column notice_choice.is_on is 'Whether such messages may be sent there from then on.';
comment on column notice_choice.source is
    'Where it was chosen: page: the account · bot: a chat · link: in an e-mail · support: told to '
    'a person.';
comment on column notice_choice.wording is
    'The version of the sentences that the buyer chose by (notices/preferences/).';

create index notice_choice_by_time on notice_choice (chosen_at);
