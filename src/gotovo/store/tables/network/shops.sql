-- The shops of the network. The default one, which has no code, is not listed: it has no settings.

-- name: shop
-- One shop.
select code, title, version from shop where code = $1

-- name: shops_page
-- Shops in order of code after a code; of one code alone where it is given.
select code, title, version
  from shop
 where code > $1
   and ($2::text is null or code = $2)
 order by code
 limit $3

-- name: put_shop
-- Open a shop or change its title, and return its version. With a version given, only that version
-- is replaced, and nothing is returned for another.
insert into shop (code, title, version, created_at)
select $1, $2, 1, $3
 where coalesce($4::integer, 0) = 0 or exists (select from shop where code = $1)
on conflict (code) do update
   set title = excluded.title,
       version = shop.version + 1
 where $4::integer is null or shop.version = $4
returning version
