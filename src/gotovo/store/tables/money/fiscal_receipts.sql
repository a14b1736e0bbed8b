-- Fiscal receipts. An open one is one process's until its `try_at`; those of one order go one after
-- another.

-- name: begin_fiscal
-- Since when receipts are made: the first time that this is asked since they were switched on.
with begun as (
    insert into fiscal_start (name, begun_at)
    values ('receipts', $1)
    on conflict (name) do nothing
    returning begun_at
)
select begun_at from begun
union all
select begun_at from fiscal_start where name = 'receipts'
limit 1

-- name: end_fiscal
-- Forget since when receipts are made: they are switched off.
delete from fiscal_start where name = 'receipts'

-- name: put_fiscal
-- Store what is due for an order, unless it is there. Of an order that was paid before receipts
-- were switched on nothing is due, unless some of it was told already.
insert into fiscal_receipt (home, number, version, shop, kind, amount, state, created_at, try_at)
select $1, $2, version, $3, kind, amount, 'waiting', $4, $4
  from unnest($5::integer[], $6::text[], $7::bigint[]) as due (version, kind, amount)
 where $8::boolean
    or exists (select from fiscal_receipt where home = $1 and number = $2)
on conflict (home, number, version) do nothing
returning version

-- name: take_fiscal
-- Take some of what may be tried by $1, the longest waiting first, until $2. Nothing is told before
-- what the same order has to tell earlier.
update fiscal_receipt r
   set try_at = $2, tries = r.tries + 1
  from (select home, number, version
          from fiscal_receipt waiting
         where try_at <= $1
           and not exists (select
                             from fiscal_receipt earlier
                            where earlier.home = waiting.home
                              and earlier.number = waiting.number
                              and earlier.version < waiting.version
                              and earlier.state in ('waiting', 'sent', 'failed'))
         order by try_at, home, number, version
         limit $3) as due
 where r.home = due.home
   and r.number = due.number
   and r.version = due.version
   and r.try_at <= $1
returning r.number, r.version, r.shop, r.kind, r.amount, r.state, r.created_at, r.try_at, r.tries,
          r.round, r.document, r.register, r.reference, r.asked_at, r.fiscal_drive,
          r.fiscal_document, r.fiscal_sign, r.url, r.reason, r.settled_at

-- name: fiscal_of_order
-- The receipts of an order, oldest first.
select number, version, shop, kind, amount, state, created_at, try_at, tries, round, document,
       register, reference, asked_at, fiscal_drive, fiscal_document, fiscal_sign, url, reason,
       settled_at
  from fiscal_receipt
 where home = $1
   and number = $2
 order by version

-- name: fiscal_asked
-- Keep a receipt as it is about to be sent, if it is still this try's.
update fiscal_receipt
   set document = $5, register = $6, asked_at = coalesce(asked_at, $7)
 where home = $1
   and number = $2
   and version = $3
   and tries = $4
   and try_at is not null
returning version

-- name: finish_fiscal
-- Say what became of a try, if it is still the last one.
update fiscal_receipt
   set state = $5,
       try_at = $6,
       reference = coalesce(nullif($7, ''), reference),
       fiscal_drive = nullif($8, ''),
       fiscal_document = nullif($9, ''),
       fiscal_sign = nullif($10, ''),
       url = nullif($11, ''),
       reason = nullif($12, ''),
       settled_at = $13
 where home = $1
   and number = $2
   and version = $3
   and tries = $4
   and try_at is not null
returning version

-- name: begin_fiscal_round
-- Forget what was sent, so that it is made anew and sent under another key: what failed, or what
-- this try finds failed.
update fiscal_receipt
   set state = 'waiting', try_at = $4, round = round + 1, document = null, register = null,
       reference = null, asked_at = null, settled_at = null, reason = nullif($6, '')
 where home = $1
   and number = $2
   and version = $3
   and (state = 'failed' or tries = $5)
   and state in ('waiting', 'sent', 'failed')
returning version

-- name: settle_fiscal_elsewhere
-- Say that a person has seen to a receipt that failed.
update fiscal_receipt
   set state = 'elsewhere', settled_at = $4
 where home = $1
   and number = $2
   and version = $3
   and state = 'failed'
returning version

-- name: fiscal_failed
-- Receipts that a person has to look at, oldest first.
select number, version, shop, kind, amount, state, created_at, try_at, tries, round, document,
       register, reference, asked_at, fiscal_drive, fiscal_document, fiscal_sign, url, reason,
       settled_at
  from fiscal_receipt
 where state = 'failed'
 order by created_at, number, version
 limit $1

-- name: next_fiscal
-- When the next receipt may be tried; none may before what its order has to tell earlier.
select min(try_at)
  from fiscal_receipt r
 where try_at is not null
   and not exists (select
                     from fiscal_receipt earlier
                    where earlier.home = r.home
                      and earlier.number = r.number
                      and earlier.version < r.version
                      and earlier.state in ('waiting', 'sent', 'failed'))

-- name: open_fiscal
-- How many receipts are not registered, counted up to a limit; how many of them failed, and since
-- when the oldest waits.
select count(*) filter (where state <> 'failed') as waiting,
       count(*) filter (where state = 'failed') as failed,
       min(created_at) filter (where state <> 'failed') as since,
       coalesce(array_agg(distinct shop) filter (where reason = 'no_terms'), '{}') as without_terms
  from (select state, created_at, shop, reason
          from fiscal_receipt
         where state in ('waiting', 'sent', 'failed')
         order by created_at
         limit $1) as open
