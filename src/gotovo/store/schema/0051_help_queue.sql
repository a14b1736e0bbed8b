-- The queue of help: when each question's answer is due, where it was asked, and who answers.

alter table help_message
    add column channel text,
    add column due_at timestamptz,
    add constraint help_message_channel_is_known
        check (channel in ('page', 'bot', 'phone', 'mail')) not valid;

comment on column help_message.channel is
    'Where a question was asked: the answer is told there first. Null: page, or an answer.';
comment on column help_message.due_at is
    'Until when a question is to be answered; null until its clock started: it is due at once.';

create table help_assignment (
    home smallint not null,
    number text not null,
    assignee text not null,
    assigned_at timestamptz not null,
    constraint help_assignment_pkey primary key (home, number),
    constraint help_assignment_home_is_a_byte check (home between 0 and 255)
);

comment on table help_assignment is
    'Who answers the open questions of an order, so that two people do not; gone with the last.';
comment on column help_assignment.home is 'Home of the order.';
comment on column help_assignment.assignee is 'role:id of who took it, as in event.actor.';

comment on column orders.attention is
    'Flags beside the status, never a status. late · lost · damaged · dispute · '
    'contradiction: the times told can''t all be true · money: a person looks into a payment · '
    'unanswered: a question of the buyer is past its clock.';
