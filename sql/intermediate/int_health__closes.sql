/*
description: The accounts active at each month close, and at as_of, which are those that have a health score.
grain: one row per account and close
key: [account_no, close_day]
*/
select
    int_closes__accounts.account_no,
    int_closes.close_day,
    int_closes.month_no,
    int_closes.month_start,
    int_closes.is_complete,
    int_closes__accounts.mrr
from int_closes__accounts
inner join int_closes on int_closes__accounts.close_day = int_closes.close_day
where int_closes__accounts.mrr > 0
