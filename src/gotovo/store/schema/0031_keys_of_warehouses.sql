-- A warehouse's key may be limited to one warehouse.

alter table api_key add column warehouse text;

comment on column api_key.warehouse is 'The one warehouse that the key serves; null for any.';
