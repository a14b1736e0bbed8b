-- The warehouse that an import made for another system's orders is an archive: it takes no live
-- orders. It is known by its title; one with goods or a point of its own is left as it is.

update warehouse w
   set settings = (w.settings::jsonb || '{"accepts_orders": false}')::json,
       version = w.version + 1
 where upper(w.settings ->> 'title') = w.code || ' (IMPORT)'
   and not exists (select from point p where p.settings ->> 'warehouse' = w.code)
   and not exists (select from stock s where s.home = 0 and s.warehouse = w.code);
