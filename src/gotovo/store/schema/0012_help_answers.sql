-- What is left to do with a message of a help thread: who waits for an answer, what was not read.

alter table help_message
    add column settled_at timestamptz,
    add column settled_by text;

comment on column help_message.settled_at is
    'Since when nothing is left to do: a question was answered or needed no answer, an answer was '
    'read by its buyer. Null until then.';
comment on column help_message.settled_by is
    'role:id of whoever of support settled a question, as in event.actor; null for what was read.';

-- The questions there are fit in one page: the index is made in a moment.
-- squawk-ignore require-concurrent-index-creation
create index help_message_waiting on help_message (written_at, number)
 where author = 'buyer'
   and settled_at is null;
