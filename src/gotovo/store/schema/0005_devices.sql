-- Where a buyer is signed in, told so that a device is recognised, and signed out from afar.

-- Null in sessions that were begun before these columns were there.
alter table session add column browser text;
alter table session add column system text;
alter table session add column seen_at timestamptz;

comment on column session.browser is
    'Name of the browser, as its User-Agent was read at sign-in; empty if unknown.';
comment on column session.system is
    'Name of the system or device, read in the same way; empty when unknown.';
comment on column session.seen_at is
    'The last use, written at most once an hour; null when the session was only begun.';
