-- What messages cost in a day, by channel and country. Rows are locked in the order of the key.

-- name: spend
-- Count what fits into the day's limits; a row that does not fit is not returned.
insert into channel_spending as s (channel, day, country, unit, spent, messages)
select $1, $2, country, unit, amount, messages
  from unnest($3::text[], $4::text[], $5::numeric[], $6::integer[], $7::numeric[])
    as wanted (country, unit, amount, messages, limit_)
 where limit_ is null
    or amount <= limit_
 order by country, unit
on conflict (channel, day, country, unit) do update
   set spent = s.spent + excluded.spent,
       messages = s.messages + excluded.messages
 where s.spent + excluded.spent <= coalesce(
           (select limit_
              from unnest($3::text[], $4::text[], $7::numeric[]) as x (country, unit, limit_)
             where x.country = s.country
               and x.unit = s.unit),
           s.spent + excluded.spent)
returning country, unit

-- name: correct
-- Put right what was counted: a message that was not sent, or another price.
update channel_spending
   set spent = greatest(spent + $5, 0),
       messages = greatest(messages + $6, 0)
 where channel = $1
   and day = $2
   and country = $3
   and unit = $4

-- name: refuse
-- Remember that a day's limit is used up; only the first to do so gets a row.
insert into channel_spending as s (channel, day, country, unit, spent, messages, refused_at)
values ($1, $2, $3, $4, 0, 0, $5)
on conflict (channel, day, country, unit) do update
   set refused_at = $5
 where s.refused_at is null
returning 1

-- name: spending_of_day
-- What a day has cost so far.
select channel, country, unit, spent, messages, refused_at
  from channel_spending
 where day = $1
 order by channel, country, unit
 limit $2

-- name: forget_days
-- Delete what days before one have cost.
delete from channel_spending
 where day < $1

-- name: largest_day
-- What the more expensive of some days has cost in a unit.
select coalesce(max(spent), 0)
  from (select sum(spent) as spent
          from channel_spending
         where channel = $1
           and unit = $2
           and day between $3 and $4
         group by day) as by_day
