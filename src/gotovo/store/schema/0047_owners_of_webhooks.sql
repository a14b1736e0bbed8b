-- The address that is written to when a webhook is switched off.

alter table webhook add column owner_email text not null default '';
alter table webhook add column owner_told_at timestamptz;

comment on column webhook.owner_email is
    'Who is written to when the webhook is switched off; empty for nobody.';
comment on column webhook.owner_told_at is
    'When they were written to about off_at; null before that.';
