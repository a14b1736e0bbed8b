-- What buyers chose to be told: each change is a row, and the latest of a channel and kind counts.
-- A choice made before `orders_since` is that of another person, who had the phone before.

-- name: put_choices
-- Store changes of one customer; at the same instant the later call counts.
insert into notice_choice (home, customer, channel, kind, chosen_at, is_on, source, wording)
select $1, $2, channel, kind, $6, is_on, $7, $8
  from unnest($3::text[], $4::text[], $5::boolean[]) as x (channel, kind, is_on)
on conflict (home, customer, channel, kind, chosen_at) do update
   set is_on = excluded.is_on,
       source = excluded.source,
       wording = excluded.wording

-- name: choices_of_buyer
-- Every change of a customer, oldest first.
select channel, kind, chosen_at, is_on, source, wording
  from notice_choice
 where home = $1
   and customer = $2
   and chosen_at >= coalesce((select orders_since from account where customer = $2),
                             timestamptz '-infinity')
 order by chosen_at, kind, channel

-- name: channels_off
-- The channels that a customer switched off for one kind.
select channel
  from (select distinct on (channel) channel, is_on
          from notice_choice
         where home = $1
           and customer = $2
           and kind = $3
           and chosen_at >= coalesce((select orders_since from account where customer = $2),
                                     timestamptz '-infinity')
         order by channel, chosen_at desc) as latest
 where not is_on

-- name: has_email
-- Whether the contact of any order of a customer has an e-mail address.
select exists (select
                 from orders
                where home = $1
                  and customer = $2
                  and coalesce(contact ->> 'email', '') <> ''
                  and placed_at >= coalesce((select orders_since from account
                                              where customer = $2),
                                            timestamptz '-infinity'))

-- name: is_of_former_owner
-- Whether the phone of a customer has had another owner since an instant.
select exists (select
                 from account
                where customer = $1
                  and orders_since >= $2)
