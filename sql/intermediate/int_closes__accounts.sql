/*
description: The MRR of every account at every close in the reporting currency, before and after a sum below zero is set to zero.
grain: one row per account and close where a key of it has a level
key: [account_no, close_day]
*/
select
    account_no,
    close_day,
    cast(sum(mrr) as decimal(18, 4)) as signed_mrr,
    cast(greatest(sum(mrr), 0) as decimal(18, 4)) as mrr
from int_closes__levels
group by account_no, close_day
