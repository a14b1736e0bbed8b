-- What the receipts of shops say.

-- name: fiscal_terms
-- The terms of a shop.
select shop, version, terms from fiscal_terms where shop = $1

-- name: put_fiscal_terms
-- Store the terms of a shop and return their version. With a version given, only that version is
-- replaced, and nothing is returned for another.
insert into fiscal_terms (shop, version, terms, updated_at)
select $1, 1, $2, $3
 where coalesce($4::integer, 0) = 0 or exists (select from fiscal_terms where shop = $1)
on conflict (shop) do update
   set terms = excluded.terms,
       version = fiscal_terms.version + 1,
       updated_at = excluded.updated_at
 where $4::integer is null or fiscal_terms.version = $4
returning version
