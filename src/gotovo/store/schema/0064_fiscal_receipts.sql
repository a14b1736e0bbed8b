-- Fiscal receipts (54-FZ): what is due to the tax office, what was sent, and the proof of it.

create table fiscal_receipt (
    home smallint not null,
    number text not null,
    version integer not null,
    shop text not null,
    kind text not null,
    amount bigint not null,
    state text not null,
    created_at timestamptz not null,
    try_at timestamptz,
    tries integer not null default '0',
    round smallint not null default '1',
    document text,
    register text,
    reference text,
    asked_at timestamptz,
    fiscal_drive text,
    fiscal_document text,
    fiscal_sign text,
    url text,
    reason text,
    settled_at timestamptz,
    constraint fiscal_receipt_pkey primary key (home, number, version),
    constraint fiscal_receipt_home_is_a_byte check (home between 0 and 255),
    constraint fiscal_receipt_is_of_money check (amount > 0),
    constraint fiscal_receipt_kind_is_known
        check (kind in ('prepayment', 'settlement', 'refund', 'reversal')),
    constraint fiscal_receipt_state_is_known
        check (state in ('waiting', 'sent', 'registered', 'failed', 'elsewhere')),
    constraint fiscal_receipt_is_tried_while_it_is_open
        check ((try_at is not null) = (state in ('waiting', 'sent'))),
    constraint fiscal_receipt_sent_has_a_document
        check (state not in ('sent', 'registered')
               or (document is not null and register is not null)),
    constraint fiscal_receipt_registered_has_its_proof
        check ((state = 'registered') = (fiscal_document is not null))
);

comment on table fiscal_receipt is
    'One row for each event of an order that a cash register has to be told of; no buyer in it.';
comment on column fiscal_receipt.home is 'Home of the order.';
comment on column fiscal_receipt.version is 'Of the event: no event has two receipts.';
comment on column fiscal_receipt.kind is
    'prepayment: money came · settlement: goods were handed over · refund: money has gone back · '
    'reversal: a settlement was a mistake.';
comment on column fiscal_receipt.amount is 'In kopecks.';
comment on column fiscal_receipt.state is
    'waiting: not taken by the register yet · sent: taken, not registered yet · registered: done · '
    'failed: a person has to look · elsewhere: a person has seen to it.';
comment on column fiscal_receipt.try_at is 'When it is sent or looked up next; null at the end.';
comment on column fiscal_receipt.tries is 'How often that was tried; also whose the row is.';
comment on column fiscal_receipt.round is 'Part of the key: higher after one that failed.';
comment on column fiscal_receipt.document is 'The receipt as it was sent, without the contact.';
comment on column fiscal_receipt.register is 'yookassa · atol.';
comment on column fiscal_receipt.reference is 'What the register calls it.';
comment on column fiscal_receipt.asked_at is 'When it was first sent in this round.';
comment on column fiscal_receipt.fiscal_drive is 'Number of the fiscal drive (tag 1041).';
comment on column fiscal_receipt.fiscal_document is 'Number of the document (tag 1040).';
comment on column fiscal_receipt.fiscal_sign is 'Fiscal sign of the document (tag 1077).';
comment on column fiscal_receipt.url is 'Where the buyer sees it.';
comment on column fiscal_receipt.reason is 'Why it is not registered.';
comment on column fiscal_receipt.settled_at is 'When the end became known.';

create index fiscal_receipt_open on fiscal_receipt (try_at) where try_at is not null;
create index fiscal_receipt_unregistered on fiscal_receipt (created_at)
    where state in ('waiting', 'sent', 'failed');

create table fiscal_terms (
    shop text not null,
    version integer not null,
    terms text not null,
    updated_at timestamptz not null,
    constraint fiscal_terms_pkey primary key (shop)
);

comment on table fiscal_terms is 'What the receipts of a shop say of its goods and itself.';
comment on column fiscal_terms.shop is 'Empty: the default shop.';
comment on column fiscal_terms.version is 'Counts the changes.';
comment on column fiscal_terms.terms is 'Rates of VAT, subjects, suppliers, the seller: JSON.';

create table fiscal_start (
    name text not null,
    begun_at timestamptz not null,
    constraint fiscal_start_pkey primary key (name)
);

comment on table fiscal_start is
    'Since when receipts are made; no row while they are switched off.';
comment on column fiscal_start.name is 'receipts.';
comment on column fiscal_start.begun_at is 'Orders paid before it have no receipts.';
