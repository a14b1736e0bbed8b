-- The access log. Rows are written in the order of their key, so that two processes that count the
-- same accesses can't deadlock.

-- name: put_looks
-- Count accesses; those of one day by the same key to the same subject are one row.
insert into order_look as l (home, subject, day, actor, place, what, looks, first_at, last_at)
select home, subject, day, actor, place, what, looks, first_at, last_at
  from unnest($1::smallint[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[],
              $7::bigint[], $8::timestamptz[], $9::timestamptz[])
       as seen (home, subject, day, actor, place, what, looks, first_at, last_at)
 order by home, subject, day, actor, what
on conflict (home, subject, day, actor, what) do update
   set looks = l.looks + excluded.looks,
       first_at = least(l.first_at, excluded.first_at),
       last_at = greatest(l.last_at, excluded.last_at)

-- name: day_of_looks
-- How many rows a day has, and a digest of those of each home.
select home, count(*) as rows,
       sha256(convert_to(string_agg(concat_ws(E'\t', subject, actor, place, what, looks,
                                              extract(epoch from first_at),
                                              extract(epoch from last_at)),
                                    E'\n' order by subject, actor, what), 'UTF8')) as digest
  from order_look
 where day = $1
 group by home
 order by home

-- name: first_day_of_looks
-- The earliest day that there are looks of.
select min(day) from order_look

-- name: looks_of_subjects
-- Accesses to some orders or to a customer, the earliest first, with the shop of the key.
select l.subject, l.actor, l.place, l.what, l.looks as times, l.first_at, l.last_at,
       coalesce(s.title, '') as shop
  from order_look as l
  left join api_key as k on k.id = split_part(l.actor, ':', 2)
  left join shop as s on s.code = k.shop
 where l.home = $1
   and l.subject = any ($2::text[])
 order by l.first_at, l.actor, l.what

-- name: latest_looks
-- The latest accesses to a customer's orders, the latest first, with the shop of the key.
select l.subject, l.actor, l.place, l.what, l.looks as times, l.first_at, l.last_at,
       coalesce(s.title, '') as shop
  from order_look as l
  left join api_key as k on k.id = split_part(l.actor, ':', 2)
  left join shop as s on s.code = k.shop
 where l.home = $1
   and (l.subject = $2
        or l.subject in (select number
                         from orders
                        where home = $1
                          and customer = $2
                          and ($4::timestamptz is null or placed_at >= $4)))
 order by l.last_at desc, l.subject, l.actor, l.what
 limit $3
