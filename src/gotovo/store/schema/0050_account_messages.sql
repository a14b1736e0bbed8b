-- Messages about an account: no order's event says whom to tell and what, so the row does.

alter table message add column phone text;

comment on column message.phone is
    'Where a message about an account goes, like the phone that opened it before; null about an '
    'order, whose contact is read, and once nothing more is to be sent.';
comment on column message.number is 'The order; empty for a message about the account.';
comment on column message.version is
    'The event of the order that is announced; 0 for a message about the account.';
comment on column message.text is
    'What was sent; of a message about an account, what is to be sent.';
