-- A key can expire and be limited to networks, and shows where and when it was last used.

alter table api_key add column expires_at timestamptz;
alter table api_key add column networks text[];
alter table api_key add column version integer;
alter table api_key add column used_at timestamptz;
alter table api_key add column used_from text;
alter table api_key add column refused_at timestamptz;
alter table api_key add column refused_from text;

comment on column api_key.expires_at is 'From when the key opens nothing; null for never.';
comment on column api_key.networks is
    'Networks (CIDR) from which the key may be used; null for any.';
comment on column api_key.version is 
    'How often its name, scopes, networks and expiry were written; null for once.';
comment on column api_key.used_at is 'When it was last used, to about a minute.';
comment on column api_key.used_from is
    'The block of its last use, IPv4 /24 or IPv6 /48: no single address is stored.';
comment on column api_key.refused_at is
    'When its right token last came from a network that it does not allow.';
comment on column api_key.refused_from is 'The block from where that token came.';
