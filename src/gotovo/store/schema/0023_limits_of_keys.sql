-- A key can have limits of its own beside those of the settings.

alter table api_key add column rate integer;
alter table api_key add column burst integer;
alter table api_key add column requests integer;
alter table api_key add column streams integer;

comment on column api_key.rate is 'Requests a second, 0 for any number; null for the setting.';
comment on column api_key.burst is 'Requests at once; null for the setting.';
comment on column api_key.requests is 'Requests under way at once; null for the setting.';
comment on column api_key.streams is 'Event streams at once; null for the setting.';
