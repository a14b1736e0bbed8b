-- Orders and their history. Every table of the aggregate carries `home`, the hash of the customer:
-- it is part of every key, so that one order lives on one shard of a cluster.

create table orders (
    home smallint not null,
    number text not null,
    version integer not null,
    customer text not null,
    origin text not null,
    external_id text,
    status text not null,
    outcome text,
    reason text,
    stage text not null,
    method text not null,
    point text,
    warehouse text not null,
    attention text[] not null,
    total bigint not null,
    currency text not null,
    placed_at timestamptz not null,
    paid_at timestamptz,
    ready_at timestamptz,
    closed_at timestamptz,
    promised_until timestamptz,
    due_at timestamptz,
    due_what text,
    state json not null,
    contact json,
    head bytea not null,
    constraint orders_pkey primary key (home, number),
    constraint home_is_a_byte check (home between 0 and 255),
    constraint number_has_twelve_digits check (number ~ '^[0-9]{12}$'),
    constraint status_is_one_of_four
        check (status in ('awaiting_payment', 'processing', 'ready_for_pickup', 'closed')),
    constraint outcome_belongs_to_closed check ((status = 'closed') = (outcome is not null)),
    constraint outcome_is_known check (outcome in ('issued', 'cancelled', 'returned')),
    constraint reason_belongs_to_cancelled
        check ((outcome is not distinct from 'cancelled') = (reason is not null)),
    constraint closed_at_belongs_to_closed check ((status = 'closed') = (closed_at is not null)),
    constraint version_counts_from_one check (version >= 1),
    constraint head_is_sha256 check (octet_length(head) = 32),
    constraint method_is_known check (method in ('pickup', 'courier')),
    constraint total_is_not_negative check (total >= 0),
    constraint point_belongs_to_pickup check ((method = 'pickup') = (point is not null)),
    constraint due_at_has_its_step check ((due_at is null) = (due_what is null))
) with (fillfactor = 70);

comment on table orders is
    'One row an order: its state as a document, and the columns that reads need.';
comment on column orders.home is
    'Hash of the customer (0-255), fixed for life; the shard on a cluster.';
comment on column orders.number is 'Twelve digits with a check digit, as people see it.';
comment on column orders.version is 'How many events made this state.';
comment on column orders.customer is
    'Keyed digest of the phone; the phone itself is in contact alone.';
comment on column orders.origin is
    'The API key that placed the order; external_id is unique within it.';
comment on column orders.external_id is
    'The storefront''s own id of the order; null when it gave none.';
comment on column orders.status is
    'awaiting_payment: Ожидает оплаты · processing: В обработке · '
    'ready_for_pickup: Готово к выдаче · closed: Выдано, Отменено, Возврат.';
comment on column orders.outcome is
    'How a closed order ended. issued: handed over · cancelled: money back, goods back · '
    'returned: brought back after issue.';
comment on column orders.reason is
    'Why it was cancelled. customer_request · payment_expired · out_of_stock · not_collected · '
    'refused_at_desk · lost · damaged · point_closed · seller_request.';
comment on column orders.stage is
    'Where it stands in the lifecycle; staff see it, buyers when they unfold it.';
comment on column orders.method is 'pickup: at a point · courier: to an address.';
comment on column orders.point is 'Code of the pick-up point; null with a courier.';
comment on column orders.warehouse is 'Code of the warehouse whose stock it reserves.';
comment on column orders.attention is
    'Flags beside the status, never a status. late · lost · damaged · dispute · '
    'contradiction: the times told can''t all be true.';
comment on column orders.total is 'What the buyer pays, in minor units of currency.';
comment on column orders.placed_at is 'When it was placed; lists are in this order.';
comment on column orders.paid_at is 'When the payment was accepted; null before.';
comment on column orders.ready_at is 'When the last parcel came onto its shelf; null before.';
comment on column orders.closed_at is 'When it ended; null before.';
comment on column orders.promised_until is 'By when it was promised; null before a promise.';
comment on column orders.due_at is
    'The next instant at which a timer has to act; null when none has to.';
comment on column orders.due_what is 'What the timer then does: a step''s name.';
comment on column orders.state is 'The whole state, verbatim as it was made from the events.';
comment on column orders.contact is 'Phone, name, e-mail, address; null once the buyer was erased.';
comment on column orders.head is 'The hash of the last event.';

create unique index orders_by_external_id on orders (home, origin, external_id)
    where external_id is not null;
