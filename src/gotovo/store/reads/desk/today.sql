-- What a point has before it today. Open orders are found by the index of open orders at a point,
-- closed ones by that of closed orders, newest first and no more than a number of them: what still
-- lies there was placed lately. Documents are searched as text first, as they were written, so that
-- few of them are parsed.

-- name: point_today
-- Every figure of a point in one row. $2 is now, $3 and $4 the ends of today and of tomorrow by its
-- calendar, $5 the earliest placement of closed orders that may still lie there, $6 how many of
-- those are looked at, $7 how many open cases are counted at most, $8 how many open orders.
with open_orders as materialized (
    select status, stage, customer, promised_until, state
      from orders
     where point = $1
       and closed_at is null
       and status in ('processing', 'ready_for_pickup')
     order by placed_at desc, number desc
     limit $8),
shelf as materialized (
    select o.status, o.stage, o.customer, o.state,
           (o.state -> 'storage' ->> 'deadline_at')::timestamptz as deadline_at
      from open_orders o
     where o.status = 'ready_for_pickup'),
lying as materialized (
    select coalesce(p.cell, '') as cell, o.status
      from open_orders o
     cross join lateral json_to_recordset(o.state -> 'parcels') as p (cell text, stage text)
     where p.stage in ('arrived_at_point', 'shelved')),
lately as materialized (
    select stage, state
      from (select stage, state
              from orders
             where point = $1
               and closed_at is not null
               and placed_at > $5
             order by placed_at desc, number desc
             limit $6) as newest
     where stage in ('turned_round', 'withdrawn')
        or (stage = 'issued'
            and (strpos(state::text, '"claim":{') > 0 or strpos(state::text, '"back":true') > 0))),
to_leave as materialized (
    select coalesce(p.cell, '') as cell, coalesce(p.back, false) as back, p.stage
      from lately l
     cross join lateral json_to_recordset(l.state -> 'parcels')
               as p (cell text, stage text, back boolean, at text)
     where p.stage in ('arrived_at_point', 'shelved')
        or (p.stage = 'withdrawn' and p.at = $1)),
cells as (
    select cell, count(*) as parcels
      from (select cell from lying where cell <> ''
             union all
            select cell from to_leave where cell <> '' and stage = 'shelved') as full_cells
     group by cell),
vans as (
    select code
      from manifest
     where point = $1
       and state in ('dispatched', 'arrived')),
working as (
    select s.person, coalesce(f.name, '') as name, s.begun_at
      from shift s
      left join staff f on f.id = s.person
     where s.point = $1
       and s.ended_at is null
       and s.ends_by > $2
     order by s.begun_at, s.person
     limit 50),
open_cases as (
    select c.id
      from case_file c
      join orders o on o.home = c.home and o.number = c.number
     where c.resolved_at is null
       and c.number <> ''
       and o.point = $1
     limit $7)
select (select count(*) from vans) as vans,
       (select count(*)
          from manifest_parcel m
         where m.manifest in (select code from vans)
           and m.left_out = ''
           and m.accepted_at is null
           and m.missing_since is null) as parcels_on_vans,
       (select count(*) from open_orders where status = 'processing' and promised_until <= $2)
           as late_orders,
       (select count(*)
          from open_orders
         where status = 'processing' and promised_until > $2 and promised_until <= $3)
           as promised_orders,
       (select count(*) from lying where cell = '') as parcels_to_shelve,
       (select count(*) from shelf) as ready_orders,
       (select count(*) from lying where status = 'ready_for_pickup') as ready_parcels,
       (select count(*) from shelf where deadline_at <= $3) as expiring_today,
       (select count(*) from shelf where deadline_at > $3 and deadline_at <= $4)
           as expiring_tomorrow,
       (select count(distinct customer) from shelf where stage = 'handing_over') as open_visits,
       (select count(*) from lately where stage = 'issued' and strpos(state::text, '"claim":{') > 0)
           as announced_returns,
       (select count(*) from to_leave where back) as goods_given_back,
       (select count(*) from to_leave) as parcels_to_leave,
       (select count(*) from open_cases) as open_cases,
       (select coalesce(json_agg(json_build_object('cell', cell, 'parcels', parcels)), '[]'::json)
          from cells) as cells,
       (select coalesce(
                   json_agg(
                       json_build_object('person', person, 'name', name, 'begun_at', begun_at)
                       order by begun_at, person),
                   '[]'::json)
          from working) as on_shift

-- name: orders_of_today
-- Orders behind one of the figures, whatever comes first before the others, a page after a cursor:
-- $5 says which. $2, $3 and $4 are now and the ends of today and of tomorrow, $6 and $7 bound the
-- closed orders as above, $11 the open ones.
with open_orders as materialized (
    select number, version, shop, placed_at, closed_at, state, contact, status, promised_until,
           (state -> 'storage' ->> 'deadline_at')::timestamptz as deadline_at
      from orders
     where point = $1
       and closed_at is null
       and status in ('processing', 'ready_for_pickup')
       and $5 in ('late', 'promised', 'expiring_today', 'expiring_tomorrow')
     order by placed_at desc, number desc
     limit $11),
lately as materialized (
    select number, version, shop, placed_at, closed_at, state, contact, stage
      from (select number, version, shop, placed_at, closed_at, state, contact, stage
              from orders
             where point = $1
               and closed_at is not null
               and placed_at > $6
               and $5 in ('leaving', 'returns')
             order by placed_at desc, number desc
             limit $7) as newest
     where ($5 = 'leaving' and stage in ('turned_round', 'withdrawn'))
        or (stage = 'issued'
            and (($5 = 'returns' and strpos(state::text, '"claim":{') > 0)
                 or ($5 = 'leaving' and strpos(state::text, '"back":true') > 0)))),
found as (
    select number, version, shop, placed_at, closed_at, state, contact, promised_until as due_at
      from open_orders
     where status = 'processing'
       and (($5 = 'late' and promised_until <= $2)
            or ($5 = 'promised' and promised_until > $2 and promised_until <= $3))
     union all
    select number, version, shop, placed_at, closed_at, state, contact, deadline_at
      from open_orders
     where status = 'ready_for_pickup'
       and (($5 = 'expiring_today' and deadline_at <= $3)
            or ($5 = 'expiring_tomorrow' and deadline_at > $3 and deadline_at <= $4))
     union all
    select number, version, shop, placed_at, closed_at, state, contact, closed_at
      from lately
     where $5 = 'returns'
        or exists (select
                     from json_to_recordset(state -> 'parcels') as p (stage text, at text)
                    where p.stage in ('arrived_at_point', 'shelved')
                       or (p.stage = 'withdrawn' and p.at = $1)))
select number, version, shop, placed_at, closed_at, state, contact, due_at
  from found
 where (due_at, number) > ($8::timestamptz, $9::text)
 order by due_at, number
 limit $10

-- name: orders_that_follow
-- Orders of a point that a change of its timetable may concern, newest first; the shop's is no
-- matter, for they all lie on one shelf.
select number, state
  from orders
 where point = $1
   and closed_at is null
   and status in ('processing', 'ready_for_pickup')
 order by placed_at desc, number desc
 limit $2
