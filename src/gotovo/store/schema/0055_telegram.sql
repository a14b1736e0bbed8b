-- The Telegram bot: whose chat is whose, what came in, and which message shows which order.

create table telegram_chat (
    chat bigint not null,
    customer text not null,
    language text not null,
    orders_since timestamptz,
    way text not null,
    linked_at timestamptz not null,
    proved_at timestamptz not null,
    used_at timestamptz not null,
    blocked_at timestamptz,
    constraint telegram_chat_pkey primary key (chat),
    constraint telegram_chat_language_is_known check (language in ('ru', 'en')),
    constraint telegram_chat_way_is_known check (way in ('link', 'contact'))
);

comment on table telegram_chat is
    'Chats with the bot that were linked to a buyer: one a chat, and one a buyer.';
comment on column telegram_chat.customer is 'Whose orders it shows: the keyed digest of the phone.';
comment on column telegram_chat.orders_since is
    'Orders placed before are closed to it, as in the session it was linked from; null for none.';
comment on column telegram_chat.way is
    'How the buyer agreed: link, from the account page; contact, by sharing the own phone.';
comment on column telegram_chat.linked_at is 'When the buyer agreed to messages in this chat.';
comment on column telegram_chat.proved_at is
    'When the buyer last proved to have the phone: by linking the chat, or by a sign-in since.';
comment on column telegram_chat.used_at is 'When the buyer last wrote or pressed something.';
comment on column telegram_chat.blocked_at is
    'Since when the bot is blocked there; null while messages arrive.';

create unique index telegram_chat_of_customer on telegram_chat (customer);
create index telegram_chat_by_time on telegram_chat (proved_at);

create table telegram_invitation (
    digest bytea not null,
    customer text not null,
    orders_since timestamptz,
    expires_at timestamptz not null,
    constraint telegram_invitation_pkey primary key (digest),
    constraint telegram_invitation_digest_is_sha256 check (octet_length(digest) = 32)
);

comment on table telegram_invitation is
    'Links from the account page that link a chat once; the token itself is stored nowhere.';
comment on column telegram_invitation.orders_since is 'As in the session it was asked for in.';

create unique index telegram_invitation_of_customer on telegram_invitation (customer);
create index telegram_invitation_by_time on telegram_invitation (expires_at);

create table telegram_update (
    bot bigint not null,
    id bigint not null,
    chat bigint not null,
    payload bytea,
    received_at timestamptz not null,
    held_until timestamptz not null,
    attempts integer not null default '0',
    outcome text,
    constraint telegram_update_pkey primary key (bot, id),
    constraint telegram_update_is_open_while_it_is_stored
        check ((payload is null) = (outcome is not null))
);

comment on table telegram_update is
    'What Telegram has sent: stored first, handled then, and remembered so that it counts once.';
comment on column telegram_update.id is 'As Telegram counts them, for each bot.';
comment on column telegram_update.chat is '0 where the update names none.';
comment on column telegram_update.payload is 'The update as it came; null once it was handled.';
comment on column telegram_update.held_until is 'Until then no other process takes it.';
comment on column telegram_update.attempts is 'How often it was taken to be handled.';
comment on column telegram_update.outcome is
    'handled, ignored, malformed, or given_up after several attempts; null while it waits.';

create index telegram_update_open on telegram_update (bot, chat, id) where payload is not null;
create index telegram_update_by_time on telegram_update (received_at);

create table telegram_poll (
    bot bigint not null,
    holder text not null,
    held_until timestamptz not null,
    constraint telegram_poll_pkey primary key (bot)
);

comment on table telegram_poll is 'Which process asks Telegram for updates now.';

create table telegram_card (
    home smallint not null,
    number text not null,
    chat bigint not null,
    message bigint not null,
    shown bytea not null,
    shown_at timestamptz not null,
    edit_at timestamptz,
    constraint telegram_card_pkey primary key (home, number, chat),
    constraint telegram_card_home_is_a_byte check (home between 0 and 255),
    constraint telegram_card_shown_is_sha256 check (octet_length(shown) = 32)
);

comment on table telegram_card is
    'The message of a chat that shows an order and is edited when the order changes.';
comment on column telegram_card.home is 'Home of the order.';
comment on column telegram_card.message is 'As Telegram numbers the messages of a chat.';
comment on column telegram_card.shown is 'Digest of what it shows, so that nothing is sent twice.';
comment on column telegram_card.shown_at is 'When it was sent or last edited.';
comment on column telegram_card.edit_at is
    'When it is edited next: the order has changed; null while it shows the present state.';

create index telegram_card_due on telegram_card (edit_at) where edit_at is not null;
create index telegram_card_by_time on telegram_card (shown_at);
create index telegram_card_of_chat on telegram_card (chat);