create index orders_by_customer on orders (home, customer, placed_at desc, number desc);
create index orders_by_point on orders (point, status, placed_at desc, number desc)
    where point is not null;
create index orders_by_status on orders (status, placed_at desc, number desc);
create index orders_by_time on orders (placed_at desc, number desc);
create index orders_found_by_external_id on orders (external_id) where external_id is not null;
create index orders_due on orders (due_at) where due_at is not null;

create table event (
    home smallint not null,
    number text not null,
    version integer not null,
    lane smallint not null,
    position bigint not null,
    type text not null,
    at timestamptz not null,
    recorded_at timestamptz not null,
    actor text not null,
    command_id uuid not null,
    body json not null,
    hash bytea not null,
    constraint event_pkey primary key (home, number, version),
    constraint version_counts_from_one check (version >= 1),
    constraint position_counts_from_one check (position >= 1),
    constraint hash_is_sha256 check (octet_length(hash) = 32)
);

comment on table event is 'What happened, append only. A mistake is corrected by a further event.';
comment on column event.lane is 'The feed it stands in: 0 on one machine, the home on a cluster.';
comment on column event.position is 'Place in the lane''s feed: no gaps, in the order of commits.';
comment on column event.type is 'What happened, as in the API: order.placed, parcel.shelved, …';
comment on column event.at is 'When it happened; recorded_at is when it was written down.';
comment on column event.actor is 'role:id of whoever did it.';
comment on column event.body is 'The event as JSON, verbatim: the hash is over these bytes.';
comment on column event.hash is 'SHA-256 over the hash before, the columns and the body.';

create index event_feed on event (lane, position);

create table command (
    id uuid not null,
    home smallint not null,
    number text not null,
    fingerprint bytea not null,
    kind text not null,
    refusal json,
    version integer not null,
    recorded_at timestamptz not null,
    constraint command_pkey primary key (id, home),
    constraint kind_is_known check (kind in ('done', 'already_done', 'refused')),
    constraint refused_has_its_refusal check ((kind = 'refused') = (refusal is not null))
);

comment on table command is
    'What was answered to a command id, kept 30 days: a repetition gets the same answer.';
comment on column command.fingerprint is
    'Digest of what was asked; the same id may not ask for something else.';
comment on column command.kind is
    'done: it changed the order · already_done: it was so before · refused: see refusal.';
comment on column command.refusal is 'The refusal as it was told; null unless refused.';
comment on column command.version is
    'The order''s version after the command; the answer is made from it again.';

create index command_by_time on command (recorded_at);

create table lane (
    home smallint not null,
    position bigint not null,
    constraint lane_pkey primary key (home),
    constraint lane_position_is_not_negative check (position >= 0)
);

comment on table lane is
    'The last position of each lane''s feed. One machine has lane 0, a cluster a lane a home.';

insert into lane (home, position) select home, 0 from generate_series(0, 0) as home;

create table refund (
    home smallint not null,
    number text not null,
    id text not null,
    amount bigint not null,
    currency text not null,
    state text not null,
    route text not null,
    promised_for date not null,
    provider_id text,
    started_at timestamptz not null,
    completed_at timestamptz,
    constraint refund_pkey primary key (home, number, id),
    constraint amount_is_positive check (amount > 0),
    constraint refund_state_is_known check (state in ('started', 'completed', 'cancelled')),
    constraint completed_at_belongs_to_completed
        check ((state = 'completed') = (completed_at is not null))
);

comment on table refund is 'Money on its way to buyers: a projection of the orders'' refunds.';
comment on column refund.amount is 'In minor units of currency.';
comment on column refund.state is
    'started: owed to the buyer · completed: the provider has paid · '
    'cancelled: its order was reinstated before it was paid.';
comment on column refund.route is 'Which way the money goes back.';
comment on column refund.promised_for is 'The day by which the buyer was promised the money.';
comment on column refund.provider_id is 'The provider''s own id, once it has one.';

create index refund_waiting on refund (started_at) where state = 'started';

create table follower (
    name text not null,
    lane smallint not null,
    position bigint not null,
    constraint follower_pkey primary key (name, lane)
);

comment on table follower is 'How far each follower of the journal has come.';

create table timer_tally (
    what text not null,
    day date not null,
    count bigint not null,
    constraint timer_tally_pkey primary key (what, day)
);

comment on table timer_tally is
    'How often a timer did something on a day (UTC): what is usual, for the brake.';
